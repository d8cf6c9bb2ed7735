"""Include resolution: which file an include directive means, without a compiler's search path.

Input: spellings. Output: a `Resolution` for each. As the compiler does, a quoted include is looked for beside the
including file first. The rest of the search path is found by evidence: a folder is an include root when spellings of
the repository, put behind it, are files. The more spellings a root explains, the more it is trusted; among roots that
all have a file, the one nearest to the including file wins. A spelling is always matched whole, never by its base name:
a wrong edge costs more than a missing one, for it drags a whole closure of files behind it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kgraph.assemble.generated import WILDCARDS, header_sources
from kgraph.assemble.macro_includes import HeaderMacro, MacroLiveness
from kgraph.assemble.nearest import Nearest, is_among
from kgraph.assemble.standard_headers import STANDARD_HEADERS, SYSTEM_FOLDERS
from kgraph.assemble.suffix_index import PathSuffixIndex, count_shared_folders
from kgraph.model import IncludeFact
from kgraph.repository_paths import parent

Outcome = Literal["repository", "external", "ambiguous", "generated", "missing"]

# How many different spellings of one name only, such as <cuda.h>, must lead to a folder before it is believed to be
# on the search path; or which part of its own headers, for a small `include/`.
_MAX_LISTED = 3
_PART = 0.5
_INCLUDE_FOLDERS = frozenset({"include", "includes", "inc"})  # for those one name is enough


@dataclass(frozen=True, slots=True)
class Resolution:
    """What one include means."""

    outcome: Outcome
    targets: tuple[int, ...] = ()  # numbers of files: one for "repository"
    candidates: tuple[int, ...] = ()  # numbers of files, for "ambiguous"
    templates: tuple[int, ...] = ()  # numbers of files, for "generated"
    # Of a computed include: a target and the only includer of the file for which the directive leads there.
    only_for: tuple[tuple[int, int], ...] = ()


_EXTERNAL = Resolution("external")
_MISSING = Resolution("missing")


def resolve_includes(
    paths: PathSuffixIndex,
    includes: Sequence[tuple[int, IncludeFact]],
    macros: Mapping[str, Sequence[HeaderMacro]] | None = None,
) -> list[Resolution]:
    """The meaning of each include directive.

    `includes` pairs the number of the including file with the directive. `macros` gives the definitions of macros
    as header names: `#include NAME` means all that may be live where it stands, one in each translation unit.
    """
    # A computed include is resolved as each of the directives that it may become.
    computed = {
        at: definitions
        for at, (_, fact) in enumerate(includes)
        if fact.form == "macro" and (definitions := (macros or {}).get(fact.spelling))
    }
    become = [(*includes[at], macro) for at, definitions in computed.items() for macro in definitions]
    directives = [include for at, include in enumerate(includes) if at not in computed]
    resolved = _Resolver(
        paths, [*directives, *((n, _as_directive(macro.text, fact)) for n, fact, macro in become)]
    ).all()
    if not computed:
        return resolved
    plain: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (number, fact), resolution in zip(directives, resolved, strict=False):
        for target in resolution.targets:
            plain[number].append((fact.line, target))
    live = MacroLiveness(plain, (macro for _, _, macro in become))
    values = iter(resolved[len(directives) :])
    meant = {
        at: _together(
            [(r, live.live_for(macro, includes[at][0])) for macro, r in zip(definitions, values, strict=False)]
        )
        for at, definitions in computed.items()
    }
    others = iter(resolved)
    return [meant[at] if at in meant else next(others) for at in range(len(includes))]


def _as_directive(text: str, fact: IncludeFact) -> IncludeFact:
    return IncludeFact(text[1:-1], fact.line, "quoted" if text[0] == '"' else "angled", fact.condition)


def _together(resolutions: Sequence[tuple[Resolution, Collection[int] | None]]) -> Resolution:
    """One resolution for all headers that one directive may mean, each with the includers for which it means that one,
    None for all; those that are not here are left out."""
    for_all = {target for resolution, includers in resolutions if includers is None for target in resolution.targets}
    only_for = {
        (target, includer)
        for resolution, includers in resolutions
        for target in resolution.targets
        for includer in includers or ()
        if target not in for_all
    }
    targets = sorted(for_all | {target for target, _ in only_for})
    return Resolution("repository", tuple(targets), only_for=tuple(sorted(only_for))) if targets else _MISSING


class _Resolver:
    def __init__(self, paths: PathSuffixIndex, includes: Sequence[tuple[int, IncludeFact]]) -> None:
        self._paths = paths
        self._includes = includes
        folders = [parent(path) for path in paths.places]
        # What is asked: from which folder, in which form, which spelling. Many files of a folder ask the same.
        self._questions = [(folders[number], fact.form, _normal(fact.spelling)) for number, fact in includes]
        searched = {question[2] for question in set(self._questions) if self._find_beside(*question) is None}
        self._candidates = paths.ending_in(searched)
        # Lists of candidates are kept, and known by their identity.
        self._nearest: dict[tuple[str, int], Nearest] = {}
        self._believed_so: dict[tuple[str, str | None], list[int]] = {}
        self._behind: dict[str, list[int]] = {}
        self._above_so: dict[int, set[str | None]] = {}
        # What only files of that very name ask for is no evidence of where the spellings of others begin.
        asked = zip(includes, self._questions, strict=True)
        self._by_others = {each for (number, _), (_, _, each) in asked if not paths.places[number].endswith(each)}
        self._roots = self._weigh_roots(searched)
        self._upwards = paths.ending_in({_upwards(spelling)[1] for spelling in searched if ".." in spelling.split("/")})
        absent = [spelling for spelling in searched if spelling not in self._candidates]
        self._templates = paths.ending_in(source for spelling in absent for source in header_sources(spelling))
        self._folders = paths.folders_ending_in({parent(spelling) for spelling in searched} - {""})
        # A name that somebody puts in angle brackets comes from elsewhere when the repository does not have it.
        self._angled = {spelling for _, form, spelling in self._questions if form == "angled"}

    def all(self) -> list[Resolution]:
        resolution_of = {question: self._resolve(*question) for question in dict.fromkeys(self._questions)}
        return [
            self._not_itself(number, *question, resolution)
            if is_among(number, (resolution := resolution_of[question]).targets)
            or is_among(number, resolution.candidates)
            else resolution
            for (number, _), question in zip(self._includes, self._questions, strict=True)
        ]

    def _not_itself(self, number: int, folder: str, form: str, spelling: str, resolution: Resolution) -> Resolution:
        """A file that names its own path means the one of that path elsewhere, which it wraps.

        In angle brackets even where the repository has no other, unless other includes are spelled from there, too:
        `gloo/context.h` of a library, in one's own `gloo/context.h`.
        """
        if self._find_beside(folder, form, spelling) == number:
            return resolution
        found = self._candidates.get(spelling, [])
        if any(self._paths.file(one) != number for one in found):
            return self._choose(folder, spelling, found, number)
        path = self._paths.places[number]
        root = path[: len(path) - len(spelling)].rstrip("/")
        lone = form == "angled" and root and self._roots.weight[root] <= (spelling in self._by_others)
        return _EXTERNAL if lone else resolution

    def _find_beside(self, folder: str, form: str, spelling: str) -> int | None:
        if form != "quoted":
            return None
        return self._paths.find(f"{folder}/{spelling}")

    def _resolve(self, folder: str, form: str, spelling: str) -> Resolution:
        if form == "macro" or not spelling:
            return _MISSING  # which header a macro names only a preprocessor knows
        if (beside := self._find_beside(folder, form, spelling)) is not None:
            return Resolution("repository", (beside,))
        if spelling.startswith("/"):
            return _EXTERNAL
        if ".." in spelling.split("/"):
            candidates = self._behind_roots(spelling)
        elif "/" in spelling:
            candidates = self._candidates.get(spelling, [])
        else:
            return self._single(folder, form, spelling)
        return self._choose(folder, spelling, candidates) if candidates else self._absent(folder, form, spelling)

    def _single(self, folder: str, form: str, spelling: str) -> Resolution:
        """A name without a folder, which many folders may hold by chance."""
        # In quotes it is more likely the repository's own: then a neighbour will do, or the only one there is.
        is_own = form != "angled" and spelling not in STANDARD_HEADERS and spelling not in self._angled
        candidates = self._find_on_search_path(spelling, _top(folder) if is_own else None)
        if form == "angled" and len(candidates) > 1:
            # Who wanted the one beside would have put it in quotes.
            beside = self._paths.find_exact(f"{folder}/{spelling}" if folder else spelling)
            if beside is not None and is_among(beside, candidates):
                return self._without_beside(folder, spelling, candidates, beside)
        return self._choose(folder, spelling, candidates) if candidates else self._absent(folder, form, spelling)

    def _without_beside(self, folder: str, spelling: str, candidates: Sequence[int], beside: int) -> Resolution:
        file = self._paths.file(beside)
        nearest = self._nearest_of(spelling, candidates)
        if len(nearest.places_of[file]) > 1:  # by links
            return self._choose(folder, spelling, [candidate for candidate in candidates if candidate != beside])
        return self._choose(folder, spelling, candidates, file)

    def _find_on_search_path(self, spelling: str, top: str | None) -> list[int]:
        """The files of a name that are on a search path; with `top` also neighbours, below that folder of the root."""
        key = (spelling, top)
        believed = self._believed_so.get(key)
        if believed is None:
            found = self._candidates.get(spelling, [])
            is_lone = len(self._files(found)) == 1
            believed = self._believed_so[key] = []
            for number in found:
                root = parent(self._paths.places[number])
                near = top is not None and (is_lone or (top != "" and _top(root) == top))
                if near or self._roots.trusts(root, spelling):
                    believed.append(number)
        return believed

    def _behind_roots(self, spelling: str) -> list[int]:
        candidates = self._behind.get(spelling)
        if candidates is None:
            steps, tail = _upwards(spelling)
            above, paths = self._list_ancestors(steps), self._paths
            ends = ((n, paths.places[n]) for n in self._upwards.get(tail, ()))
            files = {paths.file(n) for n, path in ends if path[: len(path) - len(tail)].rstrip("/") in above}
            candidates = self._behind[spelling] = sorted(files)
        return candidates

    def _list_ancestors(self, steps: int) -> set[str | None]:
        """What is so many folders above a trusted root."""
        found = self._above_so.get(steps)
        if found is None:
            up = "/.." * steps
            found = self._above_so[steps] = {self._paths.resolve(root + up) for root in self._roots.trusted} - {None}
        return found

    def _choose(self, folder: str, spelling: str, candidates: Sequence[int], without: int | None = None) -> Resolution:
        """The nearest to a folder, of equally near ones the most trusted, without one file."""
        if without is None and len(files := self._files(candidates)) == 1:
            return Resolution("repository", files)
        winners = self._nearest_of(spelling, candidates).find_around(folder, without)
        if len(winners) == 1:
            return Resolution("repository", winners)
        return Resolution("ambiguous", candidates=winners)

    def _nearest_of(self, spelling: str, candidates: Sequence[int]) -> Nearest:
        key = (spelling, id(candidates))
        nearest = self._nearest.get(key)
        if nearest is None:
            nearest = self._nearest[key] = Nearest(self._paths, self._roots.weight, spelling, candidates)
        return nearest

    def _files(self, candidates: Iterable[int]) -> tuple[int, ...]:
        """The files at places, each once."""
        return tuple(dict.fromkeys(map(self._paths.file, candidates)))

    def _absent(self, folder: str, form: str, spelling: str) -> Resolution:
        if spelling in STANDARD_HEADERS or (form == "angled" and _top(spelling) in SYSTEM_FOLDERS):
            return _EXTERNAL
        if templates := self._templates_of(folder, spelling):
            return Resolution("generated", templates=templates)
        holder = parent(spelling)
        if ".." in holder.split("/"):
            return _EXTERNAL if self._paths.leaves(f"{folder}/{spelling}") else _MISSING
        if holder:
            # Its folder is here, and it is not: the build makes it, or it is gone.
            return (
                _MISSING if any(self._is_root_of(path, holder) for path in self._folders.get(holder, [])) else _EXTERNAL
            )
        return _EXTERNAL if form == "angled" or spelling in self._angled else _MISSING

    def _is_root_of(self, path: str, holder: str) -> bool:
        return (path[: len(path) - len(holder)].rstrip("/"), _top(holder)) in self._roots.tops

    def _templates_of(self, folder: str, spelling: str) -> tuple[int, ...]:
        if end := WILDCARDS.get(spelling.rpartition("/")[2]):
            beside = parent(f"{folder}/{spelling}").removeprefix("/")
            found = [n for n, path in enumerate(self._paths.places) if path.endswith(end) and parent(path) == beside]
            return self._files(found)
        for source in header_sources(spelling):
            found = self._templates.get(source, [])
            near = [n for n in found if "/" in spelling or _is_near(parent(self._paths.places[n]), folder)]
            if near:
                closest = max(count_shared_folders(parent(self._paths.places[n]), folder) for n in near)
                return self._files(
                    n for n in near if count_shared_folders(parent(self._paths.places[n]), folder) == closest
                )
        return ()

    def _weigh_roots(self, searched: Iterable[str]) -> _Roots:
        weight: Counter[str] = Counter()
        flat: dict[str, set[str]] = defaultdict(set)
        tops: set[tuple[str, str]] = set()
        for spelling in searched:
            found = self._candidates.get(spelling, [])
            roots = [self._paths.places[n][: len(self._paths.places[n]) - len(spelling)].rstrip("/") for n in found]
            if "/" in spelling:
                if spelling in self._by_others and len(self._files(found)) == 1:
                    for root in roots:
                        weight[root] += 1
                        tops.add((root, _top(spelling)))
            elif spelling not in STANDARD_HEADERS:
                for root in roots:
                    flat[root].add(spelling)
        headers = Counter(
            parent(path) for path in self._paths.places if path.endswith((".h", ".hpp", ".hh", ".hxx", ".cuh"))
        )
        return _Roots(weight, flat, headers, tops)


class _Roots:
    """The folders that includes are spelled from."""

    def __init__(
        self, weight: Counter[str], flat: Mapping[str, set[str]], headers: Counter[str], tops: set[tuple[str, str]]
    ) -> None:
        self.tops = tops  # each root with the first folders of the spellings that it alone explains
        self.weight = weight  # different spellings with a folder that this root alone explains
        self._flat = flat  # spellings without a folder that are files of this root
        self._headers = headers
        self.trusted = set(weight) | {root for root in flat if self._is_flat_root(root, "")}

    def trusts(self, root: str, spelling: str) -> bool:
        """Whether a name without a folder may be looked for in `root`, by evidence other than that name."""
        if spelling in STANDARD_HEADERS:
            return len(self._flat.get(root, ())) >= _MAX_LISTED * 3 and self.weight[root] > 0
        return self.weight[root] > 0 or self._is_flat_root(root, spelling)

    def _is_flat_root(self, root: str, spelling: str) -> bool:
        explained = self._flat.get(root, set())
        others = len(explained - {spelling})
        large_part = len(explained) >= _PART * self._headers[root] > 0
        return others >= _MAX_LISTED or (large_part and (others > 0 or root.rpartition("/")[2] in _INCLUDE_FOLDERS))


def _upwards(spelling: str) -> tuple[int, str]:
    """How many folders a spelling leads up first, and what follows."""
    steps, parts = 0, list[str]()
    for part in spelling.split("/"):
        if part != "..":
            parts.append(part)
        elif parts:
            parts.pop()
        else:
            steps += 1
    return steps, "/".join(parts)


def _is_near(one: str, other: str) -> bool:
    """Whether two folders are the same, or in one folder of the root."""
    return one == other or count_shared_folders(one, other) > 0


def _top(path: str) -> str:
    return path.partition("/")[0]


def _normal(spelling: str) -> str:
    """A spelling with "/" for backslash and without "." parts; ".." is kept."""
    spelling = spelling.replace("\\", "/")
    if "//" in spelling or "./" in spelling:
        start = "/" if spelling.startswith("/") else ""
        spelling = start + "/".join(part for part in spelling.split("/") if part not in ("", "."))
    return spelling
