"""Floor 2: which files a mesh has, their bytes, and YAML text read into documents with positions."""
