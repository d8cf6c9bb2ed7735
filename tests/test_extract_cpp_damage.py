"""Damaged files of the C family: what is left of them is read, and all of it lies inside of the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import specs

from kgraph.extract.cpp.extractor import extract
from kgraph.extract.cpp.macros import attribute_macros, harvest

LANGUAGES = {".h": "C++", ".cpp": "C++", ".c": "C", ".cu": "CUDA", ".mm": "Objective-C++"}
FOLDER = Path(__file__).parent / "specs" / "cpp" / "declarations"


def files() -> dict[str, bytes]:
    """The files of the specs of declarations."""
    found = {}
    for path in sorted(FOLDER.iterdir()):
        spec = specs.parse(path.read_text())
        for file, numbers in spec.files.items():
            if Path(file).suffix in LANGUAGES and numbers:
                found[f"{path.stem}/{file}"] = "".join(spec.lines[number] + "\n" for number in numbers).encode()
    return found


FILES = files()


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_wrong_with_them_undamaged(name: str) -> None:
    macros = attribute_macros(harvest(b"#define STORE_API __attribute__((visibility(X)))\n" + FILES[name]))
    assert extract(FILES[name], LANGUAGES[Path(name).suffix], macros).diagnostics == ()


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_damage_breaks_nothing(name: str, data: st.DataObject) -> None:
    content = FILES[name]
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.integers(0, 40)))
        content = content[:start] + data.draw(st.binary(max_size=5)) + content[end:]

    facts = extract(content, LANGUAGES[Path(name).suffix], frozenset())

    for index, symbol in enumerate(facts.symbols):
        assert -1 <= symbol.parent < index
        assert 1 <= symbol.start <= symbol.end <= facts.lines
