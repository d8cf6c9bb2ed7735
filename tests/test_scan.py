"""Which files there are: with git, without, and with names and files that are no easy prey."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.errors import InputError
from kgraph.scan import Scan, blob_id, scan
from kgraph.scan.revision import scan_revision
from kgraph.vocab.iri import decode_path, encode_path


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def git(root: Path, *args: str) -> str:
    identity = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "init.defaultBranch=main"]
    return subprocess.run(["git", *identity, *args], cwd=root, check=True, capture_output=True, text=True).stdout


def repository(root: Path, files: dict[str, str | bytes]) -> Path:
    write(root, files)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    return root


def paths(found: Scan) -> list[str]:
    return [file.path for file in found.files]


def test_git_lists_what_it_tracks(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.py": "1\n", "b/c.cpp": "int x;\n"})
    write(root, {"untracked.py": "2\n"})
    found = scan(root)
    assert paths(found) == ["a.py", "b/c.cpp"]
    assert [file.language for file in found.files] == ["Python", "C++"]
    assert found.repository.revision == git(root, "rev-parse", "HEAD").strip()
    assert not found.repository.dirty


def test_blob_is_gits_own_even_for_an_edited_file(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.py": "1\n", "b.py": "1\n"})
    write(root, {"b.py": "edited\n"})
    a, b = scan(root).files
    assert a.blob == git(root, "hash-object", "a.py").strip()
    assert b.blob == git(root, "hash-object", "b.py").strip()
    assert scan(root).repository.dirty


@pytest.mark.parametrize("make", [write, repository])
def test_a_folder_and_a_repository_give_the_same(tmp_path: Path, make: object) -> None:
    files: dict[str, str | bytes] = {
        ".gitignore": "*.o\n/build/\n!keep.o\n",
        "a.c": "",
        "a.o": "",
        "keep.o": "",
        "build/x.c": "",
        "deep/build/y.c": "",
        "deep/.gitignore": "z*\n",
        "deep/z1": "",
        "deep/er/z2": "",
    }
    found = scan(make(tmp_path, files))  # type: ignore[operator]
    assert paths(found) == [".gitignore", "a.c", "deep/.gitignore", "deep/build/y.c", "keep.o"]


def test_a_folder_that_git_ignores_is_read_as_one_without_git(tmp_path: Path) -> None:
    root = repository(tmp_path, {".gitignore": "/build/\n", "a.py": ""})
    write(root, {"build/dep/x.c": "", "build/dep/.gitignore": "*.o\n", "build/dep/x.o": ""})
    found = scan(root / "build/dep")
    assert paths(found) == [".gitignore", "x.c"]
    assert found.repository.revision == ""


def test_odd_names(tmp_path: Path) -> None:
    names = ["a b.py", "a'b.py", 'a"b.py', "a#b.py", "a%20b.py", "a\nb.py", "é.py", "tab\t.py", "\udcff.py", "-rf.py"]
    for root, make in ((tmp_path / "git", repository), (tmp_path / "plain", write)):
        root.mkdir()
        found = scan(make(root, dict.fromkeys(names, "x = 1\n")))
        assert sorted(paths(found)) == sorted(names)
        assert {file.language for file in found.files} == {"Python"}


@given(st.binary(min_size=1).filter(lambda b: b"\0" not in b))
def test_a_path_comes_back_from_its_id(raw: bytes) -> None:
    path = os.fsdecode(raw)
    encoded = encode_path(path)
    assert decode_path(encoded) == path
    assert encoded.isascii()
    assert not set(encoded) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/%")


def test_what_cannot_be_read_stays_a_file_with_its_reason(tmp_path: Path) -> None:
    root = repository(tmp_path, {"gone.py": "1\n", "kept.py": "1\n"})
    (root / "gone.py").unlink()
    (root / "link.py").symlink_to("nowhere")
    git(root, "add", "link.py")
    found = {file.path: file for file in scan(root).files}
    assert found["gone.py"].unparsed == "unreadable: not in the working tree"
    assert found["link.py"].form == "symlink"
    assert found["link.py"].blob == blob_id(b"nowhere")


def test_a_fifo_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    (file,) = scan(tmp_path).files
    assert file.unparsed == "unreadable: not a regular file"


def test_a_graph_that_git_tracks_is_no_source(tmp_path: Path) -> None:
    graph = {f"{name}/{file}": "{}" for name in (".kgraph", "sub/.kgraph", "out") for file in ("facts.sqlite", "lock")}
    kept = {"a.c": "", "current/b.c": "", "other/current": "graph-000001", "kgraph/c.c": "", "sub/d.kgraph": ""}
    root = repository(tmp_path, {**graph, **kept, "out/graph-000001/tables/files.parquet": ""})
    (root / "out/current").symlink_to("graph-000001")
    git(root, "add", "-Af")
    git(root, "commit", "-qm", "with graphs")
    assert paths(scan(root)) == sorted(kept)
    assert paths(scan(root, ignore=False)) == sorted(kept)
    with scan_revision(root, "HEAD") as found:
        assert [path for path in paths(found) if not path.startswith("out/")] == sorted(kept)


def test_submodule(tmp_path: Path) -> None:
    inner = repository(tmp_path, {"inner/a.c": ""}) / "inner"
    git(inner, "init", "-q")
    git(inner, "add", "-A")
    git(inner, "commit", "-qm", "first")
    commit = git(inner, "rev-parse", "HEAD").strip()
    outer = tmp_path / "outer"
    outer.mkdir()
    git(outer, "init", "-q")
    git(outer, "update-index", "--add", "--cacheinfo", f"160000,{commit},third_party/inner")
    (file,) = scan(outer).files
    assert (file.path, file.form, file.blob) == ("third_party/inner", "submodule", commit)


def test_excluded_and_vendored(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", "third_party/b.py": "", "gen/c.py": ""})
    found = scan(tmp_path, exclude=["gen/"], vendored=["third_party/"])
    assert [(file.path, file.unparsed) for file in found.files] == [("a.py", ""), ("third_party/b.py", "vendored")]


def test_a_header_is_of_the_language_of_its_neighbours(tmp_path: Path) -> None:
    write(tmp_path, {"c/x.c": "", "c/x.h": "", "cpp/y.cpp": "", "cpp/inc/y.h": "", "lone.h": "", "c/sub/z.h": ""})
    languages = {file.path: file.language for file in scan(tmp_path).files}
    assert languages["c/x.h"] == languages["c/sub/z.h"] == "C"
    assert languages["cpp/inc/y.h"] == "C++"


def test_language_by_first_line(tmp_path: Path) -> None:
    write(tmp_path, {"tool": "#!/usr/bin/env python3\nx = 1\n", "note": "hello\n"})
    assert {file.path: file.language for file in scan(tmp_path).files} == {"tool": "Python", "note": ""}


@pytest.mark.parametrize(
    ("origin", "base"),
    [
        ("https://github.com/pytorch/pytorch.git", "https://w3id.org/kgraph/github.com/pytorch/pytorch/"),
        ("git@github.com:pytorch/pytorch.git", "https://w3id.org/kgraph/github.com/pytorch/pytorch/"),
        ("https://me:secret@example.org/a%20b/c", "https://w3id.org/kgraph/example.org/a%20b/c/"),
        ("/srv/git/thing.git", "https://w3id.org/kgraph/local/repo/"),
    ],
)
def test_base_comes_from_the_origin(tmp_path: Path, origin: str, base: str) -> None:
    root = tmp_path / "repo"
    root.mkdir()
    repository(root, {"sub/a.py": ""})
    git(root, "remote", "add", "origin", origin)
    found = scan(root).repository
    assert found.base == base
    assert "secret" not in found.origin
    if "local" not in base:
        assert scan(root / "sub").repository.base == base + "sub/"


def test_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a folder"):
        scan(tmp_path / "missing")
    with pytest.raises(InputError, match="not an http"):
        scan(tmp_path, base="not an iri")
