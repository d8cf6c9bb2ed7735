"""What manifests and build files say: the packages that they name, the targets that they make.

Output: the values that `FileFacts.build` holds. As all facts, they are spellings: what a variable holds, which file a
pattern matches and which target a name means is for assembly to find out.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Scope = Literal["runtime", "development", "test", "build", "optional"]

# Expressions that nest deeper are `unknown`: no build file that people write comes near.
MAX_EXPRESSION_DEPTH = 24


class PackageFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One package that a manifest or lock file names."""

    ecosystem: str  # the type of a package URL: "pypi", "npm", "cargo", "golang", "maven", "nuget", "conan", ...
    name: str  # as spelled; with its namespace, if it has one: "@scope/name", "org.junit.jupiter/junit-jupiter"
    line: int
    specifier: str = ""  # the versions that are required, as spelled: ">=1.2,<2"
    scope: Scope = "runtime"
    condition: str = ""  # an environment marker, a feature or a platform: 'python_version < "3.11"'
    locked: str = ""  # the version that a lock file pins it to; the other fields are then of no use
    modules: tuple[str, ...] = ()  # what it is imported as, where the manifest says so


class TargetFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One target that a declarative build file makes: a crate, a Go command, an npm package, a Make rule."""

    name: str
    form: str  # "executable", "library", "test", "package", "rule", ...
    line: int
    sources: tuple[str, ...] = ()  # paths and globs from the folder of the build file; "dir/" is all code below it
    exclude: tuple[str, ...] = ()  # globs of files that are not among them
    # Names of targets; "path:FOLDER" for those of the build file there, "manifest:FILE#NAME" for one of another file.
    needs: tuple[str, ...] = ()
    links: bool = False  # whether the needs are linked, rather than built before
    root: str = ""  # the file without which the target is not there: "src/lib.rs"
    entry: str = ""  # of a script, the module and the function that it runs: "kgraph.cli:main"


class CommandFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One command of a CMake file, its arguments as spelled."""

    name: str  # in lower case
    arguments: tuple[str, ...]
    line: int
    end: int


class Expression(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An expression of Starlark or Meson, at most `MAX_EXPRESSION_DEPTH` deep.

    `form` says what the other fields are: "text" (`text`), "name" (`text`), "list" (`items`), "dict" (`items`: keys and
    values in turn), "join" (`items`: the two sides of `+`), "format" (`items`: the template, then what is put in it),
    "attribute" (`text` of `items[0]`), "call" (`items`: the function, then the arguments; `names` of those, "" where
    positional, "*" and "**" where unpacked), "select" (`items`: one of them), "each" (a comprehension: `names` of its
    variable, `items`: element, iterable), or "unknown".
    """

    form: str
    text: str = ""
    items: tuple[Expression, ...] = ()
    names: tuple[str, ...] = ()
    line: int = 0
    end: int = 0


class StatementFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One statement of a Starlark or Meson file.

    `form` is "assign" (`name` = `value`), "append" (`name` += `value`), "call" (`value`), "load" (`name` is a name
    here, `other` the name there, `value` the label), "function" (`name`; `parameters`, `value` a list of their
    defaults, "*" and "**" in front of the names of the rest; `body`), "for" (`parameters`, `value`, `body`), "block"
    (`body` of one branch of an `if`), or "return" (`value`).
    """

    form: str
    name: str = ""
    value: Expression = Expression("unknown")
    body: tuple[StatementFact, ...] = ()
    parameters: tuple[str, ...] = ()
    other: str = ""


class ProjectItem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One statement of an MSBuild project about the usings of its C# files."""

    form: Literal["using", "removed using", "import"]
    name: str  # a namespace or type; of an import, the path of another project file, as spelled
    alias: str = ""


class BuildFacts(msgspec.Struct, frozen=True, array_like=True):
    """All that one file says of packages and of what is built."""

    packages: tuple[PackageFact, ...] = ()
    targets: tuple[TargetFact, ...] = ()
    commands: tuple[CommandFact, ...] = ()
    statements: tuple[StatementFact, ...] = ()
    project: str = ""  # the name that a manifest gives its own package, with the ecosystem: "npm/@scope/name"
    roots: tuple[str, ...] = ()  # folders, from that of the file, that names of Python modules start from
    items: tuple[ProjectItem, ...] = ()

    def __bool__(self) -> bool:
        """Whether it says anything."""
        said = self.packages or self.targets or self.commands or self.statements or self.project or self.roots
        return bool(said or self.items)


class ConfiguredTarget(msgspec.Struct, frozen=True, array_like=True):
    """A target as CMake configured it; paths are from the root of the repository."""

    name: str
    form: str
    sources: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()  # names of targets that are built before
    file: str = ""  # that declares it
    line: int = 0


class ConfiguredTest(msgspec.Struct, frozen=True, array_like=True):
    """A test as CTest runs it."""

    name: str
    target: str = ""  # whose program it runs; "" where it runs another
    file: str = ""  # that registers it; of Meson, the one that declares the target
    line: int = 0


class ConfiguredBuild(msgspec.Struct, frozen=True, array_like=True):
    """What a build folder reports."""

    project: str  # the folder of the project, from the root of the repository
    targets: tuple[ConfiguredTarget, ...] = ()
    tests: tuple[ConfiguredTest, ...] = ()
    system: Literal["CMake", "Meson"] = "CMake"
