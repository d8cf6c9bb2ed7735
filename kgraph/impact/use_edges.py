"""The edges that follow from uses, and from what is a member of what.

Input: nodes and the table of uses. Output: edges, as `dependences` describes them.
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from kgraph.impact.construction import make_construction_edges
from kgraph.impact.dependences import DATA, FUNCTIONS, TYPES, DependenceEdges, Nodes, Table, edges
from kgraph.impact.fixtures import FIXTURE
from kgraph.impact.implicit_calls import make_implicit_call_edges
from kgraph.impact.overloads import make_overload_edges
from kgraph.impact.runtime_names import IS_BY_NAME, decorators, run_by_name
from kgraph.impact.specializations import make_specialization_edges
from kgraph.model import CONDITIONAL, Kind
from kgraph.relate.file_names import is_test

_KINDS = {
    "Call": "calls",
    "Reference": "refers to",
    "Inheritance": "is derived from",
    "Specialization": "specializes",
    "Expansion": "expands",
    "TypeUse": "names the type",
    "Binding": "binds",
}
_SEVERAL = (  # evidence of such calls
    *("argument of a call", "element of a container", "one of several values"),
    "one of several functions that a variable may hold",
)
# Bases of Python itself, which call none of the methods of a class derived from them but special ones.
_CLOSED = [
    *("object", "dict", "list", "set", "tuple", "str", "int", "float", "bytes", "Exception", "BaseException"),
    *("Generic", "Protocol", "ABC", "NamedTuple", "TypedDict"),
]
_BARE = r"^(?:(?:typing|typing_extensions|t|te|abc|builtins)\.)?(\w+)(?:\[.*)?$"  # of `t.Generic[T]`, `Generic`
MAX_CALLS = 3  # on one line that are all taken for made; of more, each is as sure as these are many of them
IN_BRANCH = 0.8  # how often what stands in branches alone runs, beside what does not
IN_NATIVE_BRANCH = 0.85  # and in the C family, where one often asks whether all is well before one goes on
_PREFIX = r"^(_*[a-z]+)[_A-Z]"  # of a method's name: "visit" of `visit_Name` and `visitName`
MANY_METHODS = 14  # of one class; of more, each run calls as small a share as these are of them
_FAMILY = 3  # methods of a class with one prefix
_SPECIAL = re.compile(r"__\w+__$|operator\b|~")


def make_use_edges(nodes: Nodes, table: Table) -> list[DependenceEdges]:
    """The edges that follow from uses."""
    uses = table("uses").select(
        "kind",
        "file",
        "evidence",
        "at_lines",
        dependent="from",
        dependency="to",
        line=pl.col("at_lines").list.first(),
        sure=pl.col("confidence").fill_null(1.0),
        is_branch=pl.col("roles").list.contains(CONDITIONAL),
    )
    uses = nodes.number_nodes(_through_bound_names(uses), "dependent", "dependency", "file")
    native = pl.col("file").is_in(np.flatnonzero(nodes.is_native))
    in_branch = pl.when(native).then(IN_NATIVE_BRANCH).otherwise(IN_BRANCH)
    sure = pl.col("sure") * pl.when("is_branch").then(in_branch).otherwise(1.0)
    uses = _share_calls(uses.with_columns(sure=sure).drop("is_branch"))
    wrapped = _find_wrapped_calls(uses)
    from_file = pl.col("dependent") < nodes.files
    found = []
    for kind, name in _KINDS.items():
        rows = uses.filter(pl.col("kind") == kind)
        if kind in ("Call", "Reference"):
            found.append(edges(f"{name} when imported", rows.filter(from_file), pl.col("sure")))
            rows = rows.filter(~from_file)
        if kind == "Reference":
            found.append(edges("runs by its name", run_by_name(nodes, rows), pl.col("sure")))
            rows = rows.filter(~IS_BY_NAME)
            rows = rows.join(wrapped, on=["dependent", "dependency", "file"], how="anti")
            to_function = pl.col("dependency").is_in(_select_kinds(nodes, FUNCTIONS).implode())
            in_test = pl.col("file").is_in([n for n, path in enumerate(nodes.paths) if is_test(path)])
            passed = rows.filter(to_function & ~in_test & native)
            found.append(edges("passes the function", passed, pl.col("sure")))
            found.append(edges("refers to the function", rows.filter(to_function & ~in_test & ~native), pl.col("sure")))
            found.append(edges("refers to the function in a test", rows.filter(to_function & in_test), pl.col("sure")))
            rows = rows.filter(~to_function)
        found.append(edges(name, rows, pl.col("sure")))
    overrides = uses.filter(pl.col("kind") == "Override").rename({"dependent": "dependency", "dependency": "dependent"})
    overrides = overrides.filter(~pl.col("dependency").is_in(_run_by_name(nodes).implode()))
    found.append(edges("may run the override", overrides, pl.col("sure")))
    found.append(make_overload_edges(nodes, uses))
    tests = uses.filter(pl.col("kind") == "Test")
    tests = tests.with_columns(dependency=pl.col("dependency") + nodes.frame.height)
    found.append(edges("tests the file", tests, pl.col("sure")))
    found.append(edges("calls the decorated", wrapped.filter(~from_file), pl.col("sure")))
    found.append(edges("calls the decorated when imported", wrapped.filter(from_file), pl.col("sure")))
    found.append(_make_class_body_edges(nodes, uses))
    found.extend(make_member_edges(nodes, uses))
    plain = uses.select("kind", "dependent", "dependency", "file", "line")
    found.extend(
        [
            *make_construction_edges(nodes, plain),
            *make_implicit_call_edges(nodes, plain),
            make_specialization_edges(nodes),
        ]
    )
    top = _find_module_definitions(nodes)
    found.append(edges("may stand for", _instead(nodes, table, top)))
    found.extend(decorators(nodes, uses, top))
    return found


def _through_bound_names(uses: pl.DataFrame) -> pl.DataFrame:
    """The uses, and those of what C or C++ binds to a name that no file declares: who uses the name uses that."""
    bound = uses.filter((pl.col("kind") == "Binding") & pl.col("dependent").str.starts_with("external/"))
    bound = bound.select("dependent", target="dependency", certain="sure").unique(["dependent", "target"])
    through = uses.join(bound, left_on="dependency", right_on="dependent", maintain_order="left_right")
    through = through.with_columns(dependency="target", sure=pl.col("sure") * pl.col("certain"))
    return pl.concat([uses, through.select(uses.columns)])


def _run_by_name(nodes: Nodes) -> pl.Series:
    """Tests and fixtures of Python: what runs them looks them up in the class of the test, and calls no base's."""
    marked = pl.col("modifiers").list.eval(pl.element().str.contains(FIXTURE)).list.any()
    rows = nodes.symbols((pl.col("kind") == str(Kind.METHOD)) & (pl.col("name").str.starts_with("test") | marked))
    rows = rows.with_columns(home=pl.Series(nodes.home[rows["node"].to_numpy()]))
    tests = [number for number, path in enumerate(nodes.paths) if is_test(path) and nodes.is_python[number]]
    return rows.filter(pl.col("home").is_in(tests))["node"].cast(pl.Int64)


