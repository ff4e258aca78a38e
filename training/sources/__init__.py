"""Where labelled documents come from: one file a format, each a reader that yields training examples in bounded memory.

JSON Lines, the format that everything else here reads, is in `training.examples`.
"""
