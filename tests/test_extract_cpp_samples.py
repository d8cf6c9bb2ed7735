"""Every symbol of the samples, stated below the line that it begins on."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.extract.cpp.extractor import extract
from kgraph.extract.cpp.macros import attribute_macros, harvest
from kgraph.model import SymbolFact

SAMPLES = Path(__file__).parent / "samples" / "cpp"
LANGUAGES = {".h": "C++", ".cpp": "C++", ".c": "C", ".cu": "CUDA", ".mm": "Objective-C++"}


def describe(symbol: SymbolFact) -> str:
    name = "::".join(part for part in (symbol.scope, symbol.qualifier, symbol.name) if part)
    words = ["" if symbol.definition else "decl", symbol.kind.value, name + symbol.key, "local" if symbol.local else ""]
    return " ".join(word for word in words if word)


def stated(text: str) -> list[tuple[int, str]]:
    """Line of code and expectation; expectations stand below the line they are about."""
    expectations = []
    code_line = 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().startswith("//- "):
            expectations.append((code_line, line.strip().removeprefix("//- ")))
        else:
            code_line = number
    return expectations


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.iterdir()))
def test_symbols_of_a_sample(name: str) -> None:
    content = (SAMPLES / name).read_bytes()
    macros = attribute_macros(harvest(b"#define STORE_API __attribute__((visibility(X)))\n" + content))

    facts = extract(content, LANGUAGES[Path(name).suffix], macros)

    assert [(symbol.start, describe(symbol)) for symbol in facts.symbols] == stated(content.decode())
    assert facts.diagnostics == ()


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(sorted(SAMPLES.iterdir())), st.data())
def test_damage_breaks_nothing(path: Path, data: st.DataObject) -> None:
    content = path.read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 40)))
        content = content[:start] + data.draw(st.binary(max_size=5)) + content[end:]

    facts = extract(content, LANGUAGES[path.suffix], frozenset())

    for index, symbol in enumerate(facts.symbols):
        assert -1 <= symbol.parent < index
        assert 1 <= symbol.start <= symbol.end <= facts.lines
