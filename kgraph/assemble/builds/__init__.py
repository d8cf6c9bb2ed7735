"""Builds as a graph: targets, what they are built of and linked against, and the packages that manifests name."""
