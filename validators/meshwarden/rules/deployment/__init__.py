"""Rules about deployments."""
