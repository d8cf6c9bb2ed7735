"""Files in other encodings than UTF-8, with other ends of lines, and with NUL bytes: read, or told why not."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

import kgraph
from kgraph import contents
from kgraph.extract import extract
from kgraph.extract.work import Job, read_content
from kgraph.model import FileFacts, FileIdentifiers, Skipped
from tests.test_extract_generic import FOLDER
from tests.test_extract_generic import SAMPLES as LANGUAGES

SAMPLES: dict[str, str] = {
    **LANGUAGES,
    "C++": (
        '#include "a.h"\n\n/* Doc\n   of f. */\nint f(int a) {\n  return g(a);\n}\n'
        "#define X \\\n  1\n// é\nstruct S {\n  int m;\n};\n"
    ),
    "C": "#include <a.h>\nint f(int a)\n{\n  return a;\n}\n",
    "Python": (
        '"""Doc."""\n\nimport os\n\n\ndef f(a):\n    """Of f."""\n    return os.path(a)\n\n\nclass É:\n    x = 1\n'
    ),
    "Markdown": "# One\n\ntext [a](b.h)\n\n## Twö\n\n> more\n",
    "reStructuredText": "One\n===\n\n`a <b.h>`_\n\nTwö\n---\n",
}
WIDE = ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
MARKS = {
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


def test_every_language_has_a_sample() -> None:
    assert FOLDER.is_dir()
    assert len(SAMPLES) > 20


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("language", sorted(SAMPLES.keys() - {"Python"}))
def test_utf_16_and_32_are_read_as_utf_8_is(language: str, encoding: str) -> None:
    content = MARKS.get(encoding, b"") + SAMPLES[language].encode(encoding)
    assert extract(content, language) == extract(SAMPLES[language].encode(), language)


@pytest.mark.parametrize("encoding", WIDE)
def test_python_refuses_them_and_so_do_we(encoding: str) -> None:
    found = extract(MARKS.get(encoding, b"") + SAMPLES["Python"].encode(encoding), "Python")
    assert isinstance(found, Skipped)
    assert found.reason.startswith("encoding: ")


@pytest.mark.parametrize("end", ["\r", "\r\n"])
@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_every_end_of_a_line_ends_one(language: str, end: str) -> None:
    text = SAMPLES[language]
    assert extract(text.replace("\n", end).encode(), language) == extract(text.encode(), language)


@pytest.mark.parametrize("language", sorted(SAMPLES))
def test_mixed_ends_of_lines(language: str) -> None:
    lines = SAMPLES[language].split("\n")
    ends = ["\r", "\r\n", "\n"]
    mixed = "".join(line + ends[number % 3] for number, line in enumerate(lines[:-1])) + lines[-1]
    assert extract(mixed.encode(), language) == extract(SAMPLES[language].encode(), language)


def test_words_and_macros_of_wide_files(tmp_path: Path) -> None:
    path = tmp_path / "a.h"
    path.write_text("#define EXPORT __attribute__((x))\nint wide_name;\n", "utf-16")
    words = read_content(contents.read(str(path), 1 << 20), Job("k", str(path), 0, "C++", "words"), frozenset())
    assert isinstance(words, FileIdentifiers)
    assert "wide_name" in words.names
    assert read_content(contents.read(str(path), 1 << 20), Job("k", str(path), 0, "C++", "macros"), frozenset())


@pytest.mark.parametrize("language", sorted(SAMPLES.keys() - {"C", "C++", "Python"}))
def test_files_with_nul_bytes_say_why_they_are_not_read(language: str) -> None:
    found = extract(SAMPLES[language].encode() + b"\0", language)
    assert found == Skipped("holds NUL bytes: taken for binary")


def test_c_with_few_nul_bytes_is_read_as_compilers_do() -> None:
    text = SAMPLES["C++"].encode() * 4
    found = extract(text + b"\0int last;\n", "C++")
    assert isinstance(found, FileFacts)
    assert found.symbols[-1].name == "last"
    assert isinstance(extract(b"int a;\0\0\0\0", "C++"), Skipped)


def test_what_is_not_parsed_in_any_case_is_counted_alone() -> None:
    assert extract(b"\x89PNG\0\0", "") == FileFacts(lines=0)


@pytest.mark.parametrize(
    ("cookie", "encoding"),
    [
        ("utf-8-unix", "utf-8"),
        ("utf8-dos", "utf-8"),
        ("latin-1-unix", "latin-1"),
        ("iso-latin-1-unix", "latin-1"),
        ("iso-8859-1-mac", "latin-1"),
        ("latin_1", "latin-1"),
        ("cp1252", "cp1252"),
        ("euc-jp", "euc-jp"),
    ],
)
def test_codings_as_python_reads_them(cookie: str, encoding: str) -> None:
    name = "名" if encoding == "euc-jp" else "é"
    for head in (f"# -*- coding: {cookie} -*-\n", f"#!/usr/bin/python\n# vim: set fileencoding={cookie} :\n"):
        text = f"{head}{name} = 1\n"
        try:
            compile(text.encode(encoding), "a.py", "exec")
        except SyntaxError:
            assert isinstance(extract(text.encode(encoding), "Python"), Skipped)
        else:
            found = extract(text.encode(encoding), "Python")
            assert isinstance(found, FileFacts)
            assert [symbol.name for symbol in found.symbols] == [name]


@pytest.mark.parametrize("cookie", ["no-such-codec", "rot13", "hex", "undefined", "mbcs", "utf-8-unix\0", "'", ""])
def test_codings_that_python_refuses(cookie: str) -> None:
    found = extract(f"# -*- coding: {cookie} -*-\né = 1\n".encode("latin-1"), "Python")
    assert isinstance(found, Skipped)
    assert not found.reason.startswith("kgraph")


def test_reasons_are_told_by_the_account(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"# A\0\n")
    (tmp_path / "b.py").write_text("x = 1\n", "utf-16")
    (tmp_path / "c.cpp").write_text("int wide;\n", "utf-16")
    with kgraph.build(tmp_path, jobs=1) as graph:
        reasons = {one["path"]: one["reason"] for one in graph.manifest["ledger"]["skipped"]}
        assert reasons["a.md"] == "holds NUL bytes: taken for binary"
        assert "0xff" in reasons["b.py"]
        assert graph.frame("symbols")["name"].to_list().count("wide") == 1
