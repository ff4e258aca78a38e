"""What is done with charts, in verbs: submit, list, read, review, query, finalise, assign."""
