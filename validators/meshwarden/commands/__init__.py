"""Floor 9: the subcommands. One module each: a plain function that returns the exit status."""
