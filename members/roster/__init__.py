"""The members of a place, for those who look after them: who, in which role, as a table to take along; and handing over."""
