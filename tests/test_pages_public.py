"""What is public, and what it is called: names that files pass on, kinds, signatures, words of files by their name."""

from __future__ import annotations

from pathlib import Path

import pytest

import kgraph
from kgraph.pages.documentation.inline import with_references
from kgraph.pages.documentation.render import render
from kgraph.pages.purpose import brief
from kgraph.pages.symbols.signature import break_lines
from kgraph.pages.well_known import always, describe_by_name

TREE = {
    "pkg/__init__.py": "from ._core import Engine, run as start, helper\n\n__all__ = ['Engine']\n",
    "pkg/_core.py": '"""The core."""\n\n\nclass Engine:\n    """Runs."""\n\n    def go(self) -> None: ...\n\n\n'
    "def run() -> None: ...\n\n\ndef helper() -> None: ...\n",
    "pkg/__main__.py": "from pkg import Engine\n\nEngine().go()\n",
    "tests/test_core.py": "from pkg import Engine\n\n\ndef test_go():\n    Engine().go()\n",
    "rs/Cargo.toml": '[package]\nname = "rs"\nversion = "0.1.0"\n\n[lib]\npath = "src/lib.rs"\n',
    "rs/src/lib.rs": "#![deny(missing_docs)]\n\n//! # rs\n//!\n//! Counts with a [`Counter`].\n\n"
    "// all systems\nmod count;\nmod text;\n"
    "pub use self::count::{\n    Counter, Total as Sum,\n};\n"
    "pub(crate) use self::text::Hidden;\nuse self::text::Plain;\n",
    "rs/src/count.rs": "/// Counts.\n///\n/// ```\n/// # fn main() {\n/// run([`x`]);\n/// # }\n/// ```\n"
    "pub struct Counter;\n\n"
    "/// A sum.\npub struct Total;\n\n/// What can count.\npub trait Counts {\n    /// Adds.\n    fn add(&self);\n}\n",
    "rs/src/text.rs": "pub struct Hidden;\npub struct Plain;\n",
    "ts/index.ts": "/**\n * @module\n * The public part.\n */\nimport { make } from './make'\n\n"
    "export type { Options } from './options'\nexport * from './extra'\nexport { make, make as create }\n",
    "ts/make.ts": "export function make(): void {}\nexport const other = 1\n",
    "ts/options.ts": "export { Options } from './deep'\n",
    "ts/deep.ts": "/** What can be chosen. */\nexport interface Options {\n  a: string\n}\n",
    "ts/extra.ts": "export class Extra {}\nclass Inner {}\n",
    "LICENSE-MIT": "Copyright (c) Somebody\n",
    "CHANGES.md": "# Changes\n\nThe only breaking change is this.\n",
    "README.md": "# All\n\n[Docs](https://a.b)\n\n**Documentation**: [https://a.b](https://a.b)\n\n"
    "Counts words of texts.\n",
    "examples/README.md": "# Examples\n\n### One\n\nThe first example shows this.\n\n### Two\n\nText.\n",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("public")
    for path, text in TREE.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "NEWS").symlink_to("CHANGES.md")
    with kgraph.build(root, history=False) as graph:
        graph.pages(root / "md", symbols="all")
        graph.pages(root / "site", form="html", symbols="all")
    return root / "md"


def passed_on(pages: Path, path: str) -> list[str]:
    text = (pages / f"{path}_docs.md").read_text()
    section = text.partition("### Re-Exports")[2].partition("\n#")[0]
    return [line for line in section.split("\n") if line.startswith("- ")]


def test_what_all_names_is_what_a_package_passes_on(pages: Path) -> None:
    (line,) = passed_on(pages, "pkg/__init__.py")
    assert "`Engine`" in line
    assert "— class, of [`pkg/_core.py`](_core.py_docs.md): Runs." in line
    assert "| re-exports `Engine` |" in (pages / "pkg/index.md").read_text()
    assert "Also importable as `pkg.Engine`." in (pages / "symbols/python/pkg._core.Engine_sym.md").read_text()


def test_a_public_use_of_rust_is_passed_on_under_its_new_name(pages: Path) -> None:
    lines = passed_on(pages, "rs/src/lib.rs")
    assert ["`Counter`" in lines[0], "`Sum`" in lines[1], len(lines)] == [True, True, 2]
    assert "Also importable as `rs::Counter`." in (pages / "symbols/rust/rs.count.Counter_sym.md").read_text()


def test_exports_of_typescript_are_followed_to_where_they_are_declared(pages: Path) -> None:
    lines = passed_on(pages, "ts/index.ts")
    assert [line.partition("`")[2].partition("`")[0] for line in lines] == ["create", "Extra", "make", "Options"]
    assert "— interface, of [`ts/deep.ts`](deep.ts_docs.md): What can be chosen." in lines[3]
    assert "> The public part." in (pages / "ts/index.ts_docs.md").read_text()


def test_a_crate_is_described_by_its_comment_and_not_by_one_above_a_module(pages: Path) -> None:
    text = (pages / "rs/src/lib.rs_docs.md").read_text()
    assert "> Counts with a [`Counter`]" in text.partition("## File Purpose")[2]
    assert "all systems" not in text.partition("## Original Source")[0]
    assert "Counts with a `Counter`." in (pages / "rs/index.md").read_text()  # of the folder `src`
    assert "module **" in text
    assert "trait **" in (pages / "rs/src/count.rs_docs.md").read_text()


