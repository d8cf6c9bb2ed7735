"""Cross-references in shown sources: names that lead to their symbols, and who uses what a file defines."""
