"""Search knows what packages of Go, Rust and TypeScript call what they hold."""

from __future__ import annotations

from pathlib import Path

import pytest

import kgraph
from kgraph.search.ranking import SearchIndex

TREE = {
    "go.mod": "module charm.example/brew/v2\n\ngo 1.22\n",
    "brew.go": "// Package tea makes tea.\npackage tea\n\n// Program runs.\ntype Program struct{}\n\n"
    "// Run runs.\nfunc (p *Program) Run() {}\n\ntype hidden struct{}\n\n"
    "// NewProgram makes one.\nfunc NewProgram() *Program { return nil }\n",
    "GUIDE.md": "# Tea\n\n## New Program\n\nHow to make a tea program.\n",
    "web/Cargo.toml": '[package]\nname = "web"\nversion = "0.1.0"\n',
    "web/src/lib.rs": "mod inner;\npub use inner::client::Client;\n\npub struct Clients;\n",
    "web/src/inner/mod.rs": "pub mod client;\n",
    "web/src/inner/client.rs": "pub struct Client;\n\nimpl Client {\n    pub fn send(&self) {}\n}\n",
    "router/src/index.ts": "export { Context } from './context'\nexport * from './extra'\n",
    "router/src/context.ts": "export class Context {\n  json(): void {}\n}\n",
    "router/src/extra.ts": "export function handle(): void {}\n",
    "router/test/context.test.ts": "export class ContextOfRouter {}\n",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    root: Path = tmp_path_factory.mktemp("names")
    for path, text in TREE.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    with kgraph.build(root, history=False) as graph:
        found = SearchIndex(graph.tables)
        assert len(found.rows)
        return found


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("tea.Program", "charm.example/brew/v2.Program"),
        ("brew.NewProgram", "charm.example/brew/v2.NewProgram"),
        ("tea.Program.Run", "charm.example/brew/v2.Program.Run"),
        ("web::Client", "web::inner::client::Client"),
        ("router.Context", "router/src/context.Context"),
        ("router.handle", "router/src/extra.handle"),
    ],
)
def test_a_name_that_a_package_gives_is_found_first(index: SearchIndex, question: str, wanted: str) -> None:
    assert index.find(question)["full"].to_list()[0] == wanted


def test_what_is_for_the_package_alone_has_no_other_name(index: SearchIndex) -> None:
    named = index.rows.filter(index.rows["full"] == "charm.example/brew/v2.hidden")
    assert named["public_keys"].to_list() == ["\n\n"]
