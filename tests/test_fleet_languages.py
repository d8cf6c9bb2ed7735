"""Fleets of Go, JavaScript and TypeScript, Java and Kotlin, and Rust: what the names of each lead to elsewhere."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from kgraph.fleet import questions
from kgraph.fleet.lake import Lake
from tests.test_fleet_uses import fleet, uses


def users(lake: Lake, name: str) -> set[tuple[str, str, int, str]]:
    """Repository, path, line and sort of each use of something."""
    return set(questions.users(lake, name).select("repo", "path", "line", "use").rows())


# --- npm --------------------------------------------------------------------------------------------------------------

BUILT = {
    "package.json": (
        '{"name": "@own/store", "main": "index.js", "module": "./dist/index.mjs", "types": "dist/index.d.ts",\n'
        ' "exports": {".": {"import": "./dist/index.mjs", "require": "./index.js"},\n'
        '  "./react": {"types": "./dist/react/index.d.ts", "default": "./dist/react/index.mjs"},\n'
        '  "./package.json": "./package.json", "./files/*": "./dist/files/*.js"}}\n'
    ),
    "index.js": 'module.exports = require("./dist/store.cjs")\n',
    "src/index.ts": (
        'export * from "./create";\nimport combine from "./combine";\nexport { combine };\nexport const LIMIT = 3;\n'
    ),
    "src/create.ts": (
        "export interface Store { dispatch(x: number): void }\nexport function createStore(): Store { return null }\n"
    ),
    "src/combine.ts": "export default function combine() {}\n",
    "src/react/index.ts": "export function useStore() {}\nexport function combine() {}\n",
}
SCRIPT_APP = {
    "package.json": '{"name": "app", "dependencies": {"@own/store": "^1"}}',
    "a.ts": (
        'import { createStore, combine, absent, type Store } from "@own/store";\n'
        'import { useStore, combine as two } from "@own/store/react";\n'
        'import { deep } from "@own/store/files/deep";\n'
        "createStore();\ncombine();\nuseStore();\ntwo();\nabsent();\ndeep();\n"
    ),
    "b.ts": 'import { createStore } from "@own/store";\nconst s = createStore();\ns.dispatch(1);\n',
}


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return fleet(tmp_path_factory.mktemp("scripts"), {"store": BUILT, "app": SCRIPT_APP})


def test_names_of_a_package_that_a_build_makes_lead_to_its_sources(scripts: Lake) -> None:
    """Those of the package and of its other entry points, through `export *` and a default that has a name."""
    assert {each for each in uses(scripts, "app") if each[0] == "calls"} == {
        ("calls", 2, "@own/store.createStore", "createStore%40src%2Fcreate.ts"),
        ("calls", 4, "@own/store.createStore", "createStore%40src%2Fcreate.ts"),
        ("calls", 5, "@own/store.combine", "combine%40src%2Fcombine.ts"),
        ("calls", 6, "@own/store/react.useStore", "useStore%40src%2Freact%2Findex.ts"),
        ("calls", 7, "@own/store/react.combine", "combine%40src%2Freact%2Findex.ts"),  # not that of the package
    }


def test_who_uses_a_package_and_a_name_that_it_lacks(scripts: Lake) -> None:
    """All imports of it are uses of a package; of a name that was not found, the lines that spell it are."""
    lines = {(path, line) for _, path, line, use in users(scripts, "@own/store") if use == questions.NAMED}
    assert {("package.json", 1), ("a.ts", 1), ("a.ts", 2), ("a.ts", 3), ("b.ts", 1)} <= lines
    assert users(scripts, "@own/store.absent") == {
        ("app", "a.ts", 1, questions.SPELLED),
        ("app", "a.ts", 8, questions.SPELLED),
    }
    assert {line for _, _, line, _ in users(scripts, "@own/store/react")} == {2, 6, 7}
    assert ("app", "b.ts", 1, questions.MAY) in users(scripts, "Store.dispatch")


# --- Rust -------------------------------------------------------------------------------------------------------------

CRATE = {
    "Cargo.toml": '[package]\nname = "my-data"\nversion = "0.1.0"\n',
    "src/lib.rs": (
        "mod macros;\npub mod ser;\npub use ser::Write;\npub use my_data_macros::entry;\npub struct Value;\n"
        "impl Value { pub fn new() -> Value { Value } }\n"
    ),
    "src/macros.rs": (
        "#[macro_export]\nmacro_rules! json { () => {} }\n#[macro_export]\nmacro_rules! other { () => {} }\n"
    ),
    "src/ser.rs": "pub trait Write { fn put(&self); }\n",
    "macros/Cargo.toml": '[package]\nname = "my-data-macros"\nversion = "0.1.0"\n[lib]\nproc-macro = true\n',
    "macros/src/lib.rs": (
        "#[proc_macro_attribute]\npub fn entry(a: T, b: T) -> T { b }\n"
        "#[proc_macro_derive(Write)]\npub fn derive_write(a: T) -> T { a }\n"
    ),
}
CRATE_APP = {
    "Cargo.toml": '[package]\nname = "user"\nversion = "0.1.0"\n[dependencies]\nmy-data = "0.1"\n',
    "src/main.rs": (
        "use my_data::{Write, other};\n"
        "mod deep;\n"
        "macro_rules! json { () => {} }\n"
        "#[my_data::entry]\n"
        "fn main() {\n"
        "  my_data::json!();\n"
        "  json!();\n"
        "  other!();\n"
        "}\n"
        "#[derive(my_data::Absent)]\n"
        "#[rustfmt::skip]\n"
        "struct X;\n"
    ),
    "src/deep.rs": (
        "use my_data::Value;\nmod tests {\n  use super::*;\n  fn f() { Value::new(); my_data::gone::Thing::x(); }\n}\n"
    ),
}


def test_macros_attributes_and_imports_of_crates(tmp_path: Path) -> None:
    """A macro that is spelled with its crate is not one of its own crate; what a module imports of a crate, the module
    inside sees by `super::*`."""
    lake = fleet(tmp_path, {"data": CRATE, "user": CRATE_APP})
    found = {(line, name, to) for _, line, name, to in uses(lake, "user")}
    assert found == {
        (4, "my_data.entry", "entry%40macros%2Fsrc%2Flib.rs"),
        (6, "my_data.json", "json%40src%2Fmacros.rs"),
        (8, "my_data.other", "other%40src%2Fmacros.rs"),
        (4, "my_data.Value.new", "Value%3A%3Anew%40src%2Flib.rs"),
        (4, "my_data.Value", "Value%40src%2Flib.rs"),
    }
    inside = lake.scan("uses", ["user"]).filter(pl.col("to").str.ends_with("json%40src%2Fmain.rs")).collect()
    assert inside.explode("at_lines", empty_as_null=False)["at_lines"].to_list() == [7]
    # An import of a name leads to what it names, and its crate is used there, too.
    assert ("user", "src/main.rs", 1, questions.NAMED) in users(lake, "my_data::ser::Write")
    assert {(path, line) for _, path, line, use in users(lake, "my-data") if use == questions.NAMED} == {
        *(("Cargo.toml", 5), ("src/main.rs", 1), ("src/main.rs", 4), ("src/main.rs", 6), ("src/main.rs", 8)),
        *(("src/deep.rs", 1), ("src/deep.rs", 4)),
    }
    assert ("user", "src/main.rs", 10, questions.SPELLED) in users(lake, "my_data::Absent")
    assert ("user", "src/deep.rs", 4, questions.SPELLED) in users(lake, "my_data::gone::Thing::x")
    externals = lake.scan("externals", ["user"]).collect()["spelling"].to_list()
    assert not [each for each in externals if each.startswith("rustfmt")]


def test_a_use_of_a_crate_that_leads_to_no_item_is_told(tmp_path: Path) -> None:
    """What a macro writes is not seen: whoever imports that by name is listed all the same."""
    made = {
        "Cargo.toml": '[package]\nname = "made"\nversion = "0.1.0"\n',
        "src/lib.rs": "macro_rules! root { () => { pub use inner::de; }; }\nroot!();\n",
    }
    user = {
        "Cargo.toml": '[package]\nname = "user"\nversion = "0.1.0"\n[dependencies]\nmade = "0.1"\n',
        "src/lib.rs": "use made::de::Visitor;\n",
    }
    lake = fleet(tmp_path, {"made": made, "user": user})
    for name in ("made::de", "made::de::Visitor"):
        [use] = questions.users(lake, name).to_dicts()
        assert (use["repo"], use["line"], use["to_repo"], use["use"]) == ("user", 1, "made", questions.SPELLED)


# --- Java and Kotlin --------------------------------------------------------------------------------------------------

HTTP = {
    "pom.xml": "<project><groupId>com.http</groupId><artifactId>http</artifactId><version>1</version></project>",
    "src/main/java/http/Call.java": (
        "package http;\npublic interface Call {\n  interface Factory { Call newCall(); }\n  void run();\n"
        "  static Call of() { return null; }\n}\n"
    ),
    "src/main/kotlin/http/Type.kt": (
        "package http\nclass Type {\n  companion object {\n    fun get(x: String): Type = Type()\n  }\n"
        "  private fun hidden() {}\n}\n"
    ),
}
HTTP_APP = {
    "src/main/java/app/A.java": (
        "package app;\n"
        "import http.Type;\n"
        "class A {\n"
        "  private final http.Call.Factory factory;\n"
        "  void f() {\n"
        "    http.Call.of().run();\n"
        '    Type.get("x").hidden();\n'
        "    app.Absent.of();\n"
        "  }\n"
        "}\n"
    ),
    "src/main/kotlin/app/B.kt": (
        'package app\nimport http.Type\nfun g(c: http.Call) {\n  c.run()\n  Type.get("y")\n}\n'
        "fun made(): http.Call\nfun h() {\n  val c = made()\n  c.run()\n  println(c)\n}\n"
    ),
}


def test_types_that_are_spelled_with_their_package_and_companions(tmp_path: Path) -> None:
    lake = fleet(tmp_path, {"http": HTTP, "app": HTTP_APP})
    found = {(kind, line, name) for kind, line, name, _ in uses(lake, "app") if kind != "references"}
    assert found == {
        ("calls", 6, "http.Call.of"),
        ("calls", 7, "http.Type.get"),
        ("calls", 4, "http.Call.run"),
        ("calls", 5, "http.Type.get"),
        ("calls", 10, "http.Call.run"),
    }
    # Who reads a variable does not name the type of what it holds.
    named = {line for kind, line, name, _ in uses(lake, "app") if (kind, name) == ("references", "http.Call")}
    assert named == {3, 4, 6, 7}
    assert ("app", "src/main/java/app/A.java", 4, questions.NAMED) in users(lake, "http.Call.Factory")
    assert lake.scan("externals", ["app"]).filter(pl.col("spelling").str.starts_with("app.")).collect().is_empty()


# --- Go ---------------------------------------------------------------------------------------------------------------

LOG = {
    "go.mod": "module example.com/log/v2\n",
    "log.go": "package log\nfunc Print() {}\nfunc quiet() {}\n",
    "internal/pool/p.go": "package pool\nfunc Get() {}\n",
}


def test_internal_packages_of_go_are_for_what_lies_beside_them(tmp_path: Path) -> None:
    imports = (
        'import ("example.com/log/v2"; "example.com/log/v2/internal/pool")\nfunc F() { log.Print(); pool.Get() }\n'
    )
    lake = fleet(
        tmp_path,
        {
            "log": LOG,
            "far": {"go.mod": "module example.com/far\n", "f.go": f"package far\n{imports}"},
            "near": {"go.mod": "module example.com/log/v2/extra\n", "n.go": f"package extra\n{imports}"},
        },
    )
    assert {(line, name) for _, line, name, _ in uses(lake, "far")} == {(3, "example.com/log/v2.Print")}
    assert {name for _, _, name, _ in uses(lake, "near")} == {
        "example.com/log/v2.Print",
        "example.com/log/v2/internal/pool.Get",
    }
    spelled = lake.links().filter(pl.col("spelling").str.contains("internal")).collect()
    assert spelled["repo"].to_list() == ["near"]
    # Who spells it all the same is listed.
    assert ("far", "f.go", 3, questions.SPELLED) in users(lake, "example.com/log/v2/internal/pool.Get")


# --- forks ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("library", "app", "directive"),
    [
        (
            LOG,
            {
                "go.mod": "module example.com/a\n",
                "a.go": 'package a\nimport "example.com/log/v2"\nfunc F() { log.Print() }\n',
            },
            "example.com/log/v2",
        ),
        (BUILT, SCRIPT_APP, "@own/store"),
        (CRATE, CRATE_APP, "my_data::Write"),
        (HTTP, HTTP_APP, "http.Type"),
    ],
)
def test_a_package_and_its_fork_lead_nowhere(
    tmp_path: Path, library: dict[str, str], app: dict[str, str], directive: str
) -> None:
    """And the answer says which repositories provide it."""
    lake = fleet(tmp_path, {"library": library, "fork": library, "app": app})
    links = lake.links().filter(pl.col("repo") == "app").collect()
    assert links["to_repo"].null_count() == links.height
    assert lake.use_links().filter(pl.col("repo") == "app").collect().is_empty()
    undecided = questions.find_undecided(lake).filter(pl.col("spelling") == directive)
    assert undecided["candidates"].to_list()[0] == ["fork", "library"]
