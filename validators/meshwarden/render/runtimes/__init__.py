"""Runtimes of data products → Kubernetes objects, one module a runtime."""
