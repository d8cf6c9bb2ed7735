"""Python: declarations, scopes and uses, by the standard `ast`."""
