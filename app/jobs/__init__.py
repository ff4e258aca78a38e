"""Durable jobs on DBOS (https://docs.dbos.dev): each step that ended is kept in a database and never done again."""