def test_what_a_test_is_of(pages: Path) -> None:
    text = (pages / "tests/test_core.py_docs.md").read_text()
    assert "No comment" not in text
    assert "It tests [`pkg/_core.py`]" in text


def test_files_are_what_their_names_say(pages: Path) -> None:
    index = (pages / "index.md").read_text()
    assert "> Counts words of texts." in index
    for name, said in (("LICENSE-MIT", "the licence"), ("CHANGES.md", "what changed from version to version")):
        assert f"| [`{name}`]" in index
        assert f"| {said} |" in index
    assert "It is a symbolic link to `CHANGES.md`." in (pages / "NEWS_docs.md").read_text()
    assert "The first example" not in index


@pytest.mark.parametrize(
    ("name", "fixed", "known"),
    [
        ("licenses.py", "", ""),
        ("copying_pages.md", "", ""),
        ("LICENSE.txt", "the licence", "the licence"),
        ("vitest.config.ts", "", "settings of Vitest"),
        ("py.typed", "", "says that the package has type annotations (PEP 561)"),
        ("news_reader.py", "", ""),
    ],
)
def test_names_that_say_what_a_file_is_for(name: str, fixed: str, known: str) -> None:
    assert (always(name), describe_by_name(name)) == (fixed, known)


def shown(language: str, text: str) -> str:
    return with_references(render((language, text)), lambda _: "")


@pytest.mark.parametrize(
    ("language", "text", "expected", "first"),
    [
        (
            "Rust",
            "Gives a [`Client`][client], see [docs](https://a.b) and [site].\n\n[client]: ./Client.html\n"
            "[site]: https://x.y",
            "Gives a `Client`, see [docs](https://a.b) and [site](https://x.y).",
            "Gives a `Client`, see docs and site.",
        ),
        ("Rust", "Use:\n\n```no_run\n# fn main() {\na[0];\n# }\n```", "Use:\n\n```rust\na[0];\n```", ""),
        (
            "Go",
            "Blocks until [Program.Quit]; see [N], [0, 1).",
            "Blocks until `Program.Quit`; see \\[N\\], \\[0, 1).",
            "",
        ),
        (
            "TypeScript",
            "The {@link Foo | a foo} of {@link https://a.b}.\n\n"
            "@template T - The type.\n@param {string} name - its name\n"
            "@param {A<{b: c}>} [o.p='q'] - what\n"
            "@returns {T} one",
            "The a foo of [https://a.b](https://a.b).\n\n**Type parameters**\n\n- `T` — The type.\n\n**Parameters**\n\n"
            "- `name` — its name\n- `o.p` (optional, `'q'` by default) — what\n\n**Returns**\n\none",
            "The a foo of https://a.b.",
        ),
        (
            "TypeScript",
            "Runs.\n\n@example\n```ts\nrun()\n\n@returns({})\nclass A {}\n```\n\n@returns nothing",
            "Runs.\n\n**Example**\n\n```ts\nrun()\n\n@returns({})\nclass A {}\n```\n\n**Returns**\n\nnothing",
            "Runs.",
        ),
        ("Java", "Sets {@link #size(int, List)}. {@snippet file=a}", "Sets `size`.", "Sets `size`."),
        (
            "Java",
            "A set of:\n<ul>\n  <li>fast\n      things\n  <li>small\n</ul>\n@author A\n@param <K> the key",
            "A set of:\n\n- fast things\n- small\n\n**Type parameters**\n\n- `<K>` — the key\n\n**Author**\n\nA",
            "A set of: fast things; small",
        ),
    ],
)
def test_links_and_lists_of_the_conventions(language: str, text: str, expected: str, first: str) -> None:
    assert shown(language, text) == expected
    assert not first or brief(text) == first


@pytest.mark.parametrize(
    ("signature", "parameters"),
    [
        ("def f(a: int) -> None", 0),
        (f"def f(self, {', '.join(f'name{n}: dict[str, int]' for n in range(6))}) -> tuple[int, int]", 7),
        (f"func (p *Program) Run(ctx Context, {', '.join(f'name{n} map[string]int' for n in range(4))}) error", 5),
        (f"map<K, V>(of: Map<K, V>, {', '.join(f'f{n}: (a: K, b: V) => Map<K, V>' for n in range(3))}): Map<K, V>", 4),
        (f"def f({', '.join(f'''s{n}: str = ','''+chr(39)*2 for n in range(12))})", 12),
    ],
)  # fmt: skip
def test_a_long_signature_has_a_line_for_each_parameter(signature: str, parameters: int) -> None:
    lines = break_lines(signature).split("\n")
    assert len(lines) == (parameters + 2 if parameters else 1)
    assert all(line.startswith("    ") and line.endswith(",") for line in lines[1:-2])
    # Behind the last parameter stands a comma where the language has one there, and none in C++.
    assert all(line.endswith(",") == signature.startswith(("def", "func")) for line in lines[1:-1][-1:])
    assert (
        "".join(line.strip() for line in lines).replace(",)", ")").replace(",", ", ").split()
        == "".join(signature.replace(", ", ",")).replace(",", ", ").split()
    )
