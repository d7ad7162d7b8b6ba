"""The contact form: what visitors see of it, who reads what is sent, and when it is forgotten."""
