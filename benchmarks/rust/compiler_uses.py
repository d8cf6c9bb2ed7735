"""What rustc says of the uses of a workspace, for `truth_uses.py`: calls and imports whose target is declared in it.

Input: the root of a workspace that a nightly toolchain compiles, and its packages. Output: one line for each use, as
`kind TAB file TAB line TAB name TAB target file TAB target line`. Paths are those of the workspace. Lines of the kind
`body` give the first and last line of each function that was compiled, `statement` the line of each import, `file` the
files that were compiled: of what a condition excludes, nothing is known.

rustc prints the typed bodies (`-Zunpretty=thir-tree`) and the items (`-Zunpretty=hir-tree`) of each crate. What macros
expand to is left out, as are operators, which are calls of methods too. Where the method of a trait is called on a type
that implements it in the workspace, the target is the implementation.

    python benchmarks/rust/compiler_uses.py WORKSPACE PACKAGE[:TARGET] ... > truth.tsv

TARGET is an option of cargo that names a target, such as `--bin=rg`; without one it is the library.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

_ID = re.compile(r"DefId\(\d+:\d+ ~ ([\w$]+)\[\w+\]((?:::(?:\{[^}]*\}|[^():,\s]+))*)\)")
_SPAN = re.compile(r"span: (\S+?\.rs):(\d+):\d+: (\d+):\d+ \(#(\d+)\)")
_EXTERN = re.compile(r"kind: ExternCrate\(\s*(?:Some\(\s*\"(\w+)|None,\s*(\w+))")
_TYPE = re.compile(r"^(?:&|'\{erased\}|mut |\s)+|[<,\]].*")


@dataclass
class Items:
    """What the crates declare."""

    places: dict[str, tuple[str, int]] = field(default_factory=dict)  # by path: file and line
    statements: list[tuple[str, int]] = field(default_factory=list)  # file and line of what imports
    bodies: list[tuple[str, int, int]] = field(default_factory=list)  # file and lines of items that were compiled
    files: dict[str, str] = field(default_factory=dict)  # of modules
    implemented: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # trait and type: impl blocks
    types: dict[str, set[str]] = field(default_factory=dict)  # that implement a trait
    members: dict[str, list[str]] = field(default_factory=dict)  # of impl blocks
    imports: list[tuple[str, int, str]] = field(default_factory=list)  # file, line, path of the target


def main() -> None:
    """Print the uses."""
    root, *packages = sys.argv[1:]
    items, calls = Items(), []
    for package in packages:
        name, _, target = package.partition(":")
        options = ["-p", name, target or "--lib"]
        read_items(_dump(root, options, "hir-tree"), items)
        calls += read_calls(_dump(root, options, "thir-tree"))
    lines = set()
    for file, line, path, of in calls:
        target = concrete(items, path, of)
        if (place := items.places.get(target)) is not None:
            lines.add(("call", file, line, target.rpartition("::")[2], *place))
    for file, line, path in items.imports:
        if (found := place_of(items, path)) is not None:
            lines.add(("import", file, line, path.rpartition("::")[2], *found))
    lines |= {("statement", file, line, "", file, line) for file, line in items.statements}
    lines |= {("body", file, start, "", file, end) for file, start, end in items.bodies}
    seen = {*items.files.values(), *(file for file, _ in items.places.values())}
    lines |= {("file", file) for file in seen}  # no others were compiled
    for each in sorted(lines):
        print(*each, sep="\t")


def _dump(root: str, options: list[str], form: str) -> Iterator[str]:
    command = ["cargo", "+nightly", "rustc", "--offline", *options, "--", f"-Zunpretty={form}"]
    command.append(f"--cfg=run{time.time_ns()}")  # Cargo prints nothing again that it believes fresh
    environment = os.environ | {"RUSTFLAGS": "--cap-lints allow"}
    with subprocess.Popen(
        command, cwd=root, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        yield from process.stdout


def _path(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}"


def read_items(lines: Iterator[str], items: Items) -> None:
    """Note the items of a crate: one block each, with the parts of the item itself 16 columns in."""
    owner, block = "", []
    for line in lines:
        if line.startswith("DefId(") and "=> OwnerNodes" in line:
            _item(owner, block, items)
            match = _ID.match(line)
            owner, block = _path(match) if match else "", []
        else:
            block.append(line)
    _item(owner, block, items)


def _item(owner: str, block: list[str], items: Items) -> None:
    if not owner:
        return
    own = next((m for line in block if line.startswith(" " * 16 + "span: ") and (m := _SPAN.search(line))), None)
    if own is not None and own[4] == "0":
        items.places[owner] = (own[1], int(own[2]))
        if re.search(r"\n {16}kind: (?:Fn|Const|Static)\b", "".join(block)):
            items.bodies.append((own[1], int(own[2]), int(own[3])))
    text = "".join(block)
    head = text[:2000]
    if "node: Crate(" in head or re.search(r"\n {16}kind: Mod\(", head):
        if (inner := re.search(r"inner_span: (\S+?\.rs):", text)) is not None:
            items.files[owner] = inner[1]
            if own is not None and own[4] == "0" and own[1] != inner[1]:
                items.imports.append((own[1], int(own[2]), owner))
                items.statements.append((own[1], int(own[2])))
    elif re.search(r"\n {16}kind: Use\(", head) and own is not None and own[4] == "0":
        span = _SPAN.search(text)
        if span is not None and span[4] == "0" and "ListStem" not in text:
            items.statements.append((span[1], int(span[3])))
        targets = re.findall(r"_ns: Some\(\s*Def\([^\[]*?\s(DefId\([^)]*\))", text)
        if span is not None and targets and "ListStem" not in text and span[4] == "0":
            for target in dict.fromkeys(targets):
                if match := _ID.match(target):
                    items.imports.append((span[1], int(span[3]), _path(match)))
    elif (
        own is not None
        and own[4] == "0"
        and (named := re.search(r"kind: ExternCrate\(\s*(?:Some\(\s*\"(\w+)|None,\s*(\w+))", head))
    ):
        items.statements.append((own[1], int(own[2])))
        items.imports.append((own[1], int(own[2]), named[1] or named[2]))
    elif re.search(r"\n {16}kind: Impl\(", head):
        _impl(owner, text, items)


def _impl(owner: str, text: str, items: Items) -> None:
    trait = re.search(r"of_trait: Some\(.*?res: Def\(\s*Trait,\s*(DefId\([^)]*\))", text, re.DOTALL)
    of = re.search(r"self_ty: .*?res: Def\(\s*(?:Struct|Enum|Union|TyAlias|Trait),\s*(DefId\([^)]*\))", text, re.DOTALL)
    items.members[owner] = [_path(m) for m in _ID.finditer(text) if _path(m).startswith(f"{owner}::")]
    if trait and of and (a := _ID.match(trait[1])) and (b := _ID.match(of[1])):
        items.implemented.setdefault((_path(a), _path(b)), []).append(owner)
        items.types.setdefault(_path(a), set()).add(_path(b))


def read_calls(lines: Iterator[str]) -> Iterator[tuple[str, int, str, str]]:
    """The calls of a crate: file, line of the name, path of what is called, and the type that it is called on."""
    waits, of_call = 0, False
    called: tuple[str, str] | None = None
    for line in lines:
        text = line.strip()
        if text.startswith("from_hir_call:"):
            of_call = text.endswith("true")
        elif text == "fun:":
            waits, called = (3 if of_call else 0), None
        elif waits and text.startswith("ty: FnDef("):
            match = _ID.search(text)
            called = (_path(match), text[match.end() :].lstrip(", [")) if match else None
        elif waits and text.startswith("span:"):
            span = _SPAN.match(text)
            waits = 0
            if called is not None and span is not None and span[4] == "0":
                yield span[1], int(span[3]), called[0], _TYPE.sub("", called[1])


def concrete(items: Items, path: str, of: str) -> str:
    """The implementation of a trait's method for a type, where there is exactly one; else the method."""
    trait, _, name = path.rpartition("::")
    types = [full for full in items.types.get(trait, ()) if of in (full, full.partition("::")[2])]
    blocks = [block for full in types for block in items.implemented[trait, full]]
    found = [each for block in blocks for each in items.members[block] if each == f"{block}::{name}"]
    return found[0] if len(set(found)) == 1 else path


def place_of(items: Items, path: str) -> tuple[str, int] | None:
    """Where a path is declared: a module at its file, a variant or field at its type."""
    while path:
        if path in items.files:
            return items.files[path], 1
        if path in items.places:
            return items.places[path]
        path = path.rpartition("::")[0] if "::" in path else ""
    return None


if __name__ == "__main__":
    main()
