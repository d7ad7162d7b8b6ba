"""What is a person's own to decide: agreeing to the privacy notice, taking their data along, deleting the account."""
