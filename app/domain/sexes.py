"""Diagnosis codes that only one sex can have."""

from __future__ import annotations

# Ranges of the Medicare Code Editor's sex conflict edit, by leading characters.
FEMALE_ONLY = ("O", "N70", "N71", "N72", "N73", "N74", "N75", "N76", "N77", "N8", "N90", "N91", "N92", "N93", "N94", "N95", "N96", "N97", "N98",
    "C51", "C52", "C53", "C54", "C55", "C56", "C57", "C58", "D06", "D25", "D26", "D27", "D28", "Z32", "Z33", "Z34", "Z36", "Z3A",
)  # fmt: skip
MALE_ONLY = (
    "N40",
    "N41",
    "N42",
    "N43",
    "N44",
    "N45",
    "N46",
    "N47",
    "N48",
    "N49",
    "N50",
    "N51",
    "N52",
    "N53",
    "C60",
    "C61",
    "C62",
    "C63",
    "D29",
    "Z12.5",
)
