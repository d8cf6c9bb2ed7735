"""The calls that a compiled C# program makes, at the lines of its sources, for `truth_uses.py`.

Input: the lines of `CompilerUses.cs`, the folder of the sources, the folder that they have in the repository, and the
symbols that the compiler was given. Output: lines for `truth_uses.py`; those of kind `unseen` are lines that
conditional compilation left out, or of which the compiler notes no lines.

A compiler notes the line on which a statement begins; the name is looked for from there. It notes where the code of a
method begins; the declaration is found by the name of its type, its own, and its parameters.

    python benchmarks/csharp/csharp_truth.py CALLS SOURCES FOLDER SYMBOL... > TRUTH
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

import tree_sitter
import tree_sitter_c_sharp
from tree_sitter import Node

_NAMES = {
    **{"Int32": "int", "Int64": "long", "Int16": "short", "Byte": "byte", "SByte": "sbyte", "UInt32": "uint"},
    **{"UInt64": "ulong", "UInt16": "ushort", "Boolean": "bool", "Char": "char", "Double": "double", "Single": "float"},
    **{"Decimal": "decimal", "String": "string", "Object": "object"},
}
_TYPES = ("class_declaration", "struct_declaration", "interface_declaration", "record_declaration")
Key = tuple[str, str, tuple[str, ...]]


def main() -> None:
    """Print the truth."""
    calls, sources, folder, *symbols = sys.argv[1:]
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_c_sharp.language()))
    places: dict[Key, set[tuple[str, int]]] = defaultdict(set)
    lines: dict[str, list[str]] = {}
    for path in sorted(Path(sources).rglob("*.cs")):
        name = path.relative_to(sources).as_posix()
        text = path.read_text("utf-8-sig")
        lines[name] = text.split("\n")
        seen = visible(lines[name], frozenset(symbols))
        for number in set(range(1, len(lines[name]) + 1)) - seen:
            print("unseen", f"{folder}/{name}", number, "", "", 0, sep="\t")
        kept = "\n".join(line if at in seen else "" for at, line in enumerate(lines[name], 1))
        lines[name] = kept.split("\n")
        tree = parser.parse(kept.encode())
        declarations(tree.root_node, name, places)
        for number in arrows(tree.root_node) & seen:
            print("unseen", f"{folder}/{name}", number, "", "", 0, sep="\t")
    known: Counter[tuple[str, str, str]] = Counter()
    for row in Path(calls).read_text("utf-8").splitlines():
        kind, file, line, name, _, _, owner, types, overriding = row.split("\t")
        owner, name = owner.replace("/", "."), name.partition("`")[0]
        owner = re.sub(r"`\d+", "", owner)
        parameters = tuple(simple(each) for each in types.split(",") if each)
        is_constructor = name == owner.rpartition(".")[2]
        found = places.get((owner, name, parameters)) or (places.get((owner, "", ())) if is_constructor else None)
        at = int(line)
        if found is None or len(found) > 1 or file not in lines:
            print("no declaration:", row, file=sys.stderr)
            continue
        if (
            kind == "call"
            and is_constructor
            and not re.search(r"\b(base|this)\b", " ".join(lines[file][at - 2 : at + 1]))
        ):
            continue  # that of the base, which nothing calls in the text
        known[file, line, name] += 1
        target, start = next(iter(found))
        if kind == "call" and is_constructor:
            near = [each for each in (at, at - 1, at - 2) if re.search(r"\b(base|this)\s*\(", lines[file][each - 1])]
            at = near[0] if near else at
        else:
            at = spelled_at(lines[file], at, name, known[file, line, name], is_new=kind == "new")
        others = [
            places.get((re.sub(r"`\d+", "", each.replace("/", ".")), name, parameters))
            for each in overriding.split(";")
        ]
        listed = [f"{folder}/{other}:{first}" for each in others if each for other, first in each]
        print(kind, f"{folder}/{file}", at, name, f"{folder}/{target}", start, *listed, sep="\t")


def visible(lines: list[str], symbols: frozenset[str]) -> set[int]:
    """The lines that a compiler sees with some symbols defined."""
    seen: set[int] = set()
    stack: list[tuple[bool, bool]] = []  # whether this branch is on, and whether any was
    for number, line in enumerate(lines, 1):
        match = re.match(r"\s*#\s*(if|elif|else|endif)\b(.*)", line)
        if match is None:
            if all(on for on, _ in stack):
                seen.add(number)
            continue
        word, condition = match[1], match[2].partition("//")[0]
        if word == "if":
            on = holds(condition, symbols)
            stack.append((on, on))
        elif word == "endif":
            stack.pop()
        else:
            was = stack[-1][1]
            on = not was and (word == "else" or holds(condition, symbols))
            stack[-1] = (on, on or was)
    return seen


def holds(condition: str, symbols: frozenset[str]) -> bool:
    """Whether the condition of an `#if` holds."""
    words = re.findall(r"\w+|&&|\|\||!|\(|\)", condition)
    spelled = {"&&": " and ", "||": " or ", "!": " not ", "(": "(", ")": ")"}
    return bool(eval("".join(spelled.get(each, str(each in symbols or each == "true")) for each in words)))


def declarations(root: Node, file: str, places: dict[Key, set[tuple[str, int]]]) -> None:
    """Note where each method, constructor and type is declared."""
    pending = [(root, "")]
    while pending:
        node, around = pending.pop()
        name = node.child_by_field_name("name")
        text = (name.text or b"").decode() if name is not None else ""
        inside = around
        if node.type in (*_TYPES, "namespace_declaration"):
            inside = f"{around}.{text}" if around else text
            if node.type in _TYPES:
                places[inside, "", ()].add((file, node.start_point[0] + 1))
        elif node.type in ("method_declaration", "constructor_declaration"):
            parameters = node.child_by_field_name("parameters")
            listed = tuple(parameter_types(parameters)) if parameters is not None else ()
            if any(each.type == "explicit_interface_specifier" for each in node.named_children):
                text = f"explicit {text}"
            places[around, text, listed].add((file, node.start_point[0] + 1))
        pending.extend((each, inside) for each in node.named_children)


def arrows(root: Node) -> set[int]:
    """The lines of members that are one expression, of which mcs writes no lines."""
    found: set[int] = set()
    pending = [root]
    while pending:
        node = pending.pop()
        if node.type == "arrow_expression_clause":
            found.update(range(node.start_point[0] + 1, node.end_point[0] + 2))
        else:
            pending.extend(node.named_children)
    return found


def parameter_types(parameters: Node) -> list[str]:
    """The simple types of a list of parameters."""
    types = []
    for each in [*parameters.named_children, parameters]:
        of = each.child_by_field_name("type") if each.type in ("parameter", "parameter_list") else None
        if of is not None:
            types.append(simple((of.text or b"").decode()))
    return types


def simple(name: str) -> str:
    """A type without namespace, type arguments and the mark of a reference."""
    while (shorter := re.sub(r"<[^<>]*>", "", name)) != name:
        name = shorter
    name = re.sub(r"`\d+|&|\s", "", name).rpartition(".")[2]
    base = name.rstrip("[],?")
    return _NAMES.get(base, base) + name[len(base) :]


def spelled_at(lines: list[str], line: int, name: str, number: int, *, is_new: bool) -> int:
    """The line of the n-th call of a name from a line on, in the same statement as far as that is seen."""
    depth = 0
    for at in range(line, min(line + 60, len(lines) + 1)):
        text = re.sub(r'"(\\.|[^"\\])*"', '""', lines[at - 1])
        number -= len(re.findall(rf"\bnew\s+[\w.]*\b{name}\b" if is_new else rf"\b{name}\b\s*[(<]", text))
        if number <= 0:
            return at
        depth += text.count("(") - text.count(")")
        if depth <= 0 and text.rstrip().endswith(";"):
            break
    return line


if __name__ == "__main__":
    main()
