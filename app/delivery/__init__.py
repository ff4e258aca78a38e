"""Calls other systems: webhooks."""
