"""The baseline: violations that were there when the rules came, and that do not fail a check.

    {"version": 1, "violations": [{"rule": ..., "file": ..., "message": ..., "fingerprint": ...}, ...]}

Comes in and goes out: a JSON file, sorted, to be kept in the repository. Rule, file and message are for whoever reads
it; the fingerprint is what counts. It holds no line number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from kgraph.errors import InputError
from kgraph.rules.violations import Violation

VERSION = 1


def read(path: Path) -> frozenset[str]:
    """The fingerprints of a baseline; `InputError` where it is none."""
    again = "write it with `kgraph check RULES --baseline FILE --write-baseline`"
    try:
        baseline = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError("there is no such file", where=str(path), hint=again) from None
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path)) from error
    except json.JSONDecodeError as error:
        raise InputError(f"not JSON: {error.msg}", where=f"{path}:{error.lineno}", hint=again) from error
    except UnicodeDecodeError as error:
        raise InputError(f"not a text in UTF-8 (byte {error.start})", where=str(path), hint=again) from error
    try:
        version, entries = baseline["version"], baseline["violations"]
        fingerprints = frozenset(str(entry["fingerprint"]) for entry in entries)
    except (KeyError, TypeError) as error:
        raise InputError("is not a baseline", where=str(path), hint=again) from error
    if version != VERSION:
        raise InputError(f"has version {version!r}, this kgraph reads {VERSION}", where=str(path), hint=again)
    return fingerprints


def text(violations: Iterable[Violation], fingerprints: Iterable[str]) -> str:
    """A baseline that knows these violations."""
    entries = [
        {"rule": each.rule, "file": each.path, "message": each.message, "fingerprint": fingerprint}
        for each, fingerprint in zip(violations, fingerprints, strict=True)
    ]
    entries.sort(key=lambda entry: (entry["rule"], entry["file"], entry["message"], entry["fingerprint"]))
    return json.dumps({"version": VERSION, "violations": entries}, indent=1, ensure_ascii=True) + "\n"
