"""All facts to one graph: here spellings become edges. `assemble.assemble` is the story."""
