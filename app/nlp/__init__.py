"""Reading notes: spaCy and its kin stay behind this door."""
