"""Cython: `extractor.extract` is the way in; its sources are rewritten as Python of the same lines (`statements`)."""
