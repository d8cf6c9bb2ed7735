"""How the code is laid out: what may import what, how large a room may be, and names that say what the field says.

The layers are contracts of import-linter (`make walls`); here is what it does not ask. The documents are held by
`test_documents.py`, what a stage may do by `test_invariants.py`.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest
from support.sources import parsed

import kgraph
from kgraph import api
from kgraph.assemble import result_cache
from kgraph.pipeline.options import BuildOptions

PACKAGE = Path(kgraph.__file__).parent
MODULES = {
    ".".join(("kgraph", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
MAX_INIT_LINES = 40
MAX_MODULE_LINES = 410
MAX_PARAMETERS = 6
# A function of the command line takes what a user may give; `api.build` is the list of the options.
MANY_PARAMETERS = ("kgraph.cli.", "kgraph.api.build")
# Each was the name of a module, beside the word that an engineer searches for.
FORMER_NAMES = {
    "account": "statistics",
    "asking": "query_tools",
    "book": "repository_model",
    "brought": "using_directives",
    "computed": "macro_includes",
    "declared": "declarations",
    "desk": "page_context",
    "doubts": "diagnostics",
    "former": "previous",
    "inherited": "inheritance",
    "kept": "result_cache",
    "known": "external_headers",
    "past": "git_log",
    "reach": "digraph",
    "recursion": "memo",
    "telling": "external_apis",
    "visible": "include_closure",
    "ways": "dependency_tools",
}
# Words that name a value, and words that name a position, where a function is named by what it does.
PARTICIPLES = frozenset(
    [
        "asked",
        "begun",
        "bound",
        "bought",
        "brought",
        "built",
        "chosen",
        "come",
        "done",
        "drawn",
        "found",
        "given",
        "gone",
        "got",
        "had",
        "held",
        "hidden",
        "kept",
        "known",
        "laid",
        "left",
        "lost",
        "made",
        "meant",
        "met",
        "said",
        "seen",
        "sent",
        "shown",
        "sold",
        "stood",
        "taken",
        "told",
        "understood",
        "won",
        "written",
    ]
)
PREPOSITIONS = frozenset(
    "above around at before behind below beside between by from here in into of there to upon where with".split()  # noqa: SIM905
)
VERBS_IN_ED = frozenset({"embed", "feed", "need", "seed"})
# Commands, tools and methods of the API, which are called as a question is; methods of other libraries' interfaces; and
# handlers of nodes, called as a grammar calls these (`with_statement`).
NAMED_OTHERWISE = frozenset(
    {"affected", "included", "interpreted", "named", "related", "renamed", "restricted"}
    | {
        "_annotated",
        "_from",
        "_labeled",
        "_overloaded",
        "_predefined",
        "_qualified",
        "_received",
        "_unexposed",
        "_with",
    }
)
FORMER_LIMITS = ("MOST", "LONGEST", "DEEPEST", "LARGEST", "FEW", "FEWEST", "SMALLEST", "ENOUGH", "BEST")


def trees() -> Iterator[tuple[str, ast.Module]]:
    return ((name, parsed(path)) for name, path in MODULES.items())


def imports(name: str) -> Iterator[str]:
    """The modules of kgraph that a module imports, wherever in it."""
    for node in ast.walk(parsed(MODULES[name])):
        if isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                inner = f"{node.module}.{each.name}"
                yield from (
                    target for target in (inner, node.module)[: 1 if inner in MODULES else 2] if target in MODULES
                )
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name in MODULES)


def functions(name: str) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in ast.walk(parsed(MODULES[name])):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{name}.{node.name}", node


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Also not in a function or for types alone."""
    graph = nx.DiGraph((name, target) for name in MODULES for target in imports(name) if target != name)
    assert graph.number_of_edges() > len(MODULES)
    assert [sorted(circle) for circle in nx.strongly_connected_components(graph) if len(circle) > 1] == []


def test_no_code_stands_in_an_init() -> None:
    lines = {name: len(path.read_text("utf-8").splitlines()) for name, path in MODULES.items()}
    inits = {name: lines[name] for name, path in MODULES.items() if path.name == "__init__.py"}
    assert {name: count for name, count in inits.items() if count > MAX_INIT_LINES} == {}
    defined = {
        name
        for name in inits
        for node in parsed(MODULES[name]).body
        if isinstance(node, ast.ClassDef | ast.FunctionDef)
    }
    assert defined <= {"kgraph", "kgraph.fleet", "kgraph.processes", "kgraph.vocab", "kgraph.vocab.ontology"}
    assert {name: count for name, count in lines.items() if count > MAX_MODULE_LINES} == {}


