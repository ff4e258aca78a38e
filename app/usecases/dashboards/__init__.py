"""Dashboards: figures over what was finalised and audited."""
