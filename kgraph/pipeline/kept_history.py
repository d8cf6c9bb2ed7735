"""The history that a build left beside its graph, for questions about it.

Input: a repository, a revision, the file that may hold it. Output: `History`.
"""

from __future__ import annotations

from pathlib import Path

from kgraph.relate import history
from kgraph.relate.history import History
from kgraph.scratch import scratch_folder
from kgraph.store import ownership

MAX_COMMITS = 2_000  # that are asked for where no history is kept; all of PyTorch's take half a minute


def read_history(root: Path, revision: str, kept: Path) -> History:
    """The history up to a revision; `kept` is the file beside the graph that may hold it.

    Of what is kept only what this user's builds put there is taken; nothing is written. Where that is nothing, the
    newest `MAX_COMMITS` commits are asked for, and `lacks` says so: a user waits for the answer.
    """
    with scratch_folder() as folder:
        copy = Path(folder) / kept.name
        if ownership.is_sealed(kept):
            copy.write_bytes(kept.read_bytes())
        return history.read(root, revision, copy, most=MAX_COMMITS)
