"""Rules about Helm charts."""
