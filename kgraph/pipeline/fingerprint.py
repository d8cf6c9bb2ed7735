"""The fingerprint of a build: a digest of all that a graph depends on.

Input: a `Scan`, options, the semantic stage's fingerprint. Output: a digest; equal inputs, equal graph. A build whose
fingerprint is that of the graph that is there has nothing to do.
"""

from __future__ import annotations

import hashlib

from kgraph.extract.versions import WORDS_VERSION, readers
from kgraph.pipeline.options import BuildOptions
from kgraph.relate import history
from kgraph.scan import Scan
from kgraph.scip.index import digest as index_digest
from kgraph.version import __version__
from kgraph.vocab import SCHEMA_VERSION


def build_fingerprint(scan: Scan, options: BuildOptions, semantic: str = "") -> str:
    """The digest of versions, options, files and git's state; `semantic` is `SemanticStage.fingerprint()`."""
    digest = hashlib.sha256()
    asks_git = options.uses_history and scan.repository.revision
    clone = history.clone_state(scan.git) if asks_git and scan.git else ""
    versions = (__version__, SCHEMA_VERSION, readers(), WORDS_VERSION)
    omissions = scan.omissions.describe()
    for part in (*versions, scan.repository, options.describe(), clone, semantic, omissions):
        digest.update(repr(part).encode("utf-8", "surrogateescape"))
    for path in options.scip:
        digest.update(index_digest(path).encode())
    for file in scan.files:
        digest.update(repr(file).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
