"""What a page must not pass over in silence: what was not analysed of a file, and of the files that may use it.

Input: the model of the repository and a file. Output: sentences; "" where all was analysed. They name languages and no
numbers, so that a file more or less does not change all pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kgraph.coverage import PROGRAMMING, Aspect, Gap, noun, users_of
from kgraph.pages.repository_model import PageFile, RepositoryModel

Where = Literal["in", "of"]  # in the file itself, or of it in others


def sentence(model: RepositoryModel, file: PageFile, depends: Sequence[tuple[Aspect, Where]]) -> str:
    """ "Imports and uses of Java were not analysed." """
    key = (file.language, file.analysed, *depends)  # all that the answer depends on
    if key not in model.unread:
        model.unread[key] = _sentence(model, file, depends)
    return model.unread[key]


def _sentence(model: RepositoryModel, file: PageFile, depends: Sequence[tuple[Aspect, Where]]) -> str:
    gaps_of: dict[Aspect, list[Gap]] = {}
    for aspect, where in depends:
        gaps = own(file, aspect) if where == "in" else model.coverage.gaps(aspect, users_of([file.language]))
        known = {gap.language for gap in gaps}  # which are of all files, and so go before the file's own
        gaps_of[aspect] = gaps + [gap for gap in gaps_of.get(aspect, ()) if gap.language not in known]
    parts: dict[str, list[str]] = {}  # what, by the languages in which it was not analysed
    for aspect, gaps in gaps_of.items():
        if gaps:
            parts.setdefault(_languages(gaps), []).append(noun(aspect, gaps))
    sentences = []
    for languages, nouns in parts.items():
        what = _list_words(list(dict.fromkeys(nouns)))
        sentences.append(f"{what[:1].upper()}{what[1:]} of {languages} were not analysed.")
    return " ".join(sentences)


def own(file: PageFile, aspect: Aspect) -> list[Gap]:
    """The gap that the file itself is."""
    if file.language in PROGRAMMING and aspect not in file.analysed:
        return [Gap(file.language, 1, 1)]
    return []


def _languages(gaps: Sequence[Gap]) -> str:
    return _list_words([gap.language if gap.files == gap.total else f"some files of {gap.language}" for gap in gaps])


def _list_words(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
