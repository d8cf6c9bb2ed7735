"""The pages of a small repository: what stands on them, and that each defect of the pages before ours is gone."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pages_samples as samples
import pytest
from markdown_it import MarkdownIt
from pages_samples import FUSER

import kgraph
from kgraph.errors import InputError
from kgraph.pages.link_check import check
from kgraph.pages.sections import section_table

GOLDEN = Path(__file__).parent / "golden"


@cache
def written() -> Path:
    graph = samples.shared()
    output = graph.path.parent / "docs/code"
    graph.pages(output, layout="classic")
    return output


def page(name: str) -> str:
    return (written() / name).read_text("utf-8")


def section(text: str, title: str) -> str:
    """What stands below a heading, up to the next of its rank."""
    level, _, words = title.partition(" ")
    found = re.search(
        rf"^{level} {re.escape(words)}\n(.*?)(?=^{'#{1,' + str(len(level)) + '}'} |\n---\n|\Z)", text, re.M | re.S
    )
    assert found, f"no section {title}"
    return found[1].strip()


def steady(text: str) -> str:
    """A page without what others decide: how near related files are, and what uses were inferred from."""
    text = re.sub(r"(## Related Files\n).*?(?=\n## )", r"\1\n...\n", text, flags=re.S)
    return re.sub(r"^Uses marked \*likely\* were inferred.*$", "...", text, flags=re.M)


class TestTheSet:
    def test_each_file_and_folder_has_its_pages(self) -> None:
        pages = {path.relative_to(written()).as_posix() for path in written().rglob("*.md")}
        files = {f"{name}_{kind}.md" for name in samples.FILES for kind in ("docs", "kw")}
        folders = {
            "",
            *(parent.as_posix() + "/" for name in samples.FILES for parent in Path(name).parents if parent.name),
        }
        assert pages == files | {f"{folder}{kind}.md" for folder in folders for kind in ("index", "doc", "sub")}

    def test_sections_stand_in_the_order_of_the_set(self) -> None:
        headings = re.findall(r"^## (.*)$", page(f"{FUSER}/fallback.cpp_docs.md"), re.M)
        assert headings == [kind.title for kind in section_table.SECTIONS]
        assert headings[0] == "File Metadata"
        assert headings[-1] == "Cross-References"

    def test_a_reader_gets_answers_first_and_the_source_last(self, tmp_path: Path) -> None:
        samples.shared().pages(tmp_path / "p")
        assert check(tmp_path / "p").problems == []
        text = (tmp_path / "p" / FUSER / "fallback.cpp_docs.md").read_text()
        headings = re.findall(r"^## (.*)$", text, re.M)
        titles = {kind.key: kind.title for kind in section_table.SECTIONS}
        wanted = [titles[key] for key in section_table.READER_KEYS]
        assert headings == [title for title in wanted if title in headings]
        assert (headings[0], headings[-1]) == ("File Purpose", "Original Source")
        facts = text.split("\n\n")[1].removeprefix("# Documentation")
        assert "A source file in C++; 32 lines; " in text.partition("\n## ")[0], facts
        silent = (tmp_path / "p" / "setup.py_docs.md").read_text()
        assert "No patterns found" in page("setup.py_docs.md")
        assert "Code Patterns" not in silent
        keywords = (tmp_path / "p" / FUSER / "fallback.cpp_kw.md").read_text()
        assert [title for title in re.findall(r"\*\*\[(.*?)\]", keywords) if title in wanted] == headings

    def test_every_link_and_anchor_resolves(self) -> None:
        found = check(written())
        assert found.problems == []
        assert found.pages == sum(1 for _ in written().rglob("*.md"))
        assert found.links > 1000

    @pytest.mark.parametrize(
        "name",
        [
            "fallback.cpp_docs.md",
            "fallback.cpp_kw.md",
            "index.md",
            "doc.md",
            "sub.md",
            "../../../../../setup.py_docs.md",
        ],
    )
    def test_golden(self, name: str) -> None:
        golden = GOLDEN / Path(name).name
        text = steady(page(f"{FUSER}/{name}"))
        if os.environ.get("KGRAPH_GOLDEN") == "write":
            golden.write_text(text, "utf-8")
        assert text == golden.read_text("utf-8"), "KGRAPH_GOLDEN=write writes it anew"


class TestFacts:
    """What the seed says of fallback.cpp and its folder."""

    def test_includes_stand_in_the_order_of_the_file(self) -> None:
        table = section(page(f"{FUSER}/fallback.cpp_docs.md"), "## Dependencies")
        assert re.findall(r"`<([^>]+)>`", table) == [
            "torch/csrc/jit/codegen/fuser/fallback.h",
            "ATen/core/functional.h",
            "ATen/core/stack.h",
            "c10/util/Exception.h",
            "torch/csrc/jit/codegen/fuser/kernel_cache.h",
            "torch/csrc/jit/ir/ir.h",
            "torch/csrc/jit/runtime/custom_operator.h",
            "torch/csrc/jit/runtime/interpreter.h",
            "stdexcept",
        ]
        assert "https://en.cppreference.com/w/cpp/header/stdexcept" in table

    def test_namespaces_and_functions_are_those_of_the_text(self) -> None:
        keywords = page(f"{FUSER}/fallback.cpp_kw.md")
        names = lambda title: re.findall(r"^- \*\*\[?`([^`]+)`", section(keywords, f"### {title}"), re.M)  # noqa: E731
        assert names("Namespaces") == [
            "torch",
            "torch::jit",
            "torch::jit::fuser",
            "torch::jit::fuser::(anonymous namespace)",
        ]
        assert names("Functions") == ["aliasAnalysisIsSpecialCase", "runFallback"]
        assert names("Variables") == ["reg_fused_operators"]
        outline = section(page(f"{FUSER}/fallback.cpp_docs.md"), "## Detailed Analysis")
        assert "`c10::AliasAnalysisKind aliasAnalysisIsSpecialCase()`" in outline
        assert "`void runFallback(int64_t key, Stack& stack)`" in outline

    def test_the_folder_lists_its_files_and_folders(self) -> None:
        index = page(f"{FUSER}/index.md")
        files = re.findall(r"^\| \[`([^`]+)`\]", section(index, "## Files"), re.M)
        assert files == ["README.md", "fallback.cpp", "fallback.h", "kernel_cache.h"]
        assert "`cuda/`" in section(index, "## Subfolders")


class TestDefects:
    """The seven defects of the pages that ours replace."""

    def test_1_names_are_those_of_the_parser_and_counts_are_exact(self) -> None:
        text = page(f"{FUSER}/fallback.cpp_docs.md")
        assert "It defines 4 namespaces, 2 functions and 1 variable." in section(text, "## High-Level Overview")
        assert "Classs" not in text
        python = page("setup.py_kw.md")
        assert "`tools`" in section(python, "### Imports")
        assert re.findall(r"\*\*`(\w+)`\*\*", section(python, "### Imported Names")) == ["gen"]

    def test_2_related_files_have_reasons_and_leave_the_folder(self) -> None:
        related = section(page(f"{FUSER}/fallback.cpp_docs.md"), "## Related Files")
        assert related.startswith(f"Its counterpart is [`{FUSER}/fallback.h`](fallback.h_docs.md).")
        rows = [line.split(" | ") for line in related.splitlines() if line.startswith("| 1")]
        assert all(row[3].strip(" |") for row in rows)
        assert "test/cpp/test_fallback.cpp" in related

    def test_3_keywords_link_to_line_place_and_other_places(self) -> None:
        functions = section(page(f"{FUSER}/fallback.cpp_kw.md"), "### Functions")
        entry = next(line for line in functions.splitlines() if "runFallback" in line)
        assert "(fallback.cpp_docs.md#sym-torch.jit.fuser.runFallback)" in entry
        assert "fallback.cpp#L26-L28)" in entry
        assert "declared in [`fallback.h:11`](fallback.h_docs.md#sym-torch.jit.fuser.runFallback)" in entry

    def test_4_a_section_says_something_or_that_there_is_nothing(self) -> None:
        every = "\n".join(path.read_text("utf-8") for path in written().rglob("*.md"))
        for filler in ("automatically detected", "not applicable", "may be located", "JIT compilation", "profiling"):
            assert filler not in every
        security = section(page("setup.py_docs.md"), "## Security & Safety")
        assert re.search(r"#L2\) \| `pickle` \| .*CWE-502", security)
        assert "CWE-78" in security
        assert "It includes, imports and uses nothing that is known to be risky." in page(f"{FUSER}/fallback.h_docs.md")

    def test_5_output_never_becomes_input(self, tmp_path: Path) -> None:
        root = samples.make(tmp_path / "engine", {"a.h": "int f();\n", "docs/mine.md": "# Mine\n"})
        with kgraph.build(root, jobs=1) as graph:
            first = graph.pages(root / "docs")
            before = set(graph.frame("files")["path"])
        samples.commit(root, "pages")  # tracked, manifest and all
        with kgraph.build(root, jobs=1) as graph:
            assert set(graph.frame("files")["path"]) == before == {"a.h", "docs/mine.md"}
            again = graph.pages(root / "docs")
        assert again.pages == first.pages

    def test_6_links_are_links_and_resolve(self) -> None:
        references = section(page(f"{FUSER}/fallback.cpp_docs.md"), "### Pages")
        links = re.findall(r"\*\*([^*]+)\*\*: \[[^]]*\]\(([^)]+)\)", references)
        assert dict(links)["Keyword Index"] == "fallback.cpp_kw.md"
        assert dict(links)["Folder Documentation"] == "doc.md"
        assert not check(written()).problems

    def test_7_the_graph_can_be_asked_what_a_page_tells(self, tmp_path: Path) -> None:
        graph = samples.shared()
        graph.pages(tmp_path / "pages", show_queries=True, only=[f"{FUSER}/fallback.cpp"])
        text = (tmp_path / f"pages/{FUSER}/fallback.cpp_docs.md").read_text("utf-8")
        assert f"kgraph query pages/includes --param path={FUSER}/fallback.cpp" in text
        rows = graph.query("pages/includes", path=f"{FUSER}/fallback.cpp").dicts()
        assert len({row["line"] for row in rows}) == 9


class TestSections:
    def test_metadata(self) -> None:
        text = section(page(f"{FUSER}/fallback.h_docs.md"), "## File Metadata")
        assert "- **Size**: 256 bytes (0.25 KB)" in text
        assert "- **Lines**: 15" in text
        assert "- **Last change**: 2021-03-04, commit `" in text
        assert "- **Changes**: 1" in text
        assert "- **How it was read**: parsed, without problems" in text

    def test_purpose_is_the_files_own_words(self) -> None:
        text = section(page("tools/gen.py_docs.md"), "## File Purpose")
        assert "> Makes the `operators`." in text
        assert "It is **a module**" in text
        text = section(page("test/cpp/test_fallback.cpp_docs.md"), "## File Purpose")
        assert "It is **a test**: TEST makes 1 of its functions, first in line 4." in text

    def test_patterns_are_proved_with_lines(self) -> None:
        ir = section(page("torch/csrc/jit/ir/ir.h_docs.md"), "## Code Patterns & Idioms")
        assert re.search(r"Interfaces.*`Node`.*line 5", ir)
        gen = section(page("tools/gen.py_docs.md"), "## Code Patterns & Idioms")
        assert re.search(r"Decorator\*\* `@property`", gen)
        assert re.search(r"Context managers.*gen.Gen", gen)
        assert "Definitions made by the macro** `TEST`" in page("test/cpp/test_fallback.cpp_docs.md")

    def test_performance_is_proved(self) -> None:
        ir = section(page("torch/csrc/jit/ir/ir.h_docs.md"), "## Performance Considerations")
        assert "**Changing it rebuilds** 1 translation unit" in ir
        interpreter = section(page("torch/csrc/jit/runtime/interpreter.h_docs.md"), "## Performance Considerations")
        assert "**Atomics**: includes `atomic` for atomic operations ([line 3]" in interpreter
        assert "**GPU kernels** (1): [`scale`]" in page(f"{FUSER}/cuda/kernel.cu_docs.md")

    def test_inheritance_is_drawn(self) -> None:
        text = section(page("torch/csrc/jit/runtime/custom_operator.h_docs.md"), "### Inheritance")
        assert 'n0["RegisterOperators"]\n  n1["Node"]\n  n0 --> n1' in text

    def test_tests_and_documents_are_told(self) -> None:
        text = page(f"{FUSER}/fallback.h_docs.md")
        assert "test/cpp/test_fallback.cpp" in section(text, "### Testing")
        assert "`README.md`" in section(text, "### Mentioned In")
        assert f"{FUSER}/fallback.cpp" in section(text, "### Included By")


class TestOptions:
    def test_sections_can_be_chosen(self, tmp_path: Path) -> None:
        samples.shared().pages(tmp_path / "p", sections=["related", "purpose"])
        text = (tmp_path / "p/setup.py_docs.md").read_text("utf-8")
        assert re.findall(r"^## (.*)$", text, re.M) == ["File Purpose", "Related Files"]
        assert not check(tmp_path / "p").problems
        with pytest.raises(InputError, match="there is no section 'nonsense'"):
            samples.shared().pages(tmp_path / "p", sections=["nonsense"])

    def test_compact_leaves_out_what_says_nothing(self, tmp_path: Path) -> None:
        samples.shared().pages(tmp_path / "p", layout="classic", compact=True, source="none")
        text = (tmp_path / f"p/{FUSER}/fallback.h_docs.md").read_text("utf-8")
        assert "## Security & Safety" not in text
        assert "## Original Source" not in text

    def test_a_part_of_the_pages_links_to_what_is_there(self, tmp_path: Path) -> None:
        graph = samples.shared()
        with pytest.raises(InputError, match="fits no file"):
            graph.pages(tmp_path / "p", only=["*.nothing"])
        graph.pages(tmp_path / "p", only=["*.h"])
        pages = [path.name for path in (tmp_path / "p").rglob("*_docs.md")]
        assert sorted(pages) == sorted(f"{Path(name).name}_docs.md" for name in samples.FILES if name.endswith(".h"))
        assert not check(tmp_path / "p").problems
        graph.pages(tmp_path / "p")
        whole = {path: path.read_bytes() for path in (tmp_path / "p").rglob("*.md")}
        graph.pages(tmp_path / "p", only=["*.h"])
        assert {path: path.read_bytes() for path in (tmp_path / "p").rglob("*.md")} == whole

    def test_sources_may_be_elsewhere(self, tmp_path: Path) -> None:
        url = "https://example.org/{revision}/{path}#L{line}"
        graph = samples.shared()
        graph.pages(tmp_path / "p", source_url=url, source="excerpt", title="Engine *2*")
        text = (tmp_path / f"p/{FUSER}/fallback.cpp_docs.md").read_text("utf-8")
        assert f"[lines 26–28](https://example.org/{graph.repository.revision}/{FUSER}/fallback.cpp#L26)" in text
        assert r"Engine \*2\*" in text
        with pytest.raises(InputError, match="not a web address"):
            graph.pages(tmp_path / "p", source_url="javascript:{path}")

    def test_templates_may_be_replaced_and_print_nothing_unescaped(self, tmp_path: Path) -> None:
        (tmp_path / "t").mkdir()
        (tmp_path / "t/file_kw.md.j2").write_text("{{ marker }}\n# {{ file.path }} {{ '<b>`*' }}\n")
        samples.shared().pages(tmp_path / "p", templates=tmp_path / "t")
        assert (tmp_path / "p/setup.py_kw.md").read_text("utf-8").endswith("# setup.py \\<b\\>\\`\\*\n")
        (tmp_path / "t/file_kw.md.j2").write_text("{% if %}")
        with pytest.raises(InputError, match="not a Jinja2 template"):
            samples.shared().pages(tmp_path / "p", templates=tmp_path / "t")

    def test_asking_the_store_gives_the_same_pages(self, tmp_path: Path) -> None:
        graph = samples.shared()
        for name, ask in (("read", False), ("asked", True)):
            graph.pages(tmp_path / name, ask=ask)
        read, asked = (
            {path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.md")}
            for name in ("read", "asked")
        )
        assert read == asked

    def test_without_a_working_tree_there_are_no_sources(self, tmp_path: Path) -> None:
        with kgraph.build(samples.shared().path.parent, output=tmp_path / "graph", jobs=1, related=False) as graph:
            graph.pages(tmp_path / "p")
        text = (tmp_path / "p/setup.py_docs.md").read_text("utf-8")
        assert "The working tree is not known" in section(text, "## Original Source")
        assert "This graph was built with `--no-related`" in text
        assert not check(tmp_path / "p").problems


def test_a_changed_source_is_told(tmp_path: Path) -> None:
    root = samples.make(tmp_path / "engine", {"a.h": "int f();\n"})
    with kgraph.build(root, jobs=1) as graph:
        (root / "a.h").write_text("int f();\nint g();\n")
        graph.pages(tmp_path / "p")
    assert "The file has changed since the graph was built" in (tmp_path / "p/a.h_docs.md").read_text("utf-8")


def test_pages_are_what_a_commonmark_parser_reads() -> None:
    parser = MarkdownIt("commonmark").enable("table")
    for path in written().rglob("*.md"):
        tokens = parser.parse(path.read_text("utf-8"))
        assert [token.content for token in tokens if token.type == "html_block"] == [tokens[0].content]
        for token in tokens:
            for inner in token.children or ():
                if inner.type == "html_inline":
                    assert re.fullmatch(r'<a id="sym-[\w.-]*">|</a>', inner.content)


def test_golden_has_no_page_of_nothing() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(
        ["fallback.cpp_docs.md", "fallback.cpp_kw.md", "index.md", "doc.md", "sub.md", "setup.py_docs.md"]
    )
