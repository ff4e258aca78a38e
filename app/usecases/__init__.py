"""What the service does, in verbs, and the ports it needs for it."""
