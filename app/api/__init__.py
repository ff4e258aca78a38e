"""The JSON REST interface."""
