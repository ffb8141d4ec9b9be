"""The programs that meshwarden runs: where they are, and how one is run."""
