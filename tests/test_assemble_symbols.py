"""Facts joined to symbols: literal facts of a few files in, symbols and edges out."""

from __future__ import annotations

import polars as pl

from kgraph.assemble.assemble import AssembleInput, assemble
from kgraph.model import ExtractResult, FileFacts, Graph, IncludeFact, Kind, LinkFact, Repository, Skipped, SourceFile
from kgraph.model import SymbolFact as S

REPOSITORY = Repository("r", "https://example.org/r/", "", False, "https://example.org/team/r.git")


def graph(**files: ExtractResult) -> Graph:
    """A graph of files named like `stack_h` for stack.h, in C++ or Python or Markdown by their suffix."""
    languages = {"py": "Python", "md": "Markdown"}
    sources = []
    for name in sorted(files):
        path = name.replace("__", "/").replace("_", ".")
        language = languages.get(path.rpartition(".")[2], "C++")
        sources.append(SourceFile(path, 10, "0" * 40, language))
    facts = [files[name] for name in sorted(files)]
    order = sorted(range(len(sources)), key=lambda n: sources[n].path)
    files, facts = [sources[n] for n in order], [facts[n] for n in order]
    return assemble(AssembleInput(REPOSITORY, files, facts, agent="kgraph 0"))


def facts(*symbols: S) -> FileFacts:
    return FileFacts(100, "syntax", symbols=symbols)


def ids(built: Graph) -> list[str]:
    return [id_.removeprefix("symbol/") for id_ in built["symbols"]["id"]]


def edges(built: Graph, kind: str) -> set[tuple[str, str]]:
    rows = built["edges"].filter(pl.col("kind") == kind).select("source", "target").rows()
    return {(a.removeprefix("symbol/"), b.removeprefix("symbol/")) for a, b in rows}


def row(built: Graph, id_: str) -> dict[str, object]:
    return built["symbols"].row(by_predicate=pl.col("id") == "symbol/" + id_, named=True)


PUSH = "cpp/function/a%3A%3AStack%3A%3Apush%28int%29"
STACK = "cpp/type/a%3A%3AStack"


def test_a_class_and_its_out_of_line_member_are_one_symbol_each() -> None:
    built = graph(
        stack_h=facts(
            S(Kind.NAMESPACE, "a", 1, 9),
            S(Kind.CLASS, "Stack", 2, 8, "a", parent=0, doc="A stack.", bases=("public Base",)),
            S(Kind.METHOD, "push", 3, 3, "a::Stack", parent=1, key="(int)", arity=1, definition=False, access="public"),
        ),
        stack_cpp=facts(
            S(Kind.NAMESPACE, "a", 1, 9),
            S(Kind.METHOD, "push", 4, 6, "a", "Stack", parent=0, key="(int)", arity=1, doc="Adds."),
        ),
        use_h=facts(S(Kind.NAMESPACE, "a", 1, 3), S(Kind.STRUCT, "Stack", 2, 2, "a", parent=0, definition=False)),
    )
    assert ids(built) == [PUSH, "cpp/namespace/a", STACK]
    assert row(built, PUSH)["qualified_name"] == "a::Stack::push"
    assert (row(built, PUSH)["access"], row(built, PUSH)["documentation"]) == ("public", "Adds.")
    assert (row(built, STACK)["kind"], row(built, STACK)["bases"]) == ("Class", ["public Base"])
    assert edges(built, "declaration") == {(PUSH, "file/stack.h#L3-L3"), (STACK, "file/use.h#L2-L2")}
    assert (PUSH, "file/stack.cpp#L4-L6") in edges(built, "definition")
    contains = edges(built, "contains")
    assert {(STACK, PUSH), ("cpp/namespace/a", STACK), ("file/stack.h", STACK), ("file/use.h", STACK)} <= contains
    assert ("file/stack.cpp", PUSH) in contains  # its class does not stand there
    assert ("file/stack.h", PUSH) not in contains


def test_a_qualifier_is_looked_up_outwards_and_then_everywhere() -> None:
    header = facts(
        S(Kind.NAMESPACE, "at", 1, 9),
        S(Kind.CLASS, "Tensor", 2, 3, "at", parent=0),
        S(Kind.METHOD, "add", 3, 3, "at::Tensor", parent=1, key="()", arity=0, definition=False),
        S(Kind.FIELD, "count", 3, 3, "at::Tensor", parent=1, definition=False),
    )
    inner = facts(
        S(Kind.NAMESPACE, "at", 1, 9),
        S(Kind.NAMESPACE, "native", 1, 9, "at", parent=0),
        S(Kind.METHOD, "add", 4, 6, "at::native", "Tensor", parent=1, key="()", arity=0),
    )
    using = facts(S(Kind.VARIABLE, "count", 2, 2, "", "Tensor"))
    built = graph(t_h=header, a_cpp=inner, b_cpp=using)
    assert "cpp/function/at%3A%3ATensor%3A%3Aadd%28%29" in ids(built)
    assert row(built, "cpp/variable/at%3A%3ATensor%3A%3Acount")["kind"] == "Field"
    assert len(built["symbols"]) == 5


def test_a_function_of_a_namespace_is_no_method() -> None:
    built = graph(
        a_h=facts(
            S(Kind.NAMESPACE, "n", 1, 3),
            S(Kind.FUNCTION, "f", 2, 2, "n", parent=0, key="()", arity=0, definition=False),
        ),
        a_cpp=facts(S(Kind.METHOD, "f", 1, 2, "", "n", key="()", arity=0)),
    )
    assert row(built, "cpp/function/n%3A%3Af%28%29")["kind"] == "Function"
    assert ("cpp/namespace/n", "cpp/function/n%3A%3Af%28%29") in edges(built, "contains")