def test_functions_take_few_parameters() -> None:
    """What needs more is a value with names."""
    many = {}
    for name in MODULES:
        for function, node in functions(name):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            count = sum(each.arg not in ("self", "cls") for each in arguments)
            if count > MAX_PARAMETERS and not function.startswith(MANY_PARAMETERS):
                many[function] = count
    assert many == {}


def test_public_classes_have_names_of_their_own() -> None:
    places: dict[str, list[str]] = {}
    for name, tree in trees():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(name)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def names_no_action(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    decorators = {decorator.id for decorator in function.decorator_list if isinstance(decorator, ast.Name)}
    if function.name in NAMED_OTHERWISE or decorators & {"cached_property", "classmethod", "property", "staticmethod"}:
        return False
    word = function.name.strip("_")
    return word in PARTICIPLES | PREPOSITIONS or ("_" not in word and word.endswith("ed") and word not in VERBS_IN_ED)


def test_functions_are_named_by_what_they_do() -> None:
    """Not by a participle or a preposition alone; a further constructor of a class may be called `of` or `at`."""
    assert [
        f"{name}.{function.name}"
        for name, tree in trees()
        for outer in ast.walk(tree)
        if isinstance(outer, ast.Module | ast.ClassDef)
        for function in outer.body
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and names_no_action(function)
    ] == []


def test_former_names_of_modules_do_not_come_back() -> None:
    assert {name: FORMER_NAMES[stem] for name in MODULES if (stem := name.rpartition(".")[2]) in FORMER_NAMES} == {}


def test_limits_are_named_as_such() -> None:
    constants = {
        f"{name}.{target.id}"
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.lstrip("_").split("_")[0] in FORMER_LIMITS
    }
    assert constants == set(), "MAX_ or MIN_, with what is counted"


def test_one_list_says_which_names_are_of_tests() -> None:
    holders = {name for name, path in MODULES.items() if '"unittest' in path.read_text("utf-8")}
    assert holders == {"kgraph.test_words"}


# --- the public interface ---------------------------------------------------------------------------------------------


def test_the_public_names_stay() -> None:
    assert set(kgraph.__all__) == {"KGraph", "KgraphError", "__version__", "build", "compare", "open"}
    assert all(hasattr(kgraph, name) for name in kgraph.__all__)
    methods = {name for name in vars(kgraph.KGraph) if not name.startswith("_")}
    assert methods == {
        *("ask", "base", "built", "check", "close", "diff", "doctor", "execute", "export", "frame", "index", "mend"),
        *("neighbours", "pages", "pyvis", "query", "related", "show", "store", "tables", "to_networkx", "to_rdflib"),
        *("has_store", "store_state", "view", "widget"),
    }


def test_build_takes_each_option_of_the_table() -> None:
    parameters = inspect.signature(api.build).parameters
    for name, default, _ in BuildOptions.table():
        assert parameters[name].default == default, name
    assert set(parameters) == {name for name, *_ in BuildOptions.table()} | {"root", "output", "executor", "progress"}


def test_the_former_name_of_execute_warns(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    with kgraph.build(tmp_path, jobs=1) as graph:
        with pytest.warns(DeprecationWarning, match="KGraph.execute"):
            assert graph.ask("ASK { ?file a kg:File }") is True
        assert graph.execute("ASK { ?file a kg:File }") is True


# --- caches -----------------------------------------------------------------------------------------------------------


def test_all_that_resolves_names_is_under_the_fingerprint_of_the_cache() -> None:
    """So that no cached result outlives the code that made it."""
    covered = {name for name in MODULES if name.startswith(tuple(f"{each}." for each in result_cache.PACKAGES))}
    covered |= set(result_cache.PACKAGES) | set(result_cache.MODULES)
    waiting, reached = [name for name in MODULES if name.startswith("kgraph.assemble")], set()
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += imports(name)
    assert {name for name in reached if name not in covered and name != "kgraph"} == set()
