"""What is kept: SQLite in the state directory, or PostgreSQL by one setting. The only place that knows SQLAlchemy."""
