"""Damaged files: whatever happens to a content, an extractor gives facts that hold together, or a reason.

`python -m tests.test_damaged 10000` tries as many, of sources of this machine too.
"""

from __future__ import annotations

import random
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgraph.extract import extract
from kgraph.extract.cpp.macros import harvest
from kgraph.extract.identifiers import words
from kgraph.extract.text import as_utf8, count_lines
from kgraph.languages import C_FAMILY, detect_by_name
from kgraph.model import FileFacts, Skipped

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "tests" / "samples"
DECLARATIONS = ROOT / "tests" / "specs" / "cpp" / "declarations"
PIECES = [
    *(b"\0", b"\r", b"\r\n", b"\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xe9", b"\xed\xa0\x80", b"\xf4\x90"),
    *(b"{", b"}", b"(", b")", b"<", b">", b'"', b"'", b"`", b"\\", b"\\\n", b"#", b"/*", b"*/", b"//", b'R"(', b":::"),
    *(
        b"#if\n",
        b"#else\n",
        b"#endif\n",
        b"#define X(",
        b"template <",
        b"operator",
        b"namespace {",
        b"class",
        b"using ",
    ),
    *(b"def ", b"class X:", b"    ", b"\t", b"lambda", b"import ", b"@", b"'''", b"f'{", b":=", b"# coding: utf-7\n"),
    *(b"- ", b"[a](", b"](", b"<div", b"```", b"====\n", b".. x::", b"&#0;", b"\x0c", b"\xc2\x85", b"\xe2\x80\xa8"),
]


def damaged(content: bytes, other: bytes, chance: random.Random) -> bytes:
    """A content after one to eight mishaps."""
    data = bytearray(content[:40_000])
    for _ in range(chance.randint(1, 8)):
        at, until = sorted(chance.randrange(len(data) + 1) for _ in range(2))
        until = min(until, at + chance.choice([1, 10, 400, 40_000]))
        match chance.randrange(7):
            case 0 if data:
                data[min(at, len(data) - 1)] ^= 1 << chance.randrange(8)
            case 1:
                del data[at:until]
            case 2:
                data[at:at] = data[at:until][:5_000]
            case 3:
                begin = chance.randrange(len(other) + 1)
                data[at:until] = other[begin : begin + 400]
            case 4:
                data[at:at] = chance.choice(PIECES) * chance.choice([1, 1, 1, 2, 30])
            case 5:
                data = data[:at]
            case _:
                data = data.replace(
                    *chance.choice([(b"\n", b"\r"), (b"\n", b"\r\n"), (b" ", b"\t"), (b";", b""), (b")", b"")])
                )
        if chance.random() < 0.01:
            data = bytearray(bytes(data).decode("utf-8", "replace").encode(chance.choice(["utf-16", "utf-32"])))
    return bytes(data)


def check(content: bytes, language: str) -> None:
    """What holds for the facts of any content."""
    found = extract(content, language)
    assert isinstance(found, FileFacts | Skipped)
    text = content if language == "Python" else as_utf8(content)
    lines = count_lines(text)
    texts: list[str] = []
    if isinstance(found, Skipped):
        assert 0 <= found.line <= max(found.lines, 0)
        texts = [found.reason]
        assert not found.reason.startswith("kgraph")
    else:
        assert found.lines in (0, lines)
        for index, symbol in enumerate(found.symbols):
            assert -1 <= symbol.parent < index
            assert 1 <= symbol.start <= symbol.end <= lines, symbol
            assert symbol.name
            texts += [
                symbol.name,
                symbol.scope,
                symbol.qualifier,
                symbol.key,
                symbol.signature,
                symbol.doc,
                symbol.macro,
            ]
            texts += [*symbol.bases, *symbol.modifiers]
        for fact in (*found.includes, *found.links, *found.diagnostics):
            assert 1 <= fact.line <= max(lines, 1), fact
        texts += [include.spelling for include in found.includes] + [link.target for link in found.links]
        texts += [binding.path for binding in found.bindings] + [note.message for note in found.diagnostics]
        assert len(found.uses.kinds) == len(found.uses.lines) // 4 == len(found.uses.owners) // 4
    for each in texts:
        each.encode()
    words(text)
    if language in C_FAMILY:
        harvest(text)


def sources(*folders: Path) -> Iterator[tuple[Path, str]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and (language := detect_by_name(path.name)):
                yield path, language


@pytest.mark.parametrize(
    ("path", "language"),
    list(sources(SAMPLES, DECLARATIONS)),
    ids=lambda each: each.name if isinstance(each, Path) else "",
)
def test_samples(path: Path, language: str) -> None:
    chance = random.Random(path.name)
    other = (DECLARATIONS / "functions_of_a_source.cpp").read_bytes()
    for _ in range(25):
        check(damaged(path.read_bytes(), other, chance), language)


def main(count: int) -> None:
    """Try sources of this machine as well, and print what fails."""
    python = Path(sysconfig.get_path("stdlib"))
    places = [
        ROOT / "tests",
        ROOT / "kgraph",
        Path("/usr/include"),
        python / "asyncio",
        python / "email",
        python / "test",
    ]
    known = list(sources(*places))
    chance = random.Random(count)
    failed = 0
    for number in range(count):
        path, language = chance.choice(known)
        content = damaged(path.read_bytes(), chance.choice(known)[0].read_bytes(), chance)
        try:
            check(content, language)
        except Exception as error:  # noqa: BLE001 - all of them are looked for
            failed += 1
            Path(f"damaged-{number}{path.suffix}").write_bytes(content)
            sys.stdout.write(f"{number} {path} {language}: {type(error).__name__}: {str(error)[:300]}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{count} files, {failed} failed\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
