"""Languages that tree-sitter's grammars read."""
