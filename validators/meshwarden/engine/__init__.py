"""Floor 7: the pipeline, from a tree of files to an outcome.

`commands.check` opens a mesh (`opening`) and has it judged (`check.judged`); `check.check` does both.
"""
