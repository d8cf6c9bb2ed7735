"""Who knows a file or a folder, by the commits that changed it.

Input: a `PageWriter` and the id of a file or folder. Output: a sentence; where nobody is known, the reason.
"""

from __future__ import annotations

from kgraph.pages.git_log import Author
from kgraph.pages.markdown import Markdown, text
from kgraph.pages.page_context import PageWriter, enumerate_parts, number_of

HEADING = "### Who Knows It"


def sentence(writer: PageWriter, id_: str) -> Markdown:
    """ "Changed most by Ada (12 of 20 commits, the last on 2024-05-01), Bob (5, 2023-01-09) and 3 more people." and who
    did in the last year of the history."""
    past = writer.context.history
    found = past.authors.get(id_)
    if found is None:
        return Markdown("")
    shown = [_author(each, f" of {number_of(found.commits, 'commit')}, the last on") for each in found.most[:1]]
    shown += [_author(each, ",") for each in found.most[1:]]
    more = found.people - len(shown)
    parts = [*shown, number_of(more, "more person", "more people")] if more else shown
    lacking = f" The history is not complete: {text(past.lacks)}." if past.lacks else ""
    lately = enumerate_parts([Markdown(f"{text(each.name)} ({each.commits:,})") for each in found.lately])
    is_new = found.lately != found.most[: len(found.lately)] or found.people > len(found.most)
    recent = f" In the last year of the history: {lately}." if lately and is_new else ""
    is_all = not more and sum(each.commits for each in found.most) == found.commits  # programs changed nothing
    return Markdown(f"Changed {'' if is_all else 'most '}by {enumerate_parts(parts)}.{recent}{lacking}")


def _author(author: Author, between: str) -> Markdown:
    return Markdown(f"{text(author.name)} ({author.commits:,}{between} {author.last})")


def lines(writer: PageWriter, id_: str) -> list[str]:
    """A part of a section with the sentence; none where nobody changed it yet."""
    past = writer.context.history
    said = sentence(writer, id_)
    if not said and past.authors_lack and id_.startswith("folder/"):  # once for a folder, rather than on every page
        said = Markdown(f"Not known: {text(past.authors_lack)}.")
    return ["", HEADING, "", said] if said else []
