"""A graph that follows its files: events in, generations out."""

from kgraph.watch.updates import Update, watch

__all__ = ["Update", "watch"]
