"""The engines: Elasticsearch, and the database itself (SQLite or PostgreSQL)."""
