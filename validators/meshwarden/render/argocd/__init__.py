"""Argo CD's own objects: projects, application sets, health checks, the root Application."""
