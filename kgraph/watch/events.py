"""What happens to files below a folder.

Input: a folder. Output: batches of paths that were added, changed or removed; a batch ends when nothing has happened
for a moment, and after a few seconds at the latest. An empty batch comes every half second, so that who waits can look
at something else.

`watchfiles` is well kept, has wheels for all our platforms (half a megabyte), and reads events in Rust: constant writes
below an ignored folder cost next to nothing. `watchdog` reads each event in Python. Where the system has no events for
a file system, or not as many as there are folders, files are looked at every two seconds.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import watchfiles

log = logging.getLogger(__name__)

QUIET_MS = 150  # in which nothing happens: that is the end of a batch
MAX_POSTPONED_MS = 2000
TICK_MS = 500
POLL_MS = 2000
# Which tell this machine nothing of what others write.
_REMOTE = frozenset(
    {"9p", "afs", "ceph", "cifs", "drvfs", "fuse.sshfs", "nfs", "nfs4", "prl_fs", "smb3", "vboxsf", "virtiofs"}
)

Changes = set[str]  # full paths


def batches(root: Path, *, polls: bool = False) -> Iterator[Changes]:
    """What happens below a folder, from the first batch on, which is empty and comes at once.

    With `polls` files are looked at instead of waiting for events.
    """
    if not polls and (kind := file_system_of(root)) in _REMOTE:
        log.warning("%s: lies on %s, which reports no events: files are looked at every 2 s", root, kind)
        polls = True
    try:
        yield from _watch(root, polls=polls)
    except OSError as error:
        if polls or not _is_limit(error):
            raise
        log.warning(
            "%s: more folders than the system watches for a user: files are looked at every 2 s"
            " (fs.inotify.max_user_watches, by sysctl, is the limit)",
            root,
        )
        yield from _watch(root, polls=True)


def _watch(root: Path, *, polls: bool) -> Iterator[Changes]:
    for batch in watchfiles.watch(
        root,
        watch_filter=None,
        debounce=MAX_POSTPONED_MS,
        step=QUIET_MS,
        rust_timeout=TICK_MS,
        yield_on_timeout=True,
        raise_interrupt=True,
        force_polling=polls,
        poll_delay_ms=POLL_MS,
        ignore_permission_denied=True,
    ):
        yield {path for _, path in batch}


def _is_limit(error: OSError) -> bool:
    text = str(error)
    return error.errno in (24, 28) or "limit" in text or "No space left" in text or "Too many open files" in text


def file_system_of(path: Path, mounts: str = "/proc/self/mountinfo") -> str:
    """The kind of file system that a path lies on; "" where the system does not say."""
    try:
        with open(mounts, encoding="utf-8", errors="surrogateescape") as stream:  # noqa: PTH123
            lines = stream.read().split("\n")
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        place, _, rest = line.partition(" - ")
        fields = place.split(" ")
        if len(fields) < 5 or not rest:
            continue
        mount = fields[4].replace("\\040", " ")
        if len(mount) >= len(best) and os.path.commonpath([mount, path]) == mount:
            best, kind = mount, rest.partition(" ")[0]
    return kind
