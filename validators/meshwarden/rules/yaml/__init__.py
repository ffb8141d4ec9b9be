"""Rules about the text itself: what its reader stumbled over."""
