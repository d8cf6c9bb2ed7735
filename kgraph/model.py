"""The nouns of kgraph: what the stages hand to each other.

Output: source files (from scan), facts (from extract), column tables (from assemble).

Facts hold spellings only; which file an include means, or which class an out-of-line member belongs to, is
decided by `assemble`, which sees all files. Facts do not even know their own path: they depend on a file's
content and language alone, so that they can be cached by content.

Lines are counted from 1 and ranges include both ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from kgraph.build_facts import BuildFacts
from kgraph.name_facts import RuntimeNameFact

if TYPE_CHECKING:
    import polars as pl

GRAPH_FOLDER = ".kgraph"  # where a repository keeps its graph by default
READER_FAILED = "kgraph failed: "  # begins the reason where a reader failed, not what the file holds or the machine has
PAGES_MANIFEST = ".kgraph-pages.json"  # lists the documentation pages of the folder that it stands in


class Kind(StrEnum):
    """What a symbol is; each value is the local name of its class in the vocabulary."""

    NAMESPACE = "Namespace"
    CLASS = "Class"
    STRUCT = "Struct"
    UNION = "Union"
    ENUM = "Enum"
    ENUMERATOR = "Enumerator"
    FUNCTION = "Function"
    METHOD = "Method"
    CONSTRUCTOR = "Constructor"
    DESTRUCTOR = "Destructor"
    CONVERSION = "Conversion"  # operator T()
    FIELD = "Field"  # a data member, static or not; in Python a variable in a class body
    VARIABLE = "Variable"
    TYPE_ALIAS = "TypeAlias"  # typedef and using X = Y
    MACRO = "Macro"
    CONCEPT = "Concept"
    MODULE = "Module"  # one Python file seen as a module
    PROPERTY = "Property"  # a Python property; a top-level key of a data file
    HEADING = "Heading"  # a section of a document
    TARGET = "Target"  # what a build file makes: a CMake or Make target
    BUILD_TEST = "BuildTest"  # a test that a build file registers: CMake's `add_test`


class RelationReason(StrEnum):
    """Why a file is related to "this file", the one whose list it is in, where the reason is a sentence of its own.

    Reasons that name something, such as the words that two files share, are not here.
    """

    TESTS = "tests this file"
    TESTED_BY = "tested by this file"
    NAMED_TEST = "named like a test of this file"  # and nothing says that it uses it
    NAMED_TESTED = "named like what this file tests"
    INCLUDED = "included by this file"
    INCLUDES = "includes this file"
    IMPORTED = "imported by this file"
    IMPORTS = "imports this file"
    LINKED = "linked from this file"
    LINKS = "links to this file"
    VARIANT = "variant of the same unit"


IMPLEMENTS_PREFIX = "implements "  # and the name of the file
DECLARES_PREFIX = "declares what "  # and the name of the file that implements it


def is_counterpart(reason: str) -> bool:
    """Whether a reason says that one file implements what the other declares."""
    return reason.startswith((IMPLEMENTS_PREFIX, DECLARES_PREFIX))


UNREADABLE = "unreadable: "  # what `SourceFile.unparsed` begins with where not even the bytes could be had


class SourceFile(msgspec.Struct, frozen=True):
    """One file of the repository, as scan saw it."""

    path: str  # from the root, always with "/"; bytes that are no UTF-8 as surrogate escapes
    size: int  # bytes in the working tree
    blob: str  # git blob id of the content in the working tree: 40 or 64 hex digits
    language: str = ""  # by name or shebang: "C++", "Python", ...; "" where unknown
    form: Literal["file", "symlink", "submodule"] = "file"
    unparsed: str = ""  # why it must not be parsed ("vendored", "larger than 4 MB", ...); "" where it may
    target: str = ""  # what stands in a symbolic link, as surrogate escapes where it is no UTF-8

    @property
    def is_readable(self) -> bool:
        """Whether it is a file whose bytes can be had; it need not be one that is parsed."""
        return self.form == "file" and not self.unparsed.startswith(UNREADABLE)


class SymbolFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One declaration or definition of a symbol, as one file spells it."""

    kind: Kind
    name: str  # the short name: "push", "operator==", "~Stack", "hash<Key>", "(anonymous namespace)"
    start: int  # line
    end: int  # line, inclusive
    scope: str = ""  # qualified name of the lexically enclosing symbols: "at::native", "Stack.push"
    qualifier: str = ""  # C++: the explicit qualifier of an out-of-line declarator: "Stack", "::at::Tensor"
    parent: int = -1  # index of the lexically enclosing symbol among the file's symbols, or -1
    # What tells apart symbols of equal kind and qualified name: the normalised parameter types and qualifiers of a
    # C++ function, "(int64_t,Stack&) const"; the counter of a repeated heading.
    key: str = ""
    arity: int = -1  # number of parameters; -1 for what is not callable
    definition: bool = True  # False for a mere declaration
    local: bool = False  # not visible from other files: static, anonymous namespace, `main`, all of Python
    access: Literal["", "public", "protected", "private"] = ""
    signature: str = ""  # the declaration on one line, without its body
    doc: str = ""  # the comment or docstring, without its markers
    bases: tuple[str, ...] = ()  # base classes as spelled, with access: "public torch::nn::Module"
    modifiers: tuple[str, ...] = ()  # "static", "virtual", "template", "async", "@staticmethod", ...
    macro: str = ""  # the macro whose use made this definition: "TEST"


class IncludeFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One include directive or import statement, as spelled."""

    spelling: str  # "vector", "shape.h", "..pkg.mod" (leading dots kept)
    line: int
    # "angled", "quoted", "macro" (`#include CONFIG_H`), "import" (`import x`), "from" (`from x import y`), "template"
    form: Literal["angled", "quoted", "macro", "import", "from", "template"]
    condition: str = ""  # the enclosing #if's, joined with " && "; in Python "TYPE_CHECKING", "try", ...
    names: tuple[str, ...] = ()  # `from x import a, b as c`: ("a", "b"); ("*",)


class LinkFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One link of a document, as spelled: "../setup.py#L3", "https://..."."""

    target: str
    line: int
    text: str = ""


class UseKind(StrEnum):
    """What a name is used for, as far as the text tells; each value is its letter in `UseFacts.kinds`."""

    CALL = "c"  # `f(1)`, `a.f()`, `A::f()`
    FUNCTION = "f"  # a call of what is surely no macro: its name was undefined before
    CONSTRUCT = "n"  # `new T(1)`, `T x(1)`, `T{1}`
    DECLARE = "d"  # C++: `T x;`, `T x{1};`, `return T{1};`: makes something if T is a class that has a constructor
    TYPE = "t"  # the name of a type
    MACRO = "m"  # the name of a macro that is no call
    READ = "r"  # of a variable or attribute
    WRITE = "w"
    LAUNCH = "g"  # of a GPU kernel: `f<<<grid, block>>>(x)`
    MENTION = "o"  # C++: the name of whatever it is, not called; `TYPE` where a symbol is declared with it
    BASE = "b"  # Python: a base class; the owner is the class that has it
    USING = "u"  # C++: `using a::f;` names f, with "a" in front; `using namespace a::b;` names "*", with "a::b"
    ALIAS = "a"  # C++: `namespace c = a::b;` names c, with "a::b" in front


class UseFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    r"""The uses of names in one file, by columns: a repository has half a million, too many for an object each.

    Texts hold one item per use with a line feed between; numbers are packed in the machine's byte order. Use number
    i is `kinds[i]`, `names.split("\n")[i]`, ..., and they stand in the order of the text.
    """

    kinds: str = ""  # a letter of `UseKind` each
    names: str = ""  # the short name as spelled: "push"; Python: the whole path (see `extract.python.uses`)
    qualifiers: str = ""  # what stands in front of it: C++ "at::native" or "::", "" in Python
    receivers: str = ""  # C++: what a member is taken of, "this", "stack_", "f()"; "" for none
    types: str = ""  # the receiver's declared type, where the file tells it; C++: "\t" and an argument behind it
    lines: bytes = b""  # 32-bit numbers without sign
    owners: bytes = b""  # index of the innermost enclosing symbol among the file's symbols, or -1; 32-bit numbers
    arguments: bytes = b""  # how many, or -1; 16-bit numbers
    # Short names of what is called on something of which the file does not show what it is, and of base classes, with
    # `UNRESOLVED_BASE` in front, of which it does not.
    unknown: str = ""


UNRESOLVED_BASE = "base "  # in front of the name of a base class, among names of calls that lead nowhere


class NameBindingFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a name of a Python module, an attribute of a class's instances, or a function's result is.

    The path says it as the paths of Python's uses do: "torch.nn:Module", ":Stack()".
    """

    owner: int  # index of the class or function among the file's symbols; -1 for the module
    name: str  # "()" for a function's result, "*" for `from x import *`, "__all__" for that (path: the names)
    path: str  # of what a module assigns, rather than imports, with "=" in front: ":Stack()" as "=:Stack()"


class NativeBindingFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One name that C++ offers to Python, or what tells in which module such names are."""

    # "function", "property", "operator", "enumerator", "class", "function table" (a row of one); or "table" (a table of
    # methods is the container's), "object" (a variable is the container), "pass" (a function is called with it).
    mechanism: str
    container: str  # see `extract.cpp.bindings`
    name: str  # in Python
    target: str  # in C++, as spelled; "" for a lambda that does more than one call
    scope: str  # namespaces around
    line: int
    is_lambda: bool = False  # whether a lambda is bound; the target is then the only thing that it calls


class Diagnostic(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a parser could not make sense of, while it read the rest of the file."""

    line: int
    message: str


class FileFacts(msgspec.Struct, frozen=True, tag="facts"):
    """All that one file says by itself."""

    lines: int
    read_as: Literal["semantic", "syntax", "listed"] = "listed"  # "listed": counted, not parsed
    doc: str = ""  # the file's leading comment or docstring
    symbols: tuple[SymbolFact, ...] = ()  # in order of appearance; a parent stands before its children
    includes: tuple[IncludeFact, ...] = ()
    links: tuple[LinkFact, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    uses: UseFacts = UseFacts()
    branches: bytes = b""  # lines of what runs in some runs alone: see `extract.python.branches`
    bindings: tuple[NameBindingFact, ...] = ()
    bound: tuple[NativeBindingFact, ...] = ()
    # What the names of a file's imports are (owner -1), and what its symbols hold or give: see `extract.scoped`.
    holdings: tuple[NameBindingFact, ...] = ()
    # What the file says that it belongs to: "com.example.stack" in Java, "main" in Go, the module "a.b:part" in C++.
    package: str = ""
    build: BuildFacts = BuildFacts()  # of manifests and build files
    runtime_names: tuple[RuntimeNameFact, ...] = ()  # see `extract.python.runtime_names`


class CompactFacts(FileFacts, frozen=True, tag="facts"):
    """The same with its symbols as they are at rest: millions of objects are not made before they become columns."""

    symbols: msgspec.Raw = msgspec.Raw(b"\x90")  # type: ignore[assignment]


_symbols_decoder = msgspec.msgpack.Decoder(tuple[SymbolFact, ...])


def symbols_of(facts: FileFacts) -> tuple[SymbolFact, ...]:
    """The symbols of a file. Raises `msgspec.MsgspecError` where those of compact facts are damaged."""
    symbols: object = facts.symbols
    return _symbols_decoder.decode(symbols) if isinstance(symbols, msgspec.Raw) else facts.symbols


class Skipped(msgspec.Struct, frozen=True, tag="skipped"):
    """A file that could not be read or parsed; it stays a node, and the reason is a fact of the graph."""

    reason: str  # "syntax error: invalid syntax", "the parser crashed", "took longer than 20 s", ...
    line: int = 0  # where, when the parser knew; else 0
    lines: int = 0  # of the file, when it could be counted; else 0
    passing: bool = False  # whether the reason may be gone the next time: it lies in the machine, not in the content


ExtractResult = FileFacts | Skipped


def with_decoded_symbols(result: ExtractResult) -> ExtractResult:
    """The same facts, with the symbols as objects."""
    if not isinstance(result, CompactFacts):
        return result
    return msgspec.structs.replace(result, symbols=symbols_of(result))


class FileIdentifiers(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The identifiers of one file, of whatever language, comments and strings included."""

    names: str = ""  # sorted, a space between
    counts: bytes = b""  # how often each occurs: 16-bit numbers in the machine's byte order
    generated: bool = False  # the first lines say that a program wrote the file
    pasted: str = ""  # what names are made of, a space between: "_handle##" in front, "##Attr" behind, "=all" looked up


@dataclass(frozen=True, slots=True)
class Repository:
    """What a build is given, and finds out, about the repository as a whole."""

    name: str
    base: str  # base IRI of all its nodes, ends with "/"
    revision: str = ""  # commit id of HEAD; "" outside git
    dirty: bool = False  # the working tree differs from the revision
    origin: str = ""  # URL of the origin remote without credentials; "" where there is none


@dataclass(frozen=True, slots=True)
class Graph:
    """A whole graph as column tables; `kgraph.vocab.tables` says what each column holds.

    Node ids are IRIs without the base: `file/a/b.h`, `symbol/cpp/function/...`. Every table is sorted by its id
    (`edges`: by source, kind, target), so that equal graphs have equal tables.
    """

    repository: Repository
    tables: Mapping[str, pl.DataFrame]
    # Call sites by what became of them: "extracted", "inferred", "unresolved"; empty where nobody looked.
    call_sites: Mapping[str, int] = field(default_factory=dict)
    # What the uses of a part of the files were made of, by the name of the part (see `assemble.kept_uses`).
    use_parts: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, table: str) -> pl.DataFrame:
        return self.tables[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)


