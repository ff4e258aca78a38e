"""Evaluation and management: the level of a visit from medical decision making or total time (CPT E/M guidelines 2023)."""
