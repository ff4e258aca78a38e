"""A site that is not there: a labelled corpus replayed as charts that arrive, are coded, and train the next bundle."""
