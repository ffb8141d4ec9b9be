"""Floor 3: what a document is as a manifest, what it holds, and what its kind's JSON Schema says of it."""