def _share_calls(uses: pl.DataFrame) -> pl.DataFrame:
    """Calls of what a variable holds: of as many things as it may hold there, each run calls one."""
    several = pl.col("evidence").is_in(list(_SEVERAL)) & (pl.col("kind") == "Call")
    sites = (
        uses.with_row_index("use").filter(several).select("use", "dependent", "file", "at_lines").explode("at_lines")
    )
    sites = sites.with_columns(others=pl.len().over("dependent", "file", "at_lines"))
    fewest = sites.group_by("use").agg(pl.col("others").min())
    numbered = uses.with_row_index("use").join(fewest, on="use", how="left", maintain_order="left")
    share = (MAX_CALLS / pl.col("others").fill_null(1)).clip(0, 1)
    return numbered.with_columns(sure=pl.col("sure") * share).drop("use", "others")


def _find_wrapped_calls(uses: pl.DataFrame) -> pl.DataFrame:
    """Calls of decorated functions: on one line the function is named, and what wraps it, and calls it, is called."""
    lines = uses.explode("at_lines").rename({"at_lines": "at"})
    named = lines.filter(pl.col("kind") == "Reference").select("dependent", "dependency", "file", "at")
    calls = lines.filter(pl.col("kind") == "Call")
    wrappers = calls.filter(pl.col("evidence") == "argument of a call").select(
        wrapper="dependent", dependency="dependency"
    )
    return (
        calls.select("dependent", "file", "at", "sure", wrapper="dependency")
        .join(named, on=["dependent", "file", "at"])
        .join(wrappers.unique(), on=["wrapper", "dependency"])
        .sort("dependent", "dependency", "file", "at")
        .unique(["dependent", "dependency", "file"], keep="first", maintain_order=True)
        .select("dependent", "dependency", "file", "sure", line="at")
    )


