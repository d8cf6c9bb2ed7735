"""Where queries come from: the shipped ones, files, and texts.

Input: a name, a path or a text. Output: a `Query`. In a checkout the shipped queries stand in `queries/` beside the
package; an installed kgraph carries them within.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kgraph.errors import QueryError
from kgraph.query.header import Query, parse
from kgraph.suggestions import closest, did_you_mean

SUFFIX = ".rq"


@cache
def folder() -> Path:
    """The folder of the shipped queries."""
    package = Path(__file__).parent.parent
    installed = package / "queries"
    return installed if installed.is_dir() else package.parent / "queries"


@cache
def names() -> tuple[str, ...]:
    """The names of the shipped queries, sorted."""
    return tuple(sorted(path.relative_to(folder()).with_suffix("").as_posix() for path in folder().rglob("*" + SUFFIX)))


def load_shipped(name: str) -> Query:
    """The shipped query of this name."""
    if name not in names():
        raise QueryError(f"there is no query {name!r}", hint=_suggestion(name))
    text = (folder() / (name + SUFFIX)).read_text(encoding="utf-8")
    return parse(text, name=name, where=f"queries/{name}{SUFFIX}")


def from_file(path: str | Path) -> Query:
    """The query in a file."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise QueryError("there is no such file", where=str(path), hint=_suggestion(Path(path).stem)) from None
    except OSError as error:
        raise QueryError(error.strerror or str(error), where=str(path)) from None
    except UnicodeDecodeError as error:
        raise QueryError(f"not a text in UTF-8 (byte {error.start})", where=str(path)) from None
    return parse(text, name=Path(path).stem, where=str(path))


def find(spec: str) -> Query:
    """The query that is meant by a shipped name, the path of an .rq file, or the text of a query."""
    if spec.endswith(SUFFIX) and "{" not in spec:
        return from_file(spec)
    if "{" in spec or len(spec.split()) > 1:
        return parse(spec)
    return load_shipped(spec)


def _suggestion(name: str) -> str:
    close = closest(name.lower(), names(), 3) or [known for known in names() if name.lower() in known]
    return did_you_mean(close) or "`kgraph queries` lists the queries"
