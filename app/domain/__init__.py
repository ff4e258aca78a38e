"""Values and rules in plain Python; knows no framework."""
