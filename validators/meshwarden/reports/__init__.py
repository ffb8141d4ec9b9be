"""Floor 8: an outcome as text that people or programs read. One module a format."""
