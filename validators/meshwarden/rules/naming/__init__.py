"""Rules about what things are called."""
