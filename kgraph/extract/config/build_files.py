"""Build files with grammars so small that they are read here: CMake and Dockerfile.

Input: the bytes of a file. Output: what it defines and makes, and the files that it names where they are spelled out.

In paths, CMake's variables for the current folder ("") and the root of the source ("/") are known, and those that the
same file sets to one literal; a path with any other variable is not guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from kgraph.build_facts import BuildFacts, CommandFact, PackageFact, TargetFact
from kgraph.extract.config.ci import image_package
from kgraph.extract.text import clean, count_lines, flatten, link
from kgraph.model import FileFacts, Kind, LinkFact, SymbolFact

_LONG_SIGNATURE = 160
_LONG_PATH = 1000

# The lexical grammar of cmake-language(7): bracket comments and arguments, line comments, quoted arguments,
# parentheses, unquoted arguments. What is never closed goes on to the end, so that nothing is looked through twice.
_TOKEN = re.compile(
    r"#\[(=*)\[.*?(?:\]\1\]|\Z)|#[^\n]*|\[(=*)\[.*?(?:\]\2\]|\Z)|\"(?:\\.|[^\"\\])*(?:\"|\Z)|[()]|(?:\\.|[^\s()#\"\\])+",
    re.DOTALL,
)
_TARGETS = frozenset(
    {
        "add_library",
        "add_executable",
        "add_custom_target",
        "cuda_add_library",
        "cuda_add_executable",
        "pybind11_add_module",
        "python_add_library",
    }
)
_PATHS = {
    "CMAKE_CURRENT_SOURCE_DIR": ".",
    "CMAKE_CURRENT_LIST_DIR": ".",
    "CMAKE_SOURCE_DIR": "",
    "PROJECT_SOURCE_DIR": "",
}
_REFERENCE = re.compile(r"\$\{(\w+)\}")
_FILE = re.compile(r"[\w./+@-]*\w\.[A-Za-z][\w+]{0,10}(?:\.in)?")
_NAME = re.compile(r"[\w.:+-]+")


@dataclass(slots=True)
class _Command:
    name: str  # in lower case
    arguments: list[tuple[str, int]]  # as spelled, with the line
    line: int
    end: int  # of a function or macro: where that ends


def cmake(content: bytes) -> FileFacts:
    """Functions, macros, options, variables and targets; files and folders that are named."""
    text = clean(content.decode("utf-8", "replace"))
    declarations: list[tuple[Kind, _Command]] = []
    links: list[LinkFact] = []
    open_: list[_Command] = []  # functions and macros
    variables: set[str] = set()
    commands: list[CommandFact] = []
    packages: list[PackageFact] = []
    paths = dict(_PATHS)
    for command in _commands(text):
        links += _links(command, paths)
        arguments = tuple(flatten(argument) for argument, _ in command.arguments)
        commands.append(CommandFact(flatten(command.name), arguments, command.line, command.end))
        if command.name == "find_package" and (package := _package(arguments, command.line)):
            packages.append(package)
        name = command.arguments[0][0] if command.arguments else ""
        literal = _NAME.fullmatch(name) is not None
        if command.name == "set" and literal and len(command.arguments) == 2:
            paths.setdefault(name, _expand(command.arguments[1][0], paths))
        match command.name:
            case "function" | "macro":
                open_.append(command)
                if literal:
                    declarations.append((Kind.FUNCTION if command.name == "function" else Kind.MACRO, command))
            case "endfunction" | "endmacro":
                if open_:
                    open_.pop().end = command.end
            case "option" if literal:
                declarations.append((Kind.VARIABLE, command))
            case "set" if literal and not open_ and len(command.arguments) > 1 and name not in variables:
                variables.add(name)
                declarations.append((Kind.VARIABLE, command))
            case target if literal and target in _TARGETS:
                declarations.append((Kind.TARGET, command))
    symbols = tuple(_symbol(kind, command) for kind, command in declarations)
    build = BuildFacts(tuple(packages), commands=tuple(commands))
    return FileFacts(count_lines(content), "syntax", symbols=symbols, links=tuple(links), build=build)


_VERSION = re.compile(r"\d[\d.]*(?:\.\.\.<?\d[\d.]*)?")


def _package(arguments: Sequence[str], line: int) -> PackageFact | None:
    """What `find_package` names; None where a variable does."""
    name, *rest = arguments or ("",)
    if not _NAME.fullmatch(name):
        return None
    version = next((each for each in rest[:1] if _VERSION.fullmatch(each)), "")
    return PackageFact("cmake", name, line, version, "runtime" if "REQUIRED" in rest else "optional")


def _commands(text: str) -> Iterator[_Command]:
    """The commands of a CMake file: a word, and what stands in parentheses behind it."""
    line = 1
    done = 0  # how far lines have been counted
    word = ("", 0)
    command: _Command | None = None
    depth = 0
    for match in _TOKEN.finditer(text):
        piece = match[0]
        line += text.count("\n", done, match.start())
        done = match.start()
        if piece.startswith("#"):
            continue
        if command is None:
            if piece == "(" and word[0]:
                command, depth = _Command(word[0].lower(), [], word[1], line), 1
            word = (piece, line) if piece not in "()" else ("", 0)
        elif piece == "(":
            depth += 1
        elif piece == ")":
            depth -= 1
            if depth == 0:
                command.end = line
                yield command
                command, word = None, ("", 0)
        else:
            command.arguments.append((piece, line))


def _symbol(kind: Kind, command: _Command) -> SymbolFact:
    words = [text for text, _ in command.arguments]
    callable_ = kind in (Kind.FUNCTION, Kind.MACRO)
    return SymbolFact(
        kind,
        words[0],
        command.line,
        command.end,
        arity=len(words) - 1 if callable_ else -1,
        local=True,
        signature=flatten(f"{command.name}({' '.join(words)})", _LONG_SIGNATURE),
        doc=flatten(words[1].strip('"')) if command.name == "option" and len(words) > 1 else "",
    )


def _links(command: _Command, paths: Mapping[str, str]) -> Iterator[LinkFact]:
    """The files that a command names, whatever it does with them; whether they exist is for others to know."""
    folder = command.name == "add_subdirectory"
    for position, (argument, line) in enumerate(command.arguments):
        path = _expand(argument, paths)
        if (folder and position == 0 and path and "$" not in path) or _FILE.fullmatch(path):
            yield from link(path, line)


def _expand(argument: str, paths: Mapping[str, str]) -> str:
    """An argument without quotes, its known variables replaced."""
    text = argument[1:-1] if argument.startswith('"') else argument
    if "$" not in text:
        return text
    expanded = _REFERENCE.sub(lambda match: paths.get(match[1], match[0]), text)
    # Variables that double each other would fill the memory.
    return expanded.removeprefix("./") if len(expanded) <= _LONG_PATH else text


_STAGE = re.compile(r"FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?", re.IGNORECASE)
_COPY_FROM = re.compile(r"(?:COPY|ADD)\s+(?:--\S+\s+)*--from=(\S+)", re.IGNORECASE)
_COPY = re.compile(r"(?:COPY|ADD)\s+(.+)", re.IGNORECASE)


def dockerfile(content: bytes) -> FileFacts:
    """The stages that have names, and what they are made of; images; files that are copied out of the repository."""
    lines = count_lines(content)
    symbols: list[SymbolFact] = []
    links: list[LinkFact] = []
    packages: list[PackageFact] = []
    needs: dict[
        str, tuple[int, list[str]]
    ] = {}  # of each stage: its line, and the stages and images that it is made of
    stage_name = ""
    for number, line in _instructions(clean(content.decode("utf-8", "replace"))):
        if stage := _STAGE.match(line):
            if stage[1] not in needs and (package := image_package(stage[1], number)):
                packages.append(package)
            stage_name = stage[2] or ""
            if stage_name:
                needs.setdefault(stage_name, (number, []))[1].append(stage[1])
                signature = flatten(line, 160)
                symbols.append(SymbolFact(Kind.TARGET, stage_name, number, number, local=True, signature=signature))
        elif copied := _COPY_FROM.match(line):
            if stage_name:
                needs[stage_name][1].append(copied[1])
            if copied[1] not in needs and not copied[1].isdecimal() and (package := image_package(copied[1], number)):
                packages.append(package)
        elif (copy := _COPY.match(line)) and "--from=" not in line:
            words = [word for word in re.split(r"[\s,\[\]\"]+", copy[1]) if word and not word.startswith("--")]
            for word in words[:-1]:
                links += link(word, number) if "$" not in word and "://" not in word else []
    targets = (
        TargetFact(name, "stage", number, needs=tuple(dict.fromkeys(each for each in found if each in needs)))
        for name, (number, found) in needs.items()
    )
    build = BuildFacts(tuple(packages), tuple(targets))
    return FileFacts(lines, "syntax", symbols=tuple(symbols), links=tuple(links), build=build)


def _instructions(text: str) -> Iterator[tuple[int, str]]:
    """Instructions with the number of their first line; a backslash continues a line."""
    first = 1
    pieces: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("#"):
            continue
        if not pieces:
            first = number
        pieces.append(line.strip().removesuffix("\\"))
        if not line.rstrip().endswith("\\"):
            yield first, " ".join(pieces).strip()
            pieces = []
    if pieces:
        yield first, " ".join(pieces).strip()
