"""Cards: what a name in a source means, in four lines, shown when the pointer rests on it.

Input: a symbol and how sure its use is. Output: HTML.
"""

from __future__ import annotations

from functools import lru_cache
from html import escape

from kgraph.pages.markdown import visible
from kgraph.pages.purpose import brief

_MAX_SIGNATURE = 240  # characters
_MAX_BRIEF = 200


@lru_cache(maxsize=1 << 14)
def description(signature: str, documentation: str) -> str:
    """Signature and first sentences of a symbol."""
    shown = " ".join(visible(signature).split())
    if len(shown) > _MAX_SIGNATURE:
        shown = shown[: _MAX_SIGNATURE - 2] + " …"
    said = visible(brief(documentation, limit=_MAX_BRIEF)) if documentation else ""
    return f"<code>{escape(shown)}</code>" + (f"<p>{escape(said)}</p>" if said else "")


def certainty(confidence: float | None, evidence: str) -> str:
    """How sure it is that a name means a symbol: "" where the text or a compiler says so."""
    if confidence is None:
        return ""
    shown = f"{confidence:.3f}".strip("0").rstrip(".")
    return f"guessed, {shown}" + (f": {evidence}" if evidence else "")


def card(described: list[tuple[str, str]], sure: str) -> str:
    """A card of one symbol or of some overloads: what each is, and where it stands (HTML)."""
    shown = "".join(f"{what}<p>{where}</p>" for what, where in described)
    return f"<div>{shown}{f'<p class=sure>{escape(sure)}</p>' if sure else ''}</div>"
