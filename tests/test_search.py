"""Search: twenty-two questions, each with the wanted answer among the first three, wherever they are asked."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import kgraph
from kgraph.mcp.graph_index import GraphIndex
from kgraph.mcp.symbol_tools import find_symbol
from kgraph.search import words
from kgraph.view import data
from tests.project import built

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or ""

# ruff: noqa: E501 - whole files stand on a line
FILES: dict[str, str | bytes] = {
    "torch/__init__.py": "from .serialization import save, load as read\nfrom . import nn\n",
    "torch/serialization.py": 'def save(obj, f):\n    """Writes an object to a disk file."""\n\n\ndef load(f):\n    pass\n',
    "torch/nn/__init__.py": "from .modules import *\nfrom . import functional\n",
    "torch/nn/functional.py": "def layer_norm(x):\n    return x\n\n\ndef conv2d(x):\n    return layer_norm(x)\n",
    "torch/nn/modules/__init__.py": "from .linear import Linear, LazyLinear\n\n__all__ = ['Linear', 'LazyLinear']\n",
    "torch/nn/modules/linear.py": (
        "class Linear:\n    def forward(self, x):\n        return x\n\n    def reset_parameters(self):\n        pass\n\n\n"
        "class LazyLinear(Linear):\n    pass\n\n\nclass _Hidden(Linear):\n    pass\n"
    ),
    "test/test_linear.py": (
        "from torch.nn import Linear\n\n\nclass TestLinear:\n    def test_linear(self):\n        Linear().forward(1)\n\n\n"
        "class Linear2:\n    pass\n"
    ),
    "c10/core/TensorImpl.h": (
        "#pragma once\nnamespace c10 {\n// What a tensor is made of.\nstruct TensorImpl {\n  int sizes() const;\n"
        "  int sizes(int at) const;\n};\nstruct TensorOptions {};\n} // namespace c10\n"
    ),
    "c10/core/TensorImpl.cpp": (
        '#include "TensorImpl.h"\nnamespace c10 {\nint TensorImpl::sizes() const { return 1; }\n'
        "int use(TensorImpl& t) { return t.sizes(); }\n} // namespace c10\n"
    ),
    "ATen/Tensor.h": (
        '#pragma once\n#include "../c10/core/TensorImpl.h"\nnamespace at {\nclass Tensor {\n public:\n  int sizes() const;\n'
        "  int dim() const;\n};\nint sizes;\n} // namespace at\n"
    ),
    "c10/cuda/CUDACachingAllocator.h": (
        "#pragma once\nnamespace c10 {\nnamespace cuda {\n// Keeps freed blocks for reuse.\nclass CUDACachingAllocator {\n"
        " public:\n  void raw_alloc(int n);\n};\n} // namespace cuda\n} // namespace c10\n"
    ),
    "docs/notes.md": "# Linear\n\nOn layers.\n",
}

QUESTIONS = {
    # question: what is wanted
    "nn.Linear": "torch.nn.modules.linear.Linear",
    "torch.nn.Linear": "torch.nn.modules.linear.Linear",
    "Linear": "torch.nn.modules.linear.Linear",
    "linear": "torch.nn.modules.linear.Linear",
    "Linear.forward": "torch.nn.modules.linear.Linear.forward",
    "reset parameters": "torch.nn.modules.linear.Linear.reset_parameters",
    "lazy linear": "torch.nn.modules.linear.LazyLinear",
    "c10::Tens": "c10::TensorImpl",
    "TensorImpl": "c10::TensorImpl",
    "tensor impl": "c10::TensorImpl",
    "Tensor::sizes": "at::Tensor::sizes",
    "sizes()": "c10::TensorImpl::sizes",
    "cuda allocator": "c10::cuda::CUDACachingAllocator",
    "caching alloc": "c10::cuda::CUDACachingAllocator",
    "raw alloc": "c10::cuda::CUDACachingAllocator::raw_alloc",
    "layer norm": "torch.nn.functional.layer_norm",
    "F.conv2d".removeprefix("F."): "torch.nn.functional.conv2d",
    "torch.save": "torch.serialization.save",
    "disk file": "torch.serialization.save",
    "freed blocks": "c10::cuda::CUDACachingAllocator",
    "what is a tensor impl made of": "c10::TensorImpl",
    "how to keep freed memory blocks": "c10::cuda::CUDACachingAllocator",
}
PLACES = {
    "torch/nn": "torch/nn",
    "nn/modules": "torch/nn/modules",
    "c10/core": "c10/core",
    "linear.py": "torch/nn/modules/linear.py",
}


@cache
def graph() -> kgraph.KGraph:
    return built(FILES)


def test_there_are_questions_of_all_kinds() -> None:
    assert len(QUESTIONS) == 22


@pytest.mark.parametrize("question", [*QUESTIONS, *PLACES])
def test_the_wanted_answer_is_among_the_first_three(question: str) -> None:
    wanted = QUESTIONS.get(question) or PLACES[question]
    rows = data.search(graph().index, question, limit=3)["rows"]
    assert wanted in [row["path"] if row["class"] in ("File", "Folder") else row["label"] for row in rows]


@pytest.mark.parametrize("question", QUESTIONS)
def test_an_agent_gets_the_same_first_answers(question: str) -> None:
    items = find_symbol(GraphIndex(graph()), question, limit=3).items
    assert QUESTIONS[question] in [item.data["symbol"] for item in items]


def test_overloads_are_one_row() -> None:
    rows = data.search(graph().index, "TensorImpl::sizes")["rows"]
    assert [row["label"] for row in rows].count("c10::TensorImpl::sizes") == 1
    assert next(row for row in rows if row["label"] == "c10::TensorImpl::sizes")["overloads"] == 2


def test_what_nothing_is_called_is_not_found() -> None:
    assert data.search(graph().index, "zzz")["rows"] == []
    assert data.search(graph().index, "  ")["total"] == 0
    assert data.search(graph().index, "sh.pe(")["total"] == 0


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("TensorImpl", "tensor impl"),
        ("set_sizes", "set sizes"),
        ("CUDACachingAllocator", "cuda caching allocator"),
        ("c10::DeviceType", "c10 device type"),
        ("conv2d", "conv2d"),
        ("", ""),
    ],
)
def test_words_of_names(name: str, expected: str) -> None:
    import polars as pl

    assert " ".join(words.split(name)) == expected
    assert pl.DataFrame({"n": [name]}).select(words.column(pl.col("n"))).item().strip() == expected


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site") / "s"
    graph().pages(folder, form="html", symbols="all")
    return folder


@pytest.fixture(scope="module")
def tab(site: Path) -> Iterator[Any]:
    if not CHROMIUM:
        pytest.skip("there is no chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto((site / "index.html").as_uri())
        yield page
        browser.close()
        assert wrong == []


def answered(tab: Any, question: str) -> None:
    tab.fill("#search", question)
    tab.locator(f'#found[data-question="{question}"]').wait_for(state="visible")


@pytest.mark.once
@pytest.mark.parametrize("question", [*QUESTIONS, *PLACES])
def test_the_site_answers_without_a_server(tab: Any, question: str) -> None:
    wanted = QUESTIONS.get(question) or PLACES[question]
    answered(tab, question)
    names = tab.locator("#found li a").all_inner_texts()
    assert wanted in [re.split(r"\s*\n", name)[0] for name in names[:3]]


@pytest.mark.once
def test_the_first_answer_leads_to_its_page(tab: Any) -> None:
    answered(tab, "torch.nn.Linear")
    tab.press("#search", "Enter")
    tab.wait_for_url("**/torch.nn.modules.linear.Linear_sym.html")
    assert tab.locator("h1").inner_text() == "Class torch.nn.modules.linear.Linear"
    assert "torch.nn.Linear" in tab.locator("main").inner_text()


@pytest.mark.once
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_site(tab: Any, site: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    context = tab.context.browser.new_context(color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    names = ("linear.py_docs", "index")
    pages = [
        "symbols/index.html",
        "symbols/cpp/c10.TensorImpl_sym.html",
        *(f"torch/nn/modules/{name}.html" for name in names),
    ]
    for name in pages:
        page.goto((site / name).as_uri())
        found = axe.run(page).response["violations"]
        serious = [
            (each["id"], each["nodes"][0]["html"][:200]) for each in found if each["impact"] in ("serious", "critical")
        ]
        assert serious == [], name
    context.close()


@pytest.mark.once
def test_a_phone_shows_the_whole_search_box(tab: Any, site: Path) -> None:
    context = tab.context.browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    for path in sorted(site.rglob("*.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.querySelector('#search').getBoundingClientRect().right") <= 320, path
    context.close()
