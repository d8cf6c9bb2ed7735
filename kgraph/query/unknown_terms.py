"""Classes and properties of kgraph's vocabulary that a query names and that do not exist.

Input: the text of a query, a rule or a shape. Output: a sentence for each such name, with what may have been meant. The
standard makes no error of them: a pattern with one matches nothing, and looks like an answer.
"""

from __future__ import annotations

from collections.abc import Iterator

from kgraph.escape import quote
from kgraph.query.tokens import Token, tokens
from kgraph.suggestions import closest, did_you_mean
from kgraph.vocab import PREFIXES
from kgraph.vocab.classes import CLASSES
from kgraph.vocab.iri import KG
from kgraph.vocab.terms import PROPERTIES

MAX_NAMED = 5  # that are named, of one query
_MAX_CLOSE = 2
_TERMS = frozenset(term.name.removeprefix("kg:") for terms in (PROPERTIES, CLASSES) for term in terms)
_PUNCTUATION = ".;,"  # that a name may run into


def unknown_terms(text: str) -> Iterator[str]:
    """Sentences on the names under kgraph's namespace that its vocabulary does not have, in the order of the text."""
    names = list(dict.fromkeys(name for name in _names(text) if name and name not in _TERMS))
    for name in names[:MAX_NAMED]:
        like = [f"kg:{term}" for term in closest(name, _TERMS, _MAX_CLOSE, 0.6)]
        hint = did_you_mean(like) or "the reference of the vocabulary lists all"
        yield f"the vocabulary has no {quote('kg:' + name)}, so nothing matches it: {hint}"
    if len(names) > MAX_NAMED:
        yield f"nor has it {len(names) - MAX_NAMED:,} more names of this query"


def _names(text: str) -> Iterator[str]:
    """Local names in kgraph's namespace, whatever prefix they have; not in strings, nor where a prefix is declared."""
    prefixes = PREFIXES
    before = (Token("", "", 0), Token("", "", 0))
    for token in tokens(text):
        is_declaration = before[1].word == "PREFIX"
        if before[0].word == "PREFIX":
            prefixes = prefixes | {before[1].text.removesuffix(":"): token.text.strip("<>")}
        elif token.kind == "iri" and token.text.startswith(f"<{KG}"):
            yield token.text[len(KG) + 1 : -1]
        elif token.kind == "word" and ":" in token.text and not is_declaration:
            prefix, _, local = token.text.partition(":")
            if prefixes.get(prefix) == KG:
                yield local.rstrip(_PUNCTUATION)
        before = (before[1], token)
