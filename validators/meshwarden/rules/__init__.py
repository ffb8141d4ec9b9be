"""Floor 6: the rules. One folder a category, one module a rule; `registry` lists them."""
