"""The admin as an editor's workplace: forms' surroundings, panels, listings, ways to add."""
