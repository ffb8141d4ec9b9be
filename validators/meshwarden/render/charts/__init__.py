"""Helm charts → Kubernetes objects, by the real Helm."""
