"""meshwarden: a GitOps policy and validation engine for data mesh repositories."""

__version__ = "0.1.0"
