"""Rules about topologys."""
