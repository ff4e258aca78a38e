"""Coding rules, one file a guideline."""
