"""Go: packages by folder and module, build constraints, members in other files, and input that nobody wrote."""

from __future__ import annotations

import polars as pl
import pytest

from kgraph.assemble.assemble import AssembleInput, assemble
from kgraph.assemble.file_index import FileIndex
from kgraph.assemble.scoped.go_builds import can_meet, file_constraint
from kgraph.assemble.scoped.go_packages import GoPackages, package_name
from kgraph.build_facts import BuildFacts
from kgraph.extract import extract
from kgraph.model import ExtractResult, FileFacts, Graph, IncludeFact, Kind, NameBindingFact, Repository, SourceFile
from kgraph.model import SymbolFact as S

REPOSITORY = Repository("r", "https://example.org/r/", "", False, "")


def index(**packages: FileFacts | str) -> FileIndex:
    """Files by path, with "__" for "/" and "_dot_" for "."; facts, or the name of the package or module."""
    found: list[tuple[str, FileFacts]] = []
    for name, given in packages.items():
        path = name.replace("__", "/").replace("_dot_", ".")
        if isinstance(given, FileFacts):
            fact = given
        elif path.endswith("go.mod"):
            fact = FileFacts(1, build=BuildFacts(project=f"golang/{given}"))
        else:
            fact = FileFacts(1, "syntax", package=given)
        found.append((path, fact))
    found.sort(key=lambda each: each[0])
    files = [SourceFile(path, 10, "0" * 40, "Go Module" if path.endswith("go.mod") else "Go") for path, _ in found]
    return FileIndex.of(files, [fact for _, fact in found])


def units(of: FileIndex) -> dict[str, str]:
    return {of.files[number].path: unit for number, unit in GoPackages(of).unit_of.items()}


def test_a_unit_is_named_by_the_nearest_module_and_the_folder() -> None:
    files = index(
        go_dot_mod="example.com/app",
        main_dot_go="main",
        lib__a_dot_go="lib",
        lib__a_test_dot_go="lib",
        lib__b_test_dot_go="lib_test",
        tools__go_dot_mod="example.com/tools",
        tools__x__x_dot_go="x",
    )
    assert units(files) == {
        "main.go": "example.com/app",
        "lib/a.go": "example.com/app/lib",
        "lib/a_test.go": "example.com/app/lib",
        "lib/b_test.go": "example.com/app/lib_test",
        "tools/x/x.go": "example.com/tools/x",
    }


def test_a_program_that_is_run_by_itself_is_no_part_of_the_package_beside_it() -> None:
    alone = FileFacts(1, "syntax", package="main", holdings=(NameBindingFact(-1, "go:build", "ignore"),))
    files = index(go_dot_mod="m", a_dot_go="app", gen_dot_go=alone)
    assert units(files) == {"a.go": "m", "gen.go": "m#gen.go"}


def test_copies_of_a_module_are_units_of_their_own() -> None:
    files = index(
        one__go_dot_mod="m", one__a_dot_go="a", two__more__go_dot_mod="m", two__more__a_dot_go="a", one__b__b_dot_go="b"
    )
    packages = GoPackages(files)
    assert units(files)["two/more/a.go"] == "m (two/more)"
    number = next(n for n, file in enumerate(files.files) if file.path == "two/more/a.go")
    assert packages.find(number, "m") == ("m (two/more)", True)


def test_imports_lead_to_vendored_packages_first_and_to_nothing_where_a_module_lacks_them() -> None:
    files = index(
        go_dot_mod="example.com/app", a_dot_go="app", vendor__example_dot_org__x__x_dot_go="x", sub__x__x_dot_go="x"
    )
    number = next(n for n, file in enumerate(files.files) if file.path == "a.go")
    packages = GoPackages(files)
    assert packages.find(number, "example.org/x") == ("example.org/x", True)
    assert packages.find(number, "example.com/app/sub/x") == ("example.com/app/sub/x", True)
    assert packages.find(number, "example.com/app/sub/y") == ("", True)
    assert packages.find(number, "example.com/application/sub/x") == ("", False)
    assert packages.find(number, "fmt") == ("", False)


def test_without_modules_the_imports_tell_what_stands_in_front_of_folders() -> None:
    def using(*spellings: str) -> FileFacts:
        return FileFacts(
            1, "syntax", package="app", includes=tuple(IncludeFact(each, 1, "import") for each in spellings)
        )

    files = index(
        a_dot_go=using("github.com/x/app/one", "github.com/x/app/two", "github.com/y/one"),
        one__one_dot_go="one",
        two__two_dot_go="two",
    )
    assert units(files)["one/one.go"] == "github.com/x/app/one"
    assert GoPackages(files).find(0, "github.com/x/app/two") == ("github.com/x/app/two", True)
    assert GoPackages(files).find(0, "github.com/y/one") == ("", False)
    alone = index(a_dot_go=using("github.com/y/one"), one__one_dot_go="one")
    assert GoPackages(alone).find(0, "github.com/y/one") == ("", False)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("net/http", "http"),
        ("github.com/go-chi/chi/v5", "chi"),
        ("gopkg.in/yaml.v3", "yaml"),
        ("github.com/mattn/go-isatty", "isatty"),
    ],
)
def test_a_package_is_called_by_the_end_of_its_path(spelling: str, name: str) -> None:
    assert package_name(spelling) == name


