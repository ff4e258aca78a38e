"""Signing in, and keeping users and keys."""
