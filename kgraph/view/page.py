"""The page: the bundle of scripts, and what it is to show, as one HTML file.

Input: the answers that the page carries, or nothing where a server answers. Output: bytes of HTML that ask nobody for
anything: scripts and styles are inside, and a Content-Security-Policy names their hashes and forbids the rest.

The bundle is made from `app/` when kgraph is installed (see `app/hatch_build.py`); it is not part of the repository.
Names of the graph reach the page as JSON alone, in which no "<" is left that could end the script element.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kgraph.errors import InputError
from kgraph.search.ranking import RANKING_SCRIPT

BUNDLE = Path(__file__).parent / "bundle"
_FILES = ("page.html", "view.js", "style.css")


def available() -> bool:
    """Whether the bundle was made when kgraph was installed."""
    return all((BUNDLE / name).is_file() for name in _FILES)


def page(title: str, carried: Mapping[str, Any], *, connect: str = "'none'") -> bytes:
    """The page. `carried` is what it shows, or `{"server": true}` for one that asks the server that sent it, which
    needs `connect` to be "'self'".

    Raises `InputError` where kgraph was installed without the bundle.
    """
    template, script, style = _bundle()
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            f"connect-src {connect}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    parts = {
        "@POLICY@": policy,
        "@TITLE@": html.escape(title),
        "@STYLE@": style,
        "@DATA@": embed(carried),
        "@SCRIPT@": script,
    }
    # One pass over the template alone: what is put in is not looked at again.
    text = ""
    rest = template
    while found := [(rest.find(name), name) for name in parts if name in rest]:
        at, name = min(found)
        text += rest[:at] + parts[name]
        rest = rest[at + len(name) :]
    return (text + rest).encode("utf-8", "backslashreplace")


def embed(value: Any) -> str:
    """A value as JSON that can stand in a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.translate({ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


@cache
def _bundle() -> tuple[str, str, str]:
    if not available():
        raise InputError(
            "the page's scripts were not built when kgraph was installed",
            where=str(BUNDLE),
            hint="install kgraph again where npm or the registries of PyPI and npm can be reached, "
            "or use `kgraph view --engine pyvis`",
        )
    template, script, style = ((BUNDLE / name).read_text("utf-8") for name in _FILES)
    script = RANKING_SCRIPT.read_text("utf-8") + script
    # A style or script ends where its end tag stands, whatever it is part of.
    return template, script.replace("</script", "<\\/script"), style


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
