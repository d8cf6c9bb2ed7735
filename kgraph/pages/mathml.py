"""Formulas in TeX as MathML, which browsers show without any script.

Input: the HTML of a page, in which formulas stand as GitHub writes them: code between dollar signs, and blocks of the
language "math". Output: the HTML with MathML. docutils turns one into the other; what it cannot read stays code.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

_INLINE = re.compile(r"\$<code>([^<]*)</code>\$")
_BLOCK = re.compile(r'<pre(?: lang="math"><code>|><code class="language-math">)([^<]*)</code></pre>')
_TEXT = re.compile(r"\\(?:text|mathrm|textit|textbf|operatorname)\{[^{}]*\}")  # docutils shows backslashes in them
_TAG = re.compile(r"<(/?)([a-z]+)((?:\s+[a-z]+=\"[^\"<>]*\")*)\s*/?>")
_TAGS = frozenset(
    """math mi mo mn mtext ms mspace mrow mfrac msqrt mroot mstyle merror mpadded mphantom menclose msub msup msubsup
    munder mover munderover mtable mtr mtd""".split()  # noqa: SIM905
)
_MAX_FORMULA = 4_000  # characters


def with_formulas(page: str) -> str:
    """A page whose formulas are MathML."""
    if "$<code>" in page:
        page = _INLINE.sub(lambda found: _make_mathml(found[1], is_block=False) or f"<code>{found[1]}</code>", page)
    if "math" in page:
        page = _BLOCK.sub(
            lambda found: _make_mathml(found[1], is_block=True) or f"<pre><code>{found[1]}</code></pre>", page
        )
    return page


@lru_cache(maxsize=1 << 12)
def _make_mathml(escaped: str, *, is_block: bool) -> str:
    """The MathML of a formula, "" where it cannot be made."""
    from docutils.utils.math import latex2mathml

    formula = html.unescape(escaped).strip()
    if not formula or len(formula) > _MAX_FORMULA:
        return ""
    formula = _TEXT.sub(lambda found: found[0].replace("\\_", "_"), formula)
    if is_block and ("&" in formula or "\\\\" in formula) and "\\begin" not in formula:
        formula = f"\\begin{{aligned}}{formula}\\end{{aligned}}"
    try:
        made = str(latex2mathml.tex2mathml(formula, as_block=is_block))
    except Exception:  # noqa: BLE001 - docutils meets damaged formulas with whatever its code runs into
        return ""
    return made if _is_math(made) else ""


def _is_math(made: str) -> bool:
    """Whether there is nothing but elements of MathML in it, none of which leads or loads anything."""
    for found in _TAG.finditer(made):
        if found[2] not in _TAGS or re.search(r"\b(?:href|src|style|on[a-z]+)=", found[3]):
            return False
    return "<" not in _TAG.sub("", made)
