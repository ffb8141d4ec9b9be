"""Rules about service levels."""
