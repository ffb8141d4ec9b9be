"""Rules about what is rendered."""
