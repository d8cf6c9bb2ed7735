"""Writing pages again, names that nobody should have, the site, and the command."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pages_samples as samples
import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt
from pages_samples import FUSER

import kgraph
from kgraph.cli import main
from kgraph.errors import ExportError, InputError
from kgraph.pages import markdown
from kgraph.pages.link_check import check, read
from kgraph.pages.mermaid import flowchart
from kgraph.pages.page_links import PageLinks
from kgraph.pages.svg import draw_flowchart
from tests.test_hostile import NAMES
from tests.test_scan import write

SMALL: dict[str, str | bytes] = {
    "a/one.h": "int one();\n",
    "a/two.cpp": '#include "one.h"\nint two() { return one(); }\n',
    "b/three.py": "def three():\n    return 3\n",
}


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestAgain:
    def test_the_second_run_writes_nothing(self, tmp_path: Path) -> None:
        graph, output = samples.shared(), tmp_path / "p"
        first = graph.pages(output)
        before = {path: path.stat().st_mtime_ns for path in output.rglob("*")}
        assert first.changed == first.pages
        second = graph.pages(output)
        assert (second.pages, second.changed, second.removed) == (first.pages, 0, 0)
        assert {path: path.stat().st_mtime_ns for path in output.rglob("*")} == before

    def test_two_runs_give_the_same_bytes(self, tmp_path: Path) -> None:
        graph = samples.shared()
        for name in ("x/p", "y/p"):
            graph.pages(tmp_path / name)
        assert contents(tmp_path / "x/p") == contents(tmp_path / "y/p")

    def test_only_what_changed_is_written_and_what_left_is_removed(self, tmp_path: Path) -> None:
        root, output = samples.make(tmp_path / "engine", SMALL), tmp_path / "engine/docs"
        with kgraph.build(root, jobs=1) as graph:
            graph.pages(output, sections=["analysis", "dependencies"])
        (output / "mine.md").write_text("mine")
        (root / "b/three.py").write_text("def three():\n    return 3\n\n\ndef four():\n    return 4\n")
        with kgraph.build(root, jobs=1) as graph:
            second = graph.pages(output, sections=["analysis", "dependencies"])
        assert second.removed == 0
        assert 0 < second.changed <= 8
        assert "four" in (output / "b/three.py_kw.md").read_text("utf-8")
        (root / "b/three.py").unlink()
        samples.commit(root, "without")
        with kgraph.build(root, jobs=1) as graph:
            third = graph.pages(output, sections=["analysis", "dependencies"])
        assert third.removed == 5
        assert not (output / "b").exists()
        assert (output / "mine.md").read_text() == "mine"
        assert not check(output).problems

    def test_a_page_that_was_removed_or_cut_comes_back(self, tmp_path: Path) -> None:
        graph, output = samples.shared(), tmp_path / "p"
        graph.pages(output)
        before = contents(output)
        (output / "setup.py_docs.md").unlink()
        assert graph.pages(output).changed == 1
        assert contents(output) == before

    def test_an_interrupted_run_goes_on(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from kgraph.pages import output as out

        graph, output = samples.shared(), tmp_path / "p"
        put, left = out.OutputFolder.put, [30]

        def dies(self: out.OutputFolder, *args: str) -> None:
            left[0] -= 1
            if left[0] <= 0:
                raise KeyboardInterrupt
            put(self, *args)

        monkeypatch.setattr(out.OutputFolder, "put", dies)
        with pytest.raises(KeyboardInterrupt):
            graph.pages(output)
        monkeypatch.setattr(out.OutputFolder, "put", put)
        whole = graph.pages(output)
        assert 0 < whole.changed <= whole.pages - 29
        assert not check(output).problems

    def test_what_is_not_ours_is_not_touched(self, tmp_path: Path) -> None:
        output = tmp_path / "p"
        (output / "tools").mkdir(parents=True)
        (output / "tools/index.md").write_text("mine")
        with pytest.raises(ExportError, match="no page of kgraph"):
            samples.shared().pages(output)
        assert contents(output) == {"tools/index.md": b"mine"}

    def test_a_manifest_can_name_no_other_files(self, tmp_path: Path) -> None:
        output = tmp_path / "p"
        write(output, {"main.c": "int main;\n", "../outside_docs.md": "mine"})
        names = dict.fromkeys(["main.c", "../outside_docs.md", "/etc/x_docs.md", "a/../../outside_docs.md"], "")
        manifest = {"version": 1, "inputs": "", "suffix": ".md", "pages": names}
        (output / ".kgraph-pages.json").write_text(json.dumps(manifest))
        samples.shared().pages(output)
        assert (output / "main.c").read_text() == "int main;\n"
        assert (tmp_path / "outside_docs.md").read_text() == "mine"

    def test_a_folder_that_leads_elsewhere_is_not_followed(self, tmp_path: Path) -> None:
        (tmp_path / "p").mkdir()
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "p/tools").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(ExportError, match="symbolic link"):
            samples.shared().pages(tmp_path / "p")
        assert not any((tmp_path / "elsewhere").iterdir())

    def test_the_other_form_takes_the_place_of_the_first(self, tmp_path: Path) -> None:
        graph = samples.shared()
        graph.pages(tmp_path / "p")
        graph.pages(tmp_path / "p", form="html")
        assert not list((tmp_path / "p").rglob("*.md"))


class TestCheck:
    @pytest.mark.parametrize(
        ("old", "new", "what"),
        [
            ("(fallback.h_docs.md)", "(fallbacks.h_docs.md)", "there is no torch"),
            ("#sym-torch.jit.fuser.runFallback", "#sym-nothing", "has no anchor 'sym-nothing'"),
            ("fallback.cpp#L26-L28)", "fallback.cpp#L26-L280)", "lines, and the link leads to L26-L280"),
            ("(doc.md)", "(javascript:alert)", "neither relative nor one to the web"),
            ("(doc.md)", "(/etc/passwd)", "neither relative nor one to the web"),
        ],
    )
    def test_what_does_not_resolve_is_told_with_its_line(self, tmp_path: Path, old: str, new: str, what: str) -> None:
        samples.shared().pages(tmp_path / "p", source="none")
        name = f"{FUSER}/fallback.cpp_docs.md"
        text = (tmp_path / "p" / name).read_text("utf-8")
        (tmp_path / "p" / name).write_text(text.replace(old, new, 1))
        line = text[: text.index(old)].count("\n") + 1
        problems = check(tmp_path / "p").problems
        assert [problem.where for problem in problems] == [f"{name}:{line}"]
        assert what in problems[0].what

    def test_a_page_that_is_gone_is_told(self, tmp_path: Path) -> None:
        samples.shared().pages(tmp_path / "p")
        (tmp_path / "p/tools/doc.md").unlink()
        problems = check(tmp_path / "p").problems
        assert any(problem.where == "tools/doc.md" for problem in problems)
        assert any("there is no tools/doc.md" in problem.what for problem in problems)

    def test_a_folder_without_pages_is_no_folder_to_check(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="holds no pages"):
            check(tmp_path)


# --- hostile --------------------------------------------------------------------------------------------------------

MORE_NAMES = [
    "`tick`.h",
    "``.h",
    "pipe|pipe.h",
    "]( x ).h",
    "<script>alert(1)</script>.h",
    "a*b_c.h",
    "![x](y).h",
    "\u202egnp.h",
]
SCRIPT = "</code></pre><script>alert(1)</script>"
HOSTILE: dict[str, str | bytes] = {
    **dict.fromkeys([*NAMES, *MORE_NAMES], b"int x;\n"),
    "index.md/x.h": b"int x;\n",  # a folder that is called as a page is
    "sub-a.md/doc.md/x.h": b"int x;\n",
    "docs.py": (
        f'"""{SCRIPT}\n\n| a | `b` |\n# Heading\n- [x](javascript:alert(1)) ![i](http://evil.example/i.png)\n"""\n\n\n'
        'def f():\n    """<img src=x onerror=alert(1)> `code` ``` $x$"""\n'
    ),
    "fence.md": b"# A <b>title</b> with `code` and | pipe\n\n````\n```\n~~~~~~~\n````\n\n# ](x) [y\n",
    "doc.h": f"// {SCRIPT} ``` [a](b)\nint documented; // x\n#define M(x) a | b ` c\n",
    "names.yaml": b'"<script>alert(2)</script>": 1\n"a|b`c]": 2\n"[x](javascript:alert)": 3\n',
    "crlf.py": b"x = 1\r\ny = '''\r```\r\n'''\n",
    "controls.h": b"// \x01\x02 \xe2\x80\xae evil\nint documented;\n",
    "latin.h": "// \xe9\nint e;\n".encode("latin-1"),
    "long.h": b"int " + b"x" * 30_000 + b";\n",
}


