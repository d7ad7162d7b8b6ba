"""What guards an account: passwords, the second step and its door, codes by mail, limits."""
