"""What paths say: which files are of one unit, which of them are its tests, and what they are called.

Input: paths. Output: stems and tokens. A unit is what a person calls one thing spread over files: `add.h`, `add.cpp`,
`cuda/AddKernel.cu`, `test_add.py`. They share a stem: the name without extensions and without the words that only say
which kind of file it is.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from functools import lru_cache

from kgraph.test_words import SPEC_WORDS, TEST_FOLDERS, TEST_WORDS

_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_TEST_WORDS = TEST_WORDS | {"spec"}
_TEST_FOLDERS = TEST_FOLDERS | SPEC_WORDS
# "page.spec.tsx": what runs tests of JavaScript goes by the extension in front of the last.
_SCRIPT_TEST = re.compile(r"\.(?:test|spec)(?:-d)?\.[cm]?[jt]sx?$", re.IGNORECASE)
# What tells the files of one unit apart.
_KINDS = frozenset(
    [
        "impl",
        "inl",
        "inline",
        "internal",
        "detail",
        "details",
        "decl",
        "defs",
        "def",
        "fwd",
        "private",
        "priv",
        "cpu",
        "gpu",
        "cuda",
        "cudnn",
        "hip",
        "miopen",
        "mkl",
        "mkldnn",
        "avx",
        "avx2",
        "avx512",
        "sse",
        "neon",
        "arm",
        "x86",
        "metal",
        "vulkan",
        "opencl",
        "simd",
        "kernel",
        "kernels",
        "op",
        "ops",
        "common",
        "base",
        "utils",
        "util",
        "helper",
        "helpers",
        "win",
        "windows",
        "posix",
        "unix",
        "linux",
        "mac",
        "macos",
        "android",
        "ios",
    ]
)
# Names that every second folder has; files that share one are no unit.
_COMMON = frozenset({"", "init", "main", "index", "readme", "cmakelists", "makefile", "build", "setup", "conftest"})

# By the conventions that GitHub Linguist has in its vendor.yml; and "codemirror-5.31.0.js", a release of a library.
_VENDORED = re.compile(
    r"(?:^|/)(?:(?:third|3rd)[-_]?party|_?vendor(?:s|ed)?|extern(?:al|als)?|node_modules|bower_components|site-packages)/"
    r"|(?:^|/)[a-z][\w+.]*-\d+\.\d+\.\d+/"  # an unpacked release: `googletest-1.16.0/`
    r"|(?:-\d+\.\d+[^/]*|[-.]min)\.(?:[cm]?js|css)$",
    re.IGNORECASE,
)
_DOCUMENTS = re.compile(r"(?:^|/)docs?/(?!.*\.(?:[cm]?js|css)$)", re.IGNORECASE)

_MAX_FOLDERS = 32  # around a file that count, the nearest: of deeper trees each file would have as many as it is deep

_HEADERS = frozenset({".h", ".hh", ".hpp", ".hxx", ".h++", ".cuh", ".inc", ".inl", ".ipp"})


def split_name(name: str) -> list[str]:
    """The lower-cased words of a name: "AddKernel" is "add", "kernel"."""
    return [piece.lower() for piece in _PIECE.findall(name)]


def bare_name(path: str) -> str:
    """The name of a file without its extensions."""
    name = posixpath.basename(path)
    return name[: name.find(".", 1)] if "." in name[1:] else name


def stem(path: str) -> str:
    """What files of one unit share; "" where the name says nothing."""
    found = split_name(bare_name(path))
    kept = [piece for piece in found if piece not in _TEST_WORDS and piece not in _KINDS]
    name = "".join(kept or [piece for piece in found if piece not in _TEST_WORDS])
    return "" if name in _COMMON or len(name) < 2 else name


def is_header(path: str) -> bool:
    """Whether a file is a header by its extension."""
    return posixpath.splitext(path)[1].lower() in _HEADERS


def is_source_of(source: str, header: str) -> bool:
    """Whether a file has the name of a header and is none."""
    return (
        is_header(header)
        and not is_header(source)
        and posixpath.splitext(posixpath.basename(source))[0] == posixpath.splitext(posixpath.basename(header))[0]
    )


def has_test_name(path: str) -> bool:
    """Whether the name of a file, without its folders, says that it is a test."""
    return not TEST_WORDS.isdisjoint(split_name(bare_name(path))) or _SCRIPT_TEST.search(path) is not None


def test_folder_of(path: str) -> str:
    """The outermost folder of a path that says that tests are in it; "" where none does."""
    return next((name for name in path.lower().split("/")[:-1] if name.strip("_") in TEST_FOLDERS), "")


@lru_cache(maxsize=1 << 17)  # a graph asks for each of its files several times
def is_test(path: str) -> bool:
    """Whether a file is a test by its name or its folder."""
    return has_test_name(path) or test_folder_of(path) != ""


def may_be_test(path: str) -> bool:
    """The same, or it may be a "spec"."""
    folders = path.lower().split("/")[:-1]
    return not _TEST_WORDS.isdisjoint(split_name(bare_name(path))) or not _TEST_FOLDERS.isdisjoint(folders)


def may_be_vendored(path: str) -> bool:
    """Whether a file is a copy of what others wrote, by its folders or its name; a document about such is none."""
    return _VENDORED.search(path) is not None and _DOCUMENTS.search(path) is None


def tokens(path: str) -> dict[str, float]:
    """The weighted words of a path: those of its name, of its folders, and the folders that it is in."""
    folder, _, _ = path.rpartition("/")
    found: Counter[str] = Counter()
    weights: dict[str, float] = {}
    for piece in split_name(bare_name(path)):
        found["n " + piece] += 1
    weights |= {token: float(count) for token, count in found.items()}
    # In their order, not a set's, which changes from run to run: columns are numbered, and sums rounded, by it.
    names = folder.split("/")[-_MAX_FOLDERS:]
    for piece in dict.fromkeys(piece for name in names for piece in split_name(name)):
        weights["n " + piece] = weights.get("n " + piece, 0.0) + 0.5
    for _ in names if folder else ():
        weights["/ " + folder] = 1.0
        folder = folder.rpartition("/")[0]
    extension = posixpath.splitext(path)[1]
    if extension:
        weights["." + extension.lower()] = 0.5
    return weights
