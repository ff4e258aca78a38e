"""The second-level audit: drawing samples, judging charts, answering."""
