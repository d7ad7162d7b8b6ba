"""Searches that people keep, and the mail that says what is new in them."""
