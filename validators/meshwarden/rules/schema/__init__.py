"""Rules about what a document is, and what its schema says."""
