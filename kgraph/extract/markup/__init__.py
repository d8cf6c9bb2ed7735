"""Markup: headings and links of Markdown, reStructuredText, HTML and notebooks."""
