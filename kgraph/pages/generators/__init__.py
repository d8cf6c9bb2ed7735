"""Sources of the same pages for documentation generators: Material for MkDocs, and Sphinx with MyST."""
