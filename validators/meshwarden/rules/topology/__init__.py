"""Rules about what flows between data products."""
