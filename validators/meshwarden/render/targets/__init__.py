"""One module a system that contracts' servers are rendered to."""
