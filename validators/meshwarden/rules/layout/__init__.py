"""Rules about where files lie."""
