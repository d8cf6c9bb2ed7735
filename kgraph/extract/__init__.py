"""One file in, its facts out; spellings only.

`dispatch` picks the reader of a language; `worker_pool` runs it over many files in worker processes, any of which may
crash, hang or run out of memory and costs one file when it does.
"""

from kgraph.extract.dispatch import extract
from kgraph.extract.versions import VERSION, readers

__all__ = ["VERSION", "extract", "readers"]
