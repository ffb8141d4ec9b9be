"""Floor 4: the index of a whole mesh."""
