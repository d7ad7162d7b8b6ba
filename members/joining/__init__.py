"""How somebody becomes a member: asking, being answered by a lead, or being invited by one."""
