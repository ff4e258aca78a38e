"""From weighed codes to the set to bill: what stays, in which order, and what supports each service."""
