"""Coding without a person: marking, switching, finalising, watching."""
