"""Charts on pages: calls around a function, files around a file, inheritance; small, and each box a link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kgraph
from kgraph.pages.link_check import check
from kgraph.pages.sections import charts
from kgraph.pages.symbols import pictures

CALLERS = 20


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The pages of a function with many callers and callees, and of a class from which many derive."""
    root = tmp_path_factory.mktemp("charts")
    (root / "lib").mkdir()
    (root / "lib/__init__.py").write_text("")
    helpers = "".join(f'def help{n}():\n    """Helps."""\n    return {n}\n\n\n' for n in range(9))
    hub = "".join(f"    help{n}()\n" for n in range(9))
    (root / "lib/hub.py").write_text(
        f'{helpers}def hub(n):\n    """Does all."""\n    back(n)\n    hub(n)\n{hub}\n\n'
        'def back(n):\n    """Goes back."""\n    return hub(n)\n\n\n'
        'def lonely():\n    """Calls one."""\n    return help1()\n'
    )
    for n in range(CALLERS):
        (root / f"lib/user{n:02}.py").write_text(
            f'from lib.hub import hub\nfrom lib.base import Base\n\n\nclass Heir{n}(Base):\n    """Inherits."""\n\n\n'
            f'def call{n}():\n    """Calls."""\n    return hub({n})\n'
        )
    (root / "lib/base.py").write_text('class Base:\n    """Is a base."""\n')
    with kgraph.build(root, cache="") as graph:
        graph.pages(root / "md", root=root)
        graph.pages(root / "site", root=root, form="html")
        graph.pages(root / "classic", root=root, layout="classic")
    yield root


def chart(text: str, title: str) -> tuple[list[str], dict[str, str], list[tuple[str, str]]]:
    """The labels of a Mermaid chart, what they lead to, and the edges."""
    (body,) = [each for each in re.findall(r"```mermaid\n(.*?)```", text, re.S) if f"accTitle: {title}\n" in each]
    labels = dict(re.findall(r'^  (n\d+)\["(.*)"\]$', body, re.M))
    urls = {labels[key]: url for key, url in re.findall(r'click (n\d+) "(.*)"', body)}
    edges = [
        (labels[one], labels[other]) for one, other in re.findall(r'^  (n\d+) -->(?:\|".*"\|)? (n\d+)$', body, re.M)
    ]
    return list(labels.values()), urls, edges


def symbol_page(root: Path) -> str:
    return next((root / "md/symbols").rglob("lib.hub_sym.md")).read_text()


def test_calls_around_a_function(written: Path) -> None:
    labels, urls, edges = chart(symbol_page(written), "Calls around lib.hub.hub")
    assert len(labels) == pictures.MAX_BOXES
    assert ("hub", "help0") in edges
    assert ("back", "hub") in edges
    assert ("hub", "back") not in edges  # one box on one side; the edge says "and back"
    assert "and 15 more that call it" in labels
    assert "and 3 more that it calls" in labels
    assert {"hub", "and 15 more that call it", "and 3 more that it calls"} == set(labels) - set(urls)


def test_no_picture_says_less_than_the_list(written: Path) -> None:
    text = symbol_page(written)
    assert "Calls around lib.hub.lonely" not in text
    assert "Calls around lib.hub.help0" not in text  # calls nothing


def test_links_of_charts_lead_somewhere(written: Path) -> None:
    for folder in ("md", "site", "classic"):
        assert check(written / folder).problems == []
    pages = sorted((written / "md").rglob("*.md"))
    clicks = [(page, url) for page in pages for url in re.findall(r'click n\d+ "(.*)"', page.read_text())]
    assert len(clicks) > 50
    for page, url in clicks:
        target, _, anchor = url.partition("#")
        there = (page.parent / target) if target else page
        assert there.exists(), (page, url)
        assert not anchor or f'<a id="{anchor}">' in there.read_text(), (page, url)


def test_files_around_a_file(written: Path) -> None:
    text = (written / "md/lib/hub.py_docs.md").read_text()
    labels, urls, edges = chart(text, "Files around lib/hub.py")
    assert len(labels) == 8
    assert ("lib/user00.py", "lib/hub.py") in edges
    assert urls["lib/user00.py"] == "user00.py_docs.md"
    assert f"and {CALLERS - 6} more files" in labels
    assert "### Import Graph" in (written / "classic/lib/hub.py_docs.md").read_text()
    assert "### Import Graph" not in (written / "md/lib/__init__.py_docs.md").read_text()
    # The site has a map of its own at the top.
    site = (written / "site/lib/hub.py_docs.html").read_text()
    assert "Include Graph" not in site
    assert site.count('aria-label="Neighbours of lib/hub.py"') == 1


def test_inheritance_of_a_file_is_small_and_linked(written: Path) -> None:
    text = (written / "md/lib/base.py_docs.md").read_text()
    labels, urls, edges = chart(text, "Inheritance in lib/base.py: arrows lead to bases")
    assert len(labels) == charts.MAX_BOXES
    assert len(urls) == charts.MAX_BOXES
    assert ("Heir0", "Base") in edges
    assert f"{CALLERS + 1 - charts.MAX_BOXES} more types with bases or derived types: see the outline." in text


def test_a_site_draws_them(written: Path) -> None:
    site = next((written / "site/symbols").rglob("lib.hub_sym.html")).read_text()
    (drawn,) = re.findall(r'<svg[^>]*aria-label="Calls around lib\.hub\.hub".*?</svg>', site, re.S)
    assert drawn.count("<rect") == pictures.MAX_BOXES
    assert drawn.count("<a ") == pictures.MAX_BOXES - 3
    assert "hub → help0" in drawn  # for who does not see it
