"""The files of a repository: what to read, and nothing of what stands in them.

Input: a root folder. Output: `SourceFile`s sorted by path, and what git knows of the whole. Inside git these are the
files that git tracks; outside, all files that `.gitignore` files leave.
"""

from kgraph.regular_file import blob_id
from kgraph.scan.entries import MAX_PARSED
from kgraph.scan.generated_pages import is_page
from kgraph.scan.repository import base_of
from kgraph.scan.scanner import ContentSource, Scan, scan

__all__ = ["MAX_PARSED", "ContentSource", "Scan", "base_of", "blob_id", "is_page", "scan"]
