"""Writing to a person by a form of the site, so that nobody has to show an address to be reached."""