def _find_module_definitions(nodes: Nodes) -> pl.DataFrame:
    """What the modules of Python define, members of classes apart: node, kind, name, home."""
    kinds = nodes.frame.select(pl.col("node").cast(pl.Int64), "kind", "name")
    outer = kinds.filter(pl.col("kind").is_null() | (pl.col("kind") == str(Kind.MODULE)))["node"]
    rows = nodes.contains.filter(pl.col("source").is_in(outer.implode())).select(node="target").unique()
    top = rows.join(kinds.filter(pl.col("kind") != str(Kind.MODULE)), on="node").sort("node")
    top = top.with_columns(home=pl.Series(nodes.home[top["node"].to_numpy()], dtype=pl.Int64))
    return top.filter(pl.col("home").is_in(np.flatnonzero(nodes.is_python)))


def _instead(nodes: Nodes, table: Table, top: pl.DataFrame) -> pl.DataFrame:
    """What a module of Python defines for the case that it cannot import what has the same name."""
    defined = top.filter(pl.col("kind").is_in(["Function", "Class"])).select("node", "name", "home")
    imports = (
        table("includes")
        .filter(pl.col("condition").is_not_null() & (pl.col("targets").list.len() == 1))
        .select("file", target=pl.col("targets").list.first(), name="names", line="start_line")
        .explode("name")
        .drop_nulls("name")
    )
    return (
        nodes.number_nodes(imports, "file", "target")
        .join(defined.rename({"node": "dependent"}), left_on=["file", "name"], right_on=["home", "name"])
        .join(defined.rename({"node": "dependency"}), left_on=["target", "name"], right_on=["home", "name"])
        .filter(pl.col("dependent") != pl.col("dependency"))
        .select("dependent", "dependency", "file", "line")
    )


def _make_class_body_edges(nodes: Nodes, uses: pl.DataFrame) -> DependenceEdges:
    """What the body of a class of Python calls runs when its module is imported."""
    classes = _select_kinds(nodes, TYPES)
    python = np.flatnonzero(nodes.is_python)
    rows = uses.filter(
        (pl.col("kind") == "Call") & pl.col("dependent").is_in(classes.implode()) & pl.col("file").is_in(python)
    ).with_columns(dependent="file")
    return edges("calls when imported", rows, pl.col("sure"))


def _select_kinds(nodes: Nodes, kinds: tuple[Kind, ...]) -> pl.Series:
    return nodes.frame.filter(pl.col("kind").is_in(list(kinds)))["node"].cast(pl.Int64)


def make_member_edges(nodes: Nodes, uses: pl.DataFrame) -> list[DependenceEdges]:
    """Classes by their members, constructors by their classes, functions by what they define inside."""
    kinds = nodes.frame.select(pl.col("node").cast(pl.Int64), "kind", "name")
    rows = nodes.contains.join(kinds.rename({"node": "source", "kind": "outer"}).drop("name"), on="source").join(
        kinds.rename({"node": "target", "kind": "inner"}), on="target"
    )
    target = rows["target"].to_numpy()
    by_name = nodes.symbol_rows["unresolved_calls"].fill_null(0).to_numpy()
    rows = rows.with_columns(
        file=pl.Series("file", nodes.home[target]),
        line=pl.Series("line", nodes.line[target]),
        by_name=pl.Series(by_name[np.maximum(target - nodes.files, 0)] > 0),
    ).rename({"source": "dependent", "target": "dependency"})
    of_type = pl.col("outer").is_in(list(TYPES))
    constructor = pl.col("inner") == str(Kind.CONSTRUCTOR)
    made = rows.filter(of_type & constructor).select(to="dependency", dependency="dependent")
    makes = (
        uses.filter(pl.col("kind") == "Call")
        .join(made, left_on="dependency", right_on="to")
        .select("dependent", "file", "line", "sure", dependency="dependency_right")
        .filter(pl.col("dependent") != pl.col("dependency"))
    )
    # A constructor that calls that of a base makes no instance of the base, but that part of its own.
    bases = uses.filter(pl.col("kind") == "Inheritance").select(cls="dependent", dependency="dependency").unique()
    above = bases.join(made.select(cls="dependency", dependent="to"), on="cls").select("dependent", "dependency")
    parts = makes.join(above, on=["dependent", "dependency"], how="semi")
    makes = makes.join(above, on=["dependent", "dependency"], how="anti")
    from_file = pl.col("dependent") < nodes.files
    method = of_type & pl.col("inner").is_in([*FUNCTIONS, Kind.PROPERTY])
    native = pl.col("file").is_in(np.flatnonzero(nodes.is_native))  # which `construction` is about
    implied = native & pl.col("inner").is_in([Kind.CONSTRUCTOR, Kind.DESTRUCTOR])
    return [
        edges("makes", makes.filter(~from_file), pl.col("sure")),
        edges("makes when imported", makes.filter(from_file)),
        edges("makes its base", parts),
        edges("holds one", _instances(nodes, makes)),
        *_make_method_edges(nodes, uses, rows.filter(method & ~implied)),
        edges("holds the field", rows.filter(of_type & pl.col("inner").is_in(list(DATA)))),
        edges("defines inside", rows.filter(pl.col("outer").is_in([*FUNCTIONS, Kind.PROPERTY]))),
    ]