@pytest.mark.parametrize(
    ("head", "constraint"),
    [
        ("//go:build linux && !cgo\n// +build gone\n", "linux && !cgo"),
        ("// +build linux,cgo darwin\n// +build !race\n", "((linux && cgo) || (darwin)) && ((!race))"),
        ("// Package p.\n", ""),
    ],
)
def test_the_constraint_that_a_file_spells(head: str, constraint: str) -> None:
    facts = extract(f'{head}\npackage p\nimport "fmt"\n//go:build late\n'.encode(), "Go")
    assert isinstance(facts, FileFacts)
    assert facts.includes[0].condition == constraint


@pytest.mark.parametrize(
    ("path", "build", "constraint"),
    [
        ("a/x.go", "", ""),
        ("a/x_linux.go", "", "linux"),
        ("a/x_linux_arm64_test.go", "cgo", "linux && arm64 && (cgo)"),
        ("a/linux.go", "", ""),
        ("a/x_test.go", "!race", "(!race)"),
    ],
)
def test_the_constraint_of_a_file(path: str, build: str, constraint: str) -> None:
    assert file_constraint(path, build) == constraint


@pytest.mark.parametrize(
    ("one", "other", "meets"),
    [
        ("", "", True),
        ("linux", "windows", False),
        ("linux", "unix", True),
        ("windows", "unix", False),
        ("!linux", "unix", True),
        ("amd64", "arm64", False),
        ("a && !b", "b", False),
        ("a || b", "!a", True),
        ("a || b", "!a && !b", False),
        ("!(linux || darwin)", "linux && cgo", False),
        ("((", "&& )", True),
        (" && ".join(f"t{n}" for n in range(40)), "!t0", True),
    ],
)
def test_whether_two_files_can_be_part_of_one_build(one: str, other: str, meets: bool) -> None:
    assert can_meet(one, other) is meets


def built(**sources: str) -> Graph:
    """The graph of Go files by name."""
    files = [SourceFile(f"{name}.go", 10, "0" * 40, "Go") for name in sorted(sources)]
    facts: list[ExtractResult] = [extract(sources[name].encode(), "Go") for name in sorted(sources)]
    return assemble(AssembleInput(REPOSITORY, files, facts, agent="kgraph 0"))


def contained(graph: Graph) -> set[tuple[str, str]]:
    rows = graph["edges"].filter(pl.col("kind") == "contains").select("source", "target").rows()
    return {(a.removeprefix("symbol/go/"), b.removeprefix("symbol/go/")) for a, b in rows}


def test_methods_belong_to_their_type_wherever_it_stands() -> None:
    edges = contained(
        built(
            a="package p\nfunc (t *T) Above() {}\ntype T struct{}\n",
            b="package p\nfunc (t T) Else() {}\nfunc (x *Gone) Lost() {}\n",
        )
    )
    assert ("type/T%40a.go", "function/T.Above%40a.go") in edges
    assert ("file/a.go", "function/T.Above%40a.go") not in edges
    assert ("type/T%40a.go", "function/T.Else%40b.go") in edges
    assert ("file/b.go", "function/T.Else%40b.go") in edges
    assert [a for a, b in edges if b == "function/Gone.Lost%40b.go"] == ["file/b.go"]


def symbols(text: str) -> list[S]:
    facts = extract(text.encode(), "Go")
    assert isinstance(facts, FileFacts)
    return list(facts.symbols)


def test_symbols_have_access_kinds_signatures_and_the_number_of_parameters() -> None:
    found = symbols(
        "package p\n// Doc.\ntype T struct {\n\tA, b int\n\t*pkg.Base\n}\n"
        "const (\n\tOne = iota\n\ttwo\n)\nfunc F(a, b int, c ...string) {\n\ttype local struct{ x int }\n}\n"
    )
    assert [(each.kind, each.scope, each.name, each.access) for each in found] == [
        (Kind.STRUCT, "", "T", "public"),
        (Kind.FIELD, "T", "A", "public"),
        (Kind.FIELD, "T", "b", "private"),
        (Kind.FIELD, "T", "Base", "public"),
        (Kind.VARIABLE, "", "One", "public"),
        (Kind.VARIABLE, "", "two", "private"),
        (Kind.FUNCTION, "", "F", "public"),
        (Kind.STRUCT, "F", "local", "private"),
        (Kind.FIELD, "F.local", "x", "private"),
    ]
    assert (found[0].signature, found[0].doc, found[0].bases) == ("type T struct", "Doc.", ("pkg.Base",))
    assert [each.modifiers for each in found[3:6]] == [("embedded",), ("const",), ("const",)]
    assert found[6].arity == 3


@pytest.mark.parametrize(
    "text",
    [
        "var x = " + "(" * 20_000 + ")" * 20_000,
        "var x " + "[]" * 20_000 + "T",
        "var x = " + "T{" * 20_000 + "}" * 20_000,
        "var x = " + "{" * 5_000,
        "func (t *T) f(a " + "func(" * 5_000 + ")" * 5_000 + ") {}",
        "func f() {" + "if x := y; x {" * 5_000 + "}" * 5_000 + "}",
        "var x = a" + ".b()" * 20_000,
        "type T struct {" + "a struct {" * 5_000 + "}" * 5_000 + "}",
        "type T " + "map[T]" * 10_000 + "T",
        "func (" * 10_000,
        "const (\n" + "\ta\n" * 20_000 + ")",
    ],
)
def test_deep_and_long_input_is_read(text: str) -> None:
    assert isinstance(extract(f"package p\n{text}\n".encode(), "Go"), FileFacts)
