"""What kgraph is called where packages are had from, and how its extras are installed.

The command and the import are `kgraph`; on PyPI that name is another project's.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAME = "kgraph-code"


def install_command(extra: str) -> str:
    """The command that adds an extra to this kgraph, from where it came: an index, a folder, a repository."""
    return f"pip install {shlex.quote(requirement(extra, _origin(), Path(__file__).parents[1]))}"


def requirement(extra: str, origin: Mapping[str, Any], around: Path) -> str:
    """What pip is asked for. `origin` is `direct_url.json` as PEP 610 has it, {} where there is none; `around` is the
    folder that holds the package, a checkout where kgraph runs from one.
    """
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    url = str(origin.get("url", ""))
    if "vcs_info" in origin:
        vcs = origin["vcs_info"]
        return f"{NAME}[{extra}] @ {vcs['vcs']}+{url}@{vcs['commit_id']}"
    if "archive_info" in origin:
        return f"{NAME}[{extra}] @ {url}"
    folder = Path(url2pathname(urlsplit(url).path)) if "dir_info" in origin else around
    if (folder / "pyproject.toml").is_file():
        return f"{folder}[{extra}]"
    return f"{NAME}[{extra}]"


def _origin() -> dict[str, Any]:
    from importlib import metadata  # as the imports above: most of what the start of a process would take

    try:
        told = metadata.distribution(NAME).read_text("direct_url.json")
        found = json.loads(told) if told else {}
    except (metadata.PackageNotFoundError, OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
