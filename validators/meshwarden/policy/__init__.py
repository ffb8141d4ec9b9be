"""Floor 5: policies in Rego, evaluated by the real OPA."""
