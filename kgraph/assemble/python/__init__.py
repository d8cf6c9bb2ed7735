"""Python: where modules are, what they hold, and what their names mean."""
