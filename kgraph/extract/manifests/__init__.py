"""Manifests and lock files: the packages that a repository names, and the targets that they declare."""
