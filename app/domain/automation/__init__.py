"""Coding without a person at a stated precision: certificates, what they cover, and what ends them."""
