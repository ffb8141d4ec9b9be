"""Rules about what manifests say of each other."""
