"""Floor 7: the pipeline, from a tree of files to an outcome. Start reading at `check`."""