def _make_method_edges(nodes: Nodes, uses: pl.DataFrame, rows: pl.DataFrame) -> list[DependenceEdges]:
    """Classes by their methods: the surer, the more may call them that no edge shows."""
    special = pl.col("name").str.contains(_SPECIAL.pattern) | pl.col("inner").is_in(
        [Kind.CONSTRUCTOR, Kind.DESTRUCTOR, Kind.CONVERSION]
    )
    native = pl.col("file").is_in(np.flatnonzero(nodes.is_native))
    used = uses.filter(pl.col("kind").is_in(["Call", "Reference", "Override"]))["dependency"]
    called = pl.col("dependency").is_in(used.unique().implode())
    outside = pl.col("dependent").is_in(_with_outer_bases(nodes, uses)) & ~special
    call = pl.col("name").is_in(["__call__", "operator()"])
    initializer = (pl.col("inner") == str(Kind.CONSTRUCTOR)) & ~native
    known = ~pl.col("by_name") & (pl.col("inner") != str(Kind.PROPERTY))  # reads of properties are not counted
    own = ~special & ~outside
    prefix = pl.col("name").str.extract(_PREFIX)
    unnamed = own & ~called & known  # of several such, a part of the name says which is called: `visit_Name`
    family = pl.when(unnamed).then(pl.len().over("dependent", unnamed, prefix)).otherwise(0)
    rows = rows.with_columns(
        in_family=prefix.is_not_null() & (family >= _FAMILY),
        share=(MANY_METHODS / pl.when(own).then(pl.col("name").n_unique().over("dependent", own)).otherwise(1)).clip(
            0, 1
        ),
    )
    return [
        edges("can be called, by", rows.filter(call)),
        edges("holds the initializer", rows.filter(initializer)),
        edges("holds the operator", rows.filter(special & ~called & ~call & ~initializer)),
        edges("holds the called operator", rows.filter(special & called & ~call & ~initializer)),
        edges("holds the inherited method", rows.filter(outside & ~called)),
        edges("holds the called, inherited method", rows.filter(outside & called)),
        edges("holds the method", rows.filter(own & ~called & ~known), pl.col("share")),
        edges("holds the uncalled method", rows.filter(unnamed & ~pl.col("in_family")), pl.col("share")),
        edges("holds the method of a family", rows.filter(unnamed & pl.col("in_family"))),
        edges("holds the called method", rows.filter(own & called & ~known), pl.col("share")),
        edges("holds the method with known calls", rows.filter(own & called & known)),
    ]


def _with_outer_bases(nodes: Nodes, uses: pl.DataFrame) -> list[int]:
    """Classes of which a base is not in the repository, and what is derived from them."""
    inheritance = uses.filter(pl.col("kind") == "Inheritance").select("dependent", "dependency").unique()
    known = inheritance.group_by("dependent").len("known")
    bases = nodes.symbol_rows.select("id", "bases", total=pl.col("bases").list.len()).filter(pl.col("total") > 0)
    bare = pl.element().str.extract(_BARE)
    bases = bases.filter(~pl.col("bases").list.eval(bare.is_in(_CLOSED).fill_null(value=False)).list.all())
    rows = nodes.number_nodes(bases, "id").join(known, left_on="id", right_on="dependent", how="left")
    found = rows.filter(pl.col("total") > pl.col("known").fill_null(0))["id"]
    while True:
        derived = inheritance.filter(
            pl.col("dependency").is_in(found.implode()) & ~pl.col("dependent").is_in(found.implode())
        )
        if not derived.height:
            return sorted(found.to_list())
        found = pl.concat([found, derived["dependent"].unique()])


def _instances(nodes: Nodes, makes: pl.DataFrame) -> pl.DataFrame:
    """Variables that are given an instance of a class where they stand."""
    held = nodes.places.join(
        nodes.frame.filter(pl.col("kind").is_in(list(DATA))).select(id=pl.col("node").cast(pl.Int64)), on="id"
    )
    return makes.join(held.select("file", "id", line="first"), on=["file", "line"]).select(
        "dependency", "file", "line", dependent="id"
    )