class Tags(HTMLParser):
    """What a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.urls: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.urls += [value or "" for name, value in attrs if name in ("href", "src")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> kgraph.KGraph:
    root = write(tmp_path_factory.mktemp("hostile") / "re`p|o <b>", HOSTILE)
    (root / "loop").symlink_to("loop")
    return kgraph.build(root)


@pytest.fixture(scope="module", params=["markdown", "html"])
def pages(request: pytest.FixtureRequest, hostile: kgraph.KGraph) -> Path:
    output = hostile.path.parent.parent / request.param
    hostile.pages(output, form=request.param, show_queries=request.param == "markdown")
    return output


class TestHostile:
    def test_every_file_has_pages_and_every_link_resolves(self, hostile: kgraph.KGraph, pages: Path) -> None:
        found = check(pages)
        assert found.problems == []
        files = set(hostile.frame("files")["id"])
        docs = [name for name in os.listdir(os.fsencode(pages)) if b"_docs." in name]  # noqa: PTH208
        assert len(docs) == sum("/" not in id_.removeprefix("file/") for id_ in files)

    def test_nothing_acts_but_what_we_wrote(self, pages: Path) -> None:
        for path in pages.rglob("*_docs.*"):
            text = path.read_text("utf-8")
            rendered = Tags()
            from kgraph.pages.link_check import to_html

            rendered.feed(text if path.suffix == ".html" else to_html(text))
            assert not rendered.handlers, path
            assert "img" not in rendered.tags
            assert ("script" in rendered.tags) is (path.suffix == ".html")
            assert not [url for url in rendered.urls if url.lower().startswith(("javascript", "data:", "/"))], path
            assert not [url for url in rendered.urls if "evil" in url and not path.name.startswith("docs.py")]

    def test_headings_say_the_names(self, hostile: kgraph.KGraph, pages: Path) -> None:
        if pages.name == "html":
            return
        parser = MarkdownIt("commonmark").enable("table")
        for id_, name in hostile.frame("files").select("id", "path").iter_rows():
            encoded = id_.removeprefix("file/")
            if "/" in encoded or len(unquote_to_bytes(encoded)) > 150:
                continue
            data = Path(os.fsdecode(os.fsencode(pages) + b"/" + unquote_to_bytes(encoded) + b"_docs.md")).read_text(
                "utf-8"
            )
            tokens = parser.parse(data)
            heading = next(tokens[number + 1] for number, token in enumerate(tokens) if token.type == "heading_open")
            shown = [child.content for child in heading.children or () if child.type == "code_inline"]
            assert shown == [markdown.visible(re.sub(r"\s+", " ", name)).strip()]

    def test_tables_have_as_many_cells_as_heads(self, pages: Path) -> None:
        if pages.name == "html":
            return
        parser = MarkdownIt("commonmark").enable("table")
        for path in pages.rglob("*.md"):
            for token in parser.parse(path.read_text("utf-8")):
                if token.type == "inline" and token.map and "|" in token.content:
                    assert not re.search(r"^\|.*\|\n\| ---", token.content), path  # a table that is none

    def test_links_are_those_that_another_parser_finds(self, pages: Path) -> None:
        if pages.name == "html":
            return
        parser = MarkdownIt("commonmark").enable("table")
        for path in pages.rglob("*.md"):
            text = path.read_text("utf-8")
            theirs = {
                str(inner.attrs["href"])
                for token in parser.parse(text)
                for inner in token.children or ()
                if inner.type == "link_open"
            }
            ours = {link for link, _ in read(text).links}
            assert {link for link in ours if not link.startswith("http")} == {
                link for link in theirs if not link.startswith("http")
            }, path

    def test_an_id_counts_inside_a_tag_alone(self) -> None:
        source = """<pre><span id="L1">'&lt;node id="'</span>\n<span id="L2">x</span></pre><h2 id="top">The id="</h2>"""
        assert read(source, is_html=True).anchors == ("L1", "L2", "the-id", "top")


