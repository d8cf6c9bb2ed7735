"""Writes the ontology, the shapes and their page beside this module."""

from kgraph.vocab.ontology import write_documents

write_documents()