# --- what a compiler says -------------------------------------------------------------------------------------------


class CompiledUse(IntEnum):
    """What a use is, as `CompiledFile.uses` has it; the names are those of the classes of uses."""

    CALL = 0
    REFERENCE = 1
    INHERITANCE = 2
    OVERRIDE = 3
    SPECIALIZATION = 4
    EXPANSION = 5
    TYPE_USE = 6


# The roles of uses, by bit.
ROLES = ("read", "write", "address", "public", "protected", "private", "virtual")
CONDITIONAL = "conditional"  # one more, of a use of which each line stands in a branch


class MacroSymbol(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What else is known of a declaration that a macro makes, which no text spells."""

    scope: str  # qualified name of what it is a member of
    key: str  # its parameter types
    arity: int
    signature: str
    local: bool  # not visible from other files


class CompiledFile(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a compiler says of one file, as one translation unit reads it.

    Columns of numbers are packed in the machine's byte order, row by row, 32 bits each. Places are offsets in bytes of
    the name in its file. A declaration is named by its row, a target by its row among the targets.
    """

    # Declarations: name, USR (what the compiler calls the entity, whatever file or unit declares it), and
    # kind (as in `tuple(Kind)`), offset, line of the name, first line, last line, parent's row or -1, flags (1: a
    # definition, 2: made by a macro, 4: a friend, 8: in "public", 16: "protected", 24: "private")
    names: tuple[str, ...] = ()
    usrs: tuple[str, ...] = ()
    declarations: bytes = b""
    made: dict[int, MacroSymbol] = {}
    # What is used: name, path (from the root) of the file that declares it; kind, offset, line, number of the path.
    paths: tuple[str, ...] = ()
    target_names: tuple[str, ...] = ()
    targets: bytes = b""
    # Uses: `CompiledUse`, target, declaration around it or -1, line, bits of `ROLES`.
    uses: bytes = b""
    # Directives that the preprocessor carried out: line, and the path from the root, "" outside the repository.
    includes: tuple[tuple[int, str], ...] = ()


GUESSED_TARGET = "target taken to be "  # begins a note on a unit whose compiler does not name its machine


class CompiledUnit(msgspec.Struct, frozen=True, array_like=True):
    """What came of one translation unit; all paths are from the root."""

    path: str  # of the file that is compiled; absolute where it is not in the repository
    outcome: str = ""  # why there is nothing: "the compiler crashed", ...; "" where it was read
    flags: tuple[str, ...] = ()
    source: str = ""  # where the flags come from
    notes: tuple[str, ...] = ()  # flags that were left out, and the like
    missing: tuple[tuple[str, int, str], ...] = ()  # file, line and spelling of headers that were not found
    errors: tuple[tuple[str, int, str], ...] = ()  # the first of the other errors: file, line, message
    error_count: int = 0
    reached: tuple[str, ...] = ()  # files of the repository that it reads
    seconds: float = 0.0  # of processor time, when it was read; no part of the graph

    @property
    def has_guessed_target(self) -> bool:
        """Whether another machine may be meant, with other predefined macros."""
        return any(note.startswith(GUESSED_TARGET) for note in self.notes)


@dataclass(frozen=True, slots=True)
class Compiled:
    """What a compiler says of a repository."""

    database: str  # path of the compile database
    units: Sequence[CompiledUnit] = ()
    files: Mapping[str, Sequence[CompiledFile]] = field(default_factory=dict)  # by path; mostly one each
    # Directives that the preprocessor carried out, by file: line, and the path from the root, "" outside of it.
    includes: Mapping[str, Sequence[tuple[int, str]]] = field(default_factory=dict)
    # The unit that each reached file's facts are taken from.
    deciding_units: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)  # diagnostics of files by path
    account: Mapping[str, Any] = field(default_factory=dict)  # of the database: entries, files elsewhere, ...
    outside: frozenset[str] = frozenset()  # absolute paths of the files elsewhere that were read
