"""Comments and docstrings as Markdown: whichever of the usual conventions they follow."""
