"""Chartcoder's online service: reads clinical notes and suggests codes with the words that support them."""
