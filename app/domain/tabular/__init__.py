"""The tabular list: which codes its notes name, and what a code inherits from its ancestors."""