class TestMarkdown:
    PARSER = MarkdownIt("commonmark").enable("table")
    TEXTS = (
        *(
            "a`b",
            "``",
            "`",
            "a\\`b",
            "|",
            "\\|",
            "a|b`c",
            "*x*",
            "<b>",
            "&amp;",
            "# x",
            "- x",
            "1. x",
            "[a](b)",
            "![a](b)",
        ),
        *(
            "$x$",
            "\u202eabc",
            "a\nb",
            "  x",
            "===",
            "~~x~~",
            "http://x.y",
            "\\",
            "_x_",
            "+ x",
            "> x",
            "```",
            "\x00\x1b[0m",
        ),
    )

    @pytest.mark.parametrize("value", TEXTS)
    def test_a_code_span_shows_the_text(self, value: str) -> None:
        for wrap in ("{}", "- {}", "| h |\n| --- |\n| {} |"):
            tokens = self.PARSER.parse(
                wrap.format(markdown.cell(markdown.code(value)) if "|" in wrap else markdown.code(value))
            )
            spans = [child.content for token in tokens for child in token.children or () if child.type == "code_inline"]
            assert spans == [markdown.visible(re.sub(r"\s+", " ", value)).strip()]

    @pytest.mark.parametrize("value", TEXTS)
    def test_a_text_shows_itself_and_is_nothing_else(self, value: str) -> None:
        expected = re.sub(r"\s+", " ", markdown.visible(re.sub(r"\s+", " ", value))).strip()
        for wrap in ("{}", "- {}", "> {}", "| h |\n| --- |\n| {} |"):
            shown = markdown.cell(markdown.text(value)) if wrap.startswith("|") else markdown.text(value)
            tokens = self.PARSER.parse(wrap.format(shown))
            inline = [token for token in tokens if token.type == "inline" and token.content != "h"]
            assert len(inline) == 1
            assert {child.type for child in inline[0].children or ()} <= {"text", "text_special"}
            assert "".join(child.content for child in inline[0].children or ()) == expected

    def test_a_fence_is_longer_than_any_in_it(self) -> None:
        content = "x\n````\ny\n```````\n"
        tokens = self.PARSER.parse(markdown.fence(content, "cpp"))
        assert [(token.type, token.content, token.info) for token in tokens] == [("fence", content, "cpp")]

    def test_a_comment_keeps_its_laid_out_lines(self) -> None:
        quoted = markdown.quote("It `is` one\ncomment.\n\n  code(1)\n  more\n\n* [x](y)")
        assert (
            quoted
            == "> It `is` one comment.\n>\n> ```text\n>   code(1)\n>   more\n> ```\n>\n> ```text\n> * [x](y)\n> ```"
        )

    def test_labels_of_diagrams_are_inert(self) -> None:
        text = flowchart([('a"]; click x "javascript:1', "<script>`#`", "1")])
        assert text.splitlines()[1] == '  n0["a#quot;]; click x #quot;javascript:1"]'
        drawn = draw_flowchart(text, "x")
        assert "&lt;script&gt;`#`" in drawn
        assert "<script>" not in drawn