def test_a_friend_is_a_member_of_the_namespace_around_its_class() -> None:
    built = graph(
        a_h=facts(
            S(Kind.NAMESPACE, "n", 1, 5),
            S(Kind.CLASS, "C", 2, 4, "n", parent=0),
            S(Kind.FUNCTION, "f", 3, 3, "n", parent=1, key="(C)", arity=1, definition=False, modifiers=("friend",)),
        )
    )
    assert ("cpp/namespace/n", "cpp/function/n%3A%3Af%28C%29") in edges(built, "contains")
    assert ("cpp/type/n%3A%3AC", "cpp/function/n%3A%3Af%28C%29") not in edges(built, "contains")


def test_differently_spelled_parameters_are_matched_only_when_nothing_can_be_confused() -> None:
    def declared(key: str) -> S:
        return S(Kind.FUNCTION, "f", 1, 1, key=key, arity=1, definition=False)

    def defined(key: str) -> S:
        return S(Kind.FUNCTION, "f", 1, 2, key=key, arity=1)

    one = graph(a_h=facts(declared("(Alias)")), a_cpp=facts(defined("(int)")))
    assert ids(one) == ["cpp/function/f%28Alias%29"]
    two = graph(a_h=facts(declared("(Alias)"), declared("(Other)")), a_cpp=facts(defined("(int)")))
    assert len(ids(two)) == 3


def test_what_is_local_is_one_per_file() -> None:
    def make() -> FileFacts:
        return facts(
            S(Kind.FUNCTION, "f", 1, 1, key="()", arity=0, definition=False, local=True),
            S(Kind.FUNCTION, "f", 2, 3, key="()", arity=0),
        )

    built = graph(a_cpp=make(), b_cpp=make())
    assert ids(built) == ["cpp/function/f%28%29%40a.cpp", "cpp/function/f%28%29%40b.cpp"]


def test_python_symbols_belong_to_the_module_of_their_file() -> None:
    built = graph(
        m_py=FileFacts(
            20,
            "syntax",
            doc="About m.",
            symbols=(
                S(Kind.CLASS, "C", 1, 9, local=True),
                S(Kind.METHOD, "go", 2, 3, "C", parent=0, local=True, signature="def go(self)"),
            ),
        ),
    )
    method = row(built, "python/function/C.go%40m.py")
    assert (method["qualified_name"], method["signature"]) == ("m.C.go", "def go(self)")
    assert row(built, "python/module/m%40m.py")["documentation"] == "About m."
    contains = edges(built, "contains")
    assert {("python/module/m%40m.py", "python/type/C%40m.py"), ("file/m.py", "python/type/C%40m.py")} <= contains
    assert ("file/m.py", "python/function/C.go%40m.py") not in contains


def test_skipped_files_stay_and_say_why() -> None:
    built = graph(a_py=Skipped("syntax error: bad", line=3, lines=7))
    files = built["files"].row(0, named=True)
    assert (files["read_as"], files["diagnostics"], files["lines"]) == ("skipped", ["line 3: syntax error: bad"], 7)


def test_includes_links_and_folders() -> None:
    built = graph(
        src__a_cpp=FileFacts(
            9, "syntax", includes=(IncludeFact("b.h", 1, "quoted", "defined(X)"), IncludeFact("vector", 2, "angled"))
        ),
        src__b_h=FileFacts(1, "syntax"),
        doc_md=FileFacts(
            1,
            "syntax",
            links=(
                LinkFact("src/a.cpp#L3", 1),
                LinkFact("./src", 1),
                LinkFact("https://example.org/team/r/blob/main/src/b.h", 1),
                LinkFact("https://elsewhere.org/x", 1),
                LinkFact("gone.md", 1),
            ),
        ),
    )
    assert edges(built, "includes") == {
        ("file/src/a.cpp", "file/src/b.h"),
        ("file/src/a.cpp", "external/header/vector"),
    }
    assert edges(built, "links") == {
        ("file/doc.md", "file/src/a.cpp"),
        ("file/doc.md", "folder/src"),
        ("file/doc.md", "file/src/b.h"),
    }
    assert {("folder/", "folder/src"), ("folder/src", "file/src/b.h"), ("", "folder/")} <= edges(built, "contains")
    assert built["includes"].sort("start_line").select("form", "condition", "resolution").rows() == [
        ("quoted", "defined(X)", "repository"),
        ("angled", None, "external"),
    ]


def test_the_order_of_facts_does_not_matter() -> None:
    a = facts(S(Kind.STRUCT, "X", 1, 1, definition=False), S(Kind.STRUCT, "X", 2, 3))
    b = facts(S(Kind.CLASS, "X", 5, 5, definition=False))
    once, again = graph(a_h=a, b_h=b), graph(b_h=b, a_h=a)
    assert all(once[name].equals(again[name]) for name in once)


def test_no_character_that_xml_cannot_carry_gets_through() -> None:
    built = graph(a_md=FileFacts(1, "syntax", doc="bell \x07", symbols=(S(Kind.HEADING, "a\x00b", 1, 1, local=True),)))
    assert built["symbols"]["name"].to_list() == ["a\ufffdb"]
    assert built["files"]["documentation"].to_list() == ["bell \ufffd"]
