"""Queries to the physician where the record leaves something open: drafts, and the linter that refuses bad ones.

After the AHIMA/ACDIS "Guidelines for Achieving a Compliant Query Practice" (2022 update).
"""