def test_folders_called_as_pages_get_another_name() -> None:
    files = ["file/x", "file/x_docs.md/y", "file/index.md/z", "file/a/sub-b.md/w"]
    folders = ["folder/", "folder/x_docs.md", "folder/index.md", "folder/a", "folder/a/sub-b.md"]
    places = PageLinks(files, folders, ".md")
    pages = [places.page(file, "docs") for file in files]
    assert pages == ["x_docs.md", "x_docs.md_/y_docs.md", "index.md_/z_docs.md", "a/sub-b.md_/w_docs.md"]
    assert places.link("a/sub-b.md_", "file/x") == "../../x_docs.md"


# --- the site -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("site")
    samples.shared().pages(output, form="html")
    return output


class TestSite:
    def test_it_asks_nobody_else(self, site: Path) -> None:
        for path in site.rglob("*.html"):
            for tag in re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", path.read_text("utf-8")):
                assert "//" not in tag
        style = (site / "static/style.css").read_text()
        assert "url(" not in style
        assert "@import" not in style

    def test_lines_can_be_linked_to(self, site: Path) -> None:
        text = (site / f"{FUSER}/fallback.cpp_docs.html").read_text("utf-8")
        assert re.search(r'<span id="L26">.*runFallback', text)
        assert 'href="fallback.cpp_docs.html#L26"' in text
        assert not check(site).problems

    def test_a_map_shows_the_neighbours(self, site: Path) -> None:
        text = (site / f"{FUSER}/fallback.h_docs.html").read_text("utf-8")
        figure = text[text.index("<figure>") : text.index("</figure>")]
        assert 'href="fallback.cpp_docs.html"' in figure
        assert f"<title>{FUSER}/fallback.cpp</title>" in figure
        assert "stack.h" in figure

    def test_diagrams_are_drawn(self, site: Path) -> None:
        text = (site / "torch/csrc/jit/runtime/custom_operator.h_docs.html").read_text("utf-8")
        assert "flowchart" not in text
        assert text.count("<svg") == 2

    def test_the_index_knows_symbols_and_files(self, site: Path) -> None:
        files = json.loads((site / "static/files.js").read_text().removeprefix("kgraph.files=").rstrip(";\n"))
        rows = json.loads((site / "static/index-ru.js").read_text().partition("=")[2].rstrip(";\n"))
        row = next(row for row in rows if row[0] == "runFallback")
        name, qualified, kind, address, _, is_test, public, text = row
        assert (name, qualified, kind) == ("runFallback", "torch::jit::fuser::runFallback", "Function")
        assert (is_test, public, text) == (0, "", "Runs what could not be fused.")
        page, anchor = address.split("#")
        assert f'id="{anchor}"' in (site / page).read_text("utf-8")
        assert row in json.loads((site / "static/index-fa.js").read_text().partition("=")[2].rstrip(";\n"))
        paths = {path: (kind, page) for _, path, kind, page, *_ in files}
        assert paths[f"{FUSER}/fallback.cpp"] == ("File", f"{FUSER}/fallback.cpp_docs.html")
        assert paths[FUSER] == ("Folder", f"{FUSER}/index.html")

    def test_a_second_run_writes_nothing(self, site: Path) -> None:
        assert samples.shared().pages(site, form="html").changed == 0
        (site / "index.html").unlink()
        assert samples.shared().pages(site, form="html").changed == 1


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def run() -> Callable[..., tuple[int, str, str]]:
    def invoke(*args: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(main, ["pages", *args])
        return result.exit_code, result.stdout, result.stderr

    return invoke


class TestCommand:
    def test_it_writes_and_checks(self, run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
        graph, output = str(samples.shared().path), str(tmp_path / "p")
        code, out, _ = run("-g", graph, "-o", output, "--sections", "metadata,analysis", "--source", "none")
        assert code == 0
        assert re.fullmatch(r"\d+ pages, \d+ written, 0 removed\n.*\n", out)
        code, out, _ = run("--check", output)
        assert code == 0
        assert re.fullmatch(r"\d+ pages, [\d,]+ links: all resolve\n", out)
        (tmp_path / "p/tools/doc.md").unlink()
        code, out, err = run("--check", output)
        assert code == 1
        assert "tools/doc.md: the page cannot be read" in out
        assert "do not resolve" in err
        code, out, _ = run("--check", output, "--json")
        assert code == 1
        assert "tools/doc.md" in [problem["where"] for problem in json.loads(out)["problems"]]

    def test_it_needs_to_know_where(self, run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
        code, _, err = run("-g", str(samples.shared().path))
        assert code == 2
        assert "either the folder to write" in err
        code, _, err = run("-g", str(samples.shared().path), "-o", str(tmp_path / "p"), "--root", str(tmp_path / "no"))
        assert code == 2
        assert "is not a folder" in err
