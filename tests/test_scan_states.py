"""What a scan says of a tree depends on what stands there alone: not on git's marks, earlier scans, or who looks on."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import kgraph
from kgraph import files, regular_file
from kgraph.cli import main
from kgraph.errors import GraphError, InputError
from kgraph.scan import Scan, blob_id, scan, walk
from kgraph.scan.generated_pages import list_pages
from kgraph.scan.hash_cache import HashCache
from kgraph.scan.omissions import notes
from kgraph.store import folder
from tests.test_scan import git, paths, repository, write


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def blobs(found: Scan) -> dict[str, str]:
    return {file.path: file.blob for file in found.files}


# --- contents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["--assume-unchanged", "--skip-worktree"])
def test_an_edit_that_git_was_told_not_to_see_is_seen(tmp_path: Path, mark: str) -> None:
    root = repository(tmp_path, {"a.py": "old = 1\n"})
    git(root, "update-index", mark, "a.py")
    write(root, {"a.py": "new = 1\n"})
    found = scan(root)
    assert blobs(found) == {"a.py": blob_id(b"new = 1\n")}
    assert found.repository.dirty


def test_contents_that_lfs_brings_later_are_seen(tmp_path: Path) -> None:
    content = b"x = 1\n" * 100
    oid = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n"
    root = repository(tmp_path, {"a.py": pointer})
    first = scan(root)
    write(root, {"a.py": content, ".git/info/attributes": "*.py filter=lfs\n"})
    second = scan(root)
    assert blobs(first) == {"a.py": blob_id(pointer.encode())}
    assert blobs(second) == {"a.py": blob_id(content)}
    assert not second.repository.dirty  # git stores that very pointer
    assert second.omissions.converted == {"a.py": blob_id(pointer.encode())}


def test_other_line_ends_are_another_content_but_no_change(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.bat": "one\ntwo\n", ".gitattributes": "*.bat text eol=crlf\n"})
    (root / "a.bat").unlink()
    git(root, "checkout", "-q", "a.bat")
    found = scan(root)
    assert blobs(found)["a.bat"] == blob_id(b"one\r\ntwo\r\n")
    assert not found.repository.dirty


def test_what_is_staged_or_of_another_mode_is_a_change(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.py": "1\n", "b.py": "2\n"})
    (root / "a.py").chmod(0o755)
    assert scan(root).repository.dirty
    git(root, "config", "core.fileMode", "false")
    assert not scan(root).repository.dirty
    write(root, {"c.py": ""})
    git(root, "add", "c.py")
    assert scan(root).repository.dirty


def test_a_large_file_is_hashed_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[int] = []
    real = os.read

    def read(descriptor: int, size: int) -> bytes:
        pieces.append(size)
        return real(descriptor, size)

    monkeypatch.setattr(os, "read", read)
    (tmp_path / "big.bin").write_bytes(b"x" * 5_000_000)
    with (tmp_path / "endless.bin").open("wb") as out:
        out.truncate(1 << 40)  # takes no room
    found = {file.path: file for file in scan(tmp_path).files}
    assert found["big.bin"].blob == blob_id(b"x" * 5_000_000)
    assert max(pieces) <= 1 << 20
    assert found["endless.bin"].unparsed == "unreadable: larger than 8 GB"


def test_a_file_behind_a_linked_folder_is_not_of_the_tree(tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.py": "key = 1\n"})
    root = repository(tmp_path / "root", {"sub/secret.py": ""})
    (root / "sub/secret.py").unlink()
    (root / "sub").rmdir()
    (root / "sub").symlink_to(outside)
    (file,) = scan(root).files
    assert file.unparsed == "unreadable: not in the working tree"


def test_an_index_that_names_what_is_outside_is_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"secret.py": "key = 1\n"})
    root = repository(tmp_path / "root", {"xx/secret.py": "1\n", "a.py": "2\n"})
    index = root / ".git/index"
    data = index.read_bytes().replace(b"xx/secret.py", b"../secret.py")[:-20]
    index.write_bytes(data + hashlib.sha1(data).digest())
    found = scan(root)
    assert paths(found) == ["a.py"]
    assert found.omissions.outside == ["../secret.py"]


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A folder in which there may be a thousand levels: pytest's own way of removing it calls itself for each."""
    (tmp_path / "deep").mkdir()
    yield tmp_path / "deep"
    files.remove_tree(tmp_path / "deep")
    assert list(tmp_path.iterdir()) == []


def test_depth_is_no_matter(deep: Path) -> None:
    current = os.open(deep, os.O_RDONLY)
    for _ in range(1900):
        os.mkdir("d", dir_fd=current)
        inner = os.open("d", os.O_RDONLY, dir_fd=current)
        os.close(current)
        current = inner
    os.close(os.open("f.py", os.O_CREAT | os.O_WRONLY, dir_fd=current))
    os.close(current)
    found = scan(deep)
    assert [file.path for file in found.files] == ["d/" * 1900 + "f.py"]


# --- what is no file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [write, repository])
def test_pipes_and_devices_are_not_read(tmp_path: Path, make: object) -> None:
    root = make(tmp_path, {"a.py": "1\n", "sub/b.py": "2\n", "sub/pages/index.md": ""})  # type: ignore[operator]
    for name in (".gitignore", "sub/.kgraph-pages.json", ".gitattributes", ".mailmap", "sub/pipe.py"):
        os.mkfifo(root / name)
    for name in ("sub/.gitignore", ".kgraph-pages.json", "zero.py"):
        (root / name).symlink_to("/dev/zero")
    assert {"a.py", "sub/b.py", "sub/pages/index.md"} <= set(paths(scan(root)))
    assert run("build", root, "-j", "1").exit_code == 0


def test_a_pattern_file_that_is_no_file_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", "b/a.py": ""})
    (tmp_path / ".gitignore").symlink_to("/dev/zero")
    with (tmp_path / "b/.gitignore").open("wb") as out:
        out.truncate(walk.MAX_IGNORE_BYTES + 1)
    told = scan(tmp_path).omissions.patterns
    assert [each.partition(":")[0] for each in told] == [".gitignore", "b/.gitignore"]


@pytest.mark.parametrize(
    "content",
    ["[" * 100_000, '{"pages":' * 50_000, '{"pages": {"\\ud800": ""}}', '{"pages": [1]}', '{"pages": "x"}', "", "\xff"],
    ids=lambda content: content[:20],  # pytest puts it into the environment, where a process takes 128 KB
)
def test_a_damaged_list_of_pages_lists_none(tmp_path: Path, content: str) -> None:
    write(tmp_path, {".kgraph-pages.json": content, "index.md": "# Title\n"})
    assert paths(scan(tmp_path)) == [".kgraph-pages.json", "index.md"]
    assert run("build", tmp_path, "-j", "1").exit_code == 0


def test_a_list_of_pages_is_read_no_further_than_one_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from kgraph.scan import generated_pages

    (tmp_path / "list").write_text('{"pages": {"index.md": ""}}')
    assert list_pages(str(tmp_path / "list")) == ["index.md"]
    monkeypatch.setattr(generated_pages, "MAX_MANIFEST_BYTES", 10)
    assert list_pages(str(tmp_path / "list")) is None


# --- what is left out -----------------------------------------------------------------------------------------------

DEBIAN: dict[str, str | bytes] = {
    ".gitignore": "# everything but\n/*\n!/debian/\n",
    "kernel/fork.c": "int f;\n",
    "kernel/exit.c": "int e;\n",
    "Makefile": "all:\n",
}


def test_a_tree_whose_rules_take_everything_says_so(tmp_path: Path) -> None:
    write(tmp_path, DEBIAN)
    result = run("build", tmp_path, "-j", "1")
    assert result.exit_code == 1
    assert "nothing could be parsed: all files were left out" in result.output
    assert "4 files left out, 0 read" in result.output
    assert "4 by .gitignore:2: /*" in result.output
    assert "--no-ignore" in result.output
    again = run("build", tmp_path, "-j", "1", "-q")
    assert again.exit_code == 1
    assert "nothing could be parsed" in again.output
    assert "4 by .gitignore:2: /*" in run("stats", "-g", tmp_path).output
    assert "--no-ignore" in run("doctor", "-g", tmp_path).output
    told = run("build", tmp_path, "-j", "1", "--no-ignore")
    assert told.exit_code == 0
    with kgraph.open(tmp_path) as graph:
        assert graph.manifest["counts"]["files"] == 4
        assert graph.manifest["options"]["ignore"] is False


def test_a_few_ignored_files_are_told_by_stats_alone(tmp_path: Path) -> None:
    write(tmp_path, {".gitignore": "*.o\n", "a.c": "int a;\n", "b.c": "int b;\n", "a.o": ""})
    result = run("build", tmp_path, "-j", "1")
    assert result.exit_code == 0
    assert "left out" not in result.output
    assert "1 file left out, 3 read" in run("stats", "-g", tmp_path).output


@pytest.mark.parametrize(
    ("files", "options", "why"),
    [
        ({}, [], "there are no files"),
        ({"a.dat": "x\n"}, [], "of 1 file"),
        ({"a.c": "int a;\n"}, ["--exclude", "*.c"], "all files were left out"),
        ({"a.c": "int a;\n"}, ["--vendored", "*"], "of 1 file"),
    ],
)
def test_nothing_to_parse_is_no_success(
    tmp_path: Path, files: dict[str, str | bytes], options: list[str], why: str
) -> None:
    write(tmp_path, files)
    result = run("build", tmp_path, "-j", "1", *options)
    assert result.exit_code == 1
    assert why in result.output
    assert run("query", "-e", "ASK { ?s ?p ?o }", "-g", tmp_path).exit_code == 0  # the graph is there


def test_without_ignore_git_does_not_say_which_files_there_are(tmp_path: Path) -> None:
    root = repository(tmp_path / "root", {".gitignore": "*.gen.py\n", "a.py": ""})
    write(root, {"b.gen.py": "", "untracked.py": ""})
    git(root, "worktree", "add", "-q", "trees/other")
    assert run("build", root, "-j", "1").exit_code == 0  # its own graph is in the way
    found = scan(root, ignore=False)
    assert paths(found) == [".gitignore", "a.py", "b.gen.py", "untracked.py"]
    assert found.repository.revision
    assert found.repository.dirty
    assert found.omissions.repositories == ["trees/other/"]


def test_ignored_files_are_counted_only_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "MAX_COUNTED", 10)
    write(tmp_path, {".gitignore": "out/\n", "a.py": "", **{f"out/{n}/{m}": "" for n in range(5) for m in range(5)}})
    told = scan(tmp_path).omissions
    assert told.more_ignored
    assert 0 < told.ignored.total() <= 25


def test_a_folder_that_cannot_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.py": "", "closed/b.py": ""})
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert scan(tmp_path).omissions.unlisted == ["closed: Permission denied"]


def test_what_is_deeper_than_a_path_can_be_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.py": ""})
    monkeypatch.chdir(tmp_path)
    for _ in range(30):
        Path("d" * 200).mkdir()
        monkeypatch.chdir("d" * 200)
        Path("b.py").write_text("")
    found = scan(tmp_path)
    (told,) = found.omissions.unlisted
    assert 1 < len(found.files) < 31
    assert "longer than this system allows" in told
    assert len(told) < 200


# --- repositories in repositories -----------------------------------------------------------------------------------


def test_submodules_that_are_not_there_are_told(tmp_path: Path) -> None:
    inner = repository(tmp_path / "inner", {"a.c": "int a;\n"})
    outer = repository(tmp_path / "outer", {"b.c": "int b;\n"})
    for name in ("here", "there"):
        git(outer, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(inner), name)
    git(outer, "commit", "-qm", "two")
    git(outer, "submodule", "deinit", "-q", "-f", "there")
    assert run("build", outer, "-j", "1").exit_code == 0
    assert "1 of 2 submodules not checked out" in run("stats", "-g", outer).output
    told = run("doctor", "-g", outer).output
    assert "there" in told
    assert "git submodule update --init" in told
    with pytest.raises(GraphError, match="no graph between here and"):
        folder.find(outer / "here")


def test_a_worktree_inside_is_not_answered_for(tmp_path: Path) -> None:
    root = repository(tmp_path, {"a.py": "", "sub/b.py": ""})
    git(root, "worktree", "add", "-q", ".trees/other")
    assert run("build", root, "-j", "1").exit_code == 0
    assert folder.find(root / "sub") == root / ".kgraph"
    with pytest.raises(GraphError) as caught:
        folder.find(root / ".trees/other/sub")
    assert str(root / ".trees/other") in str(caught.value)
    assert f"-g {root}" in caught.value.hint


@pytest.mark.parametrize("make", [write, repository])
def test_a_bare_repository_inside_is_no_source(tmp_path: Path, make: object) -> None:
    origin = repository(tmp_path / "origin", {"a.py": "1\n"})
    root = tmp_path / "root"
    git(tmp_path, "clone", "-q", "--bare", str(origin), "root/fixtures/a.git")
    found = scan(make(root, {"b.py": "", "fixtures/a.git/mine.py": "2\n"}))  # type: ignore[operator]
    assert paths(found) == ["b.py", "fixtures/a.git/mine.py"]
    assert found.omissions.repositories == ["fixtures/a.git/"]
    manifest = {"ledger": {"scan": found.omissions.describe(), "read_as": {}}, "counts": {"files": 2}}
    assert ["bare" in note.what for note in notes(manifest)] == [True]


# --- what has been hashed before ------------------------------------------------------------------------------------


def test_ids_are_remembered_by_the_state_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgraph.scan.hash_cache._MIN_AGE_NS", -(10**12))  # files may be as new as they like
    root, kept = write(tmp_path / "root", {"a.py": "1\n", "b.py": "2\n"}), tmp_path / "kept"
    first = HashCache(kept)
    before = scan(root, hashes=first)
    first.save(kept)
    hashed: list[str] = []
    real = regular_file.hash_file

    def hash_file(path: str, hash_name: str) -> object:
        hashed.append(Path(path).name)
        return real(path, hash_name)

    monkeypatch.setattr("kgraph.scan.entries.hash_file", hash_file)
    assert scan(root, hashes=HashCache(kept)).files == before.files
    assert hashed == []
    state = (root / "a.py").stat()
    write(root, {"a.py": "3\n"})
    os.utime(root / "a.py", ns=(state.st_atime_ns, state.st_mtime_ns))  # of the same size and time
    assert blobs(scan(root, hashes=HashCache(kept)))["a.py"] == blob_id(b"3\n")
    assert hashed == ["a.py"]


def test_what_is_newer_than_a_tick_of_the_clock_is_not_remembered(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    hashes = HashCache(kept)
    scan(write(tmp_path / "root", {"a.py": "1\n"}), hashes=hashes)
    assert not hashes.is_new
    hashes.save(kept)
    assert not kept.exists()


def test_damaged_memories_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kgraph.scan.hash_cache._MIN_AGE_NS", -(10**12))
    root, kept = write(tmp_path / "root", {"a.py": "1\n"}), tmp_path / "kept"
    hashes = HashCache(kept)
    expected = scan(root, hashes=hashes).files
    hashes.save(kept)
    whole = kept.read_bytes()
    for position in range(len(whole)):
        kept.write_bytes(whole[:position] + bytes([whole[position] ^ 0x55]) + whole[position + 1 :])
        assert scan(root, hashes=HashCache(kept)).files == expected
        kept.write_bytes(whole[:position])
        assert scan(root, hashes=HashCache(kept)).files == expected
    kept.unlink()
    kept.mkdir()
    assert scan(root, hashes=HashCache(kept)).files == expected
    target = tmp_path / "precious"
    target.write_text("mine")
    kept.rmdir()
    kept.symlink_to(target)
    hashes = HashCache(kept)
    scan(root, hashes=hashes)
    hashes.save(kept)
    assert target.read_text() == "mine"


# --- while others write ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [write, repository])
def test_a_tree_that_changes_meanwhile_is_scanned(tmp_path: Path, make: object) -> None:
    root = make(tmp_path, {f"d{n}/f{m}.py": "x = 1\n" * m for n in range(8) for m in range(8)})  # type: ignore[operator]
    done = threading.Event()

    def disturb() -> None:
        number = 0
        while not done.is_set():
            number += 1
            at = root / f"d{number % 8}"
            try:
                at.rename(root / "gone")
                (root / "gone").rename(at)
                file = at / f"f{number % 7}.py"
                match number % 4:
                    case 0:
                        file.unlink()
                        file.symlink_to("/dev/zero")
                    case 1:
                        file.unlink()
                        os.mkfifo(file)
                    case 2:
                        file.unlink()
                        file.mkdir()
                        file.rmdir()
                        file.write_text("x = 2\n")
                    case _:
                        with file.open("a") as out:
                            out.write("y = 3\n")
            except OSError:
                continue
            if file.exists() and stat.S_ISFIFO(file.lstat().st_mode):
                file.unlink()
                file.write_text("")

    thread = threading.Thread(target=disturb, daemon=True)
    thread.start()
    try:
        for _ in range(15):
            scan(root)
    finally:
        done.set()
        thread.join()


# --- build again, or from nothing -----------------------------------------------------------------------------------

NAMES = ("a.py", "b.c", "sub/c.h", "sub/d.bat", "sub/deep/e.py")
names = st.sampled_from(NAMES)
contents = st.sampled_from(["x = 1\n", "x = 2\n", "x = 3\n", "x = 4\n", "one\r\ntwo\r\n", "one\ntwo\n", ""])


class Tree(RuleBasedStateMachine):
    """Anything that people and git do to a working tree; a scan that remembers says what one says that does not."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile

        self._folder = tempfile.TemporaryDirectory(prefix="kgraph-test-")
        self.root = Path(self._folder.name) / "root"
        self.kept = Path(self._folder.name) / "kept"

    def teardown(self) -> None:
        self._folder.cleanup()

    def _git(self, *args: str) -> None:
        identity = ["-c", "user.name=n", "-c", "user.email=e@example.org"]
        subprocess.run(["git", *identity, *args], cwd=self.root, capture_output=True, check=False)

    @initialize()
    def begin(self) -> None:
        self.root.mkdir()
        repository(self.root, dict.fromkeys(NAMES, "x = 1\n"))

    @rule(name=names, content=contents, keep_time=st.booleans())
    def edit(self, name: str, content: str, keep_time: bool) -> None:
        path = self.root / name
        before = path.stat() if path.is_file() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_symlink() and not path.exists():  # perhaps to itself
            path.unlink()
        path.write_text(content, newline="")
        if before and keep_time:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(name=names)
    def touch(self, name: str) -> None:
        if (self.root / name).exists():
            (self.root / name).touch()

    @rule(name=names, mode=st.sampled_from([0o644, 0o755]))
    def chmod(self, name: str, mode: int) -> None:
        if (self.root / name).is_file():
            (self.root / name).chmod(mode)

    @rule(name=names)
    def remove(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    @rule(name=names, new=names)
    def rename(self, name: str, new: str) -> None:
        if (self.root / name).exists() and (self.root / new).parent.is_dir():
            (self.root / name).rename(self.root / new)

    @rule(name=names)
    def link(self, name: str) -> None:
        if (self.root / name).parent.is_dir():
            (self.root / name).unlink(missing_ok=True)
            (self.root / name).symlink_to("a.py")

    @rule(
        args=st.sampled_from(
            [
                ("add", "-A"),
                ("add", "-N", "."),
                ("commit", "-qam", "x"),
                ("checkout", "-q", "--", "."),
                ("reset", "-q", "--hard"),
                ("status",),
                ("update-index", "--refresh"),
                ("sparse-checkout", "set", "--no-cone", "/*.py"),
                ("sparse-checkout", "set", "--cone", "--sparse-index", "sub/deep"),
                ("sparse-checkout", "disable"),
                ("update-index", "--split-index"),
                ("config", "core.autocrlf", "true"),
                ("config", "core.autocrlf", "false"),
                ("stash",),
                ("mv", "a.py", "sub/moved.py"),
            ]
        )
    )
    def ask_git(self, args: tuple[str, ...]) -> None:
        self._git(*args)

    @rule(
        name=names,
        mark=st.sampled_from(
            ["--assume-unchanged", "--no-assume-unchanged", "--skip-worktree", "--no-skip-worktree", "--force-remove"]
        ),
    )
    def mark(self, name: str, mark: str) -> None:
        self._git("update-index", mark, name)

    @rule(line=st.sampled_from(["*.bat text eol=crlf", "* text=auto", "*.c ident", ""]))
    def attribute(self, line: str) -> None:
        (self.root / ".gitattributes").write_text(line + "\n")

    @invariant()
    def a_scan_that_remembers_says_the_same(self) -> None:
        if not self.root.is_dir():
            return
        hashes = HashCache(self.kept)
        again, afresh = scan(self.root, hashes=hashes), scan(self.root)
        hashes.save(self.kept)
        assert again.files == afresh.files
        assert again.repository == afresh.repository
        assert again.omissions == afresh.omissions
        for file in again.files:
            path = self.root / file.path
            if file.form == "file" and not file.unparsed:
                assert file.blob == blob_id(path.read_bytes())


@pytest.fixture(autouse=True)
def remember_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The state machine remembers all files: between two scans more than a tick of the clock goes by."""
    if request.cls is not None and issubclass(request.cls, TestTree):
        monkeypatch.setattr("kgraph.scan.hash_cache._MIN_AGE_NS", -(10**12))


class TestTree(Tree.TestCase):  # type: ignore[misc, name-defined]
    settings = settings(
        max_examples=15, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


def test_a_build_again_is_one_from_nothing(tmp_path: Path) -> None:
    root = repository(tmp_path / "root", {"a.py": "def old():\n    pass\n", "b.py": "import a\n"})
    kgraph.build(root, jobs=1).close()
    git(root, "update-index", "--assume-unchanged", "a.py")
    state = (root / "a.py").stat()
    write(root, {"a.py": "def new():\n    pass\n"})
    os.utime(root / "a.py", ns=(state.st_atime_ns, state.st_mtime_ns))
    with kgraph.build(root, jobs=1) as again, kgraph.build(root, output=tmp_path / "new", jobs=1) as afresh:
        assert again.manifest == afresh.manifest
        assert again.execute("ASK { ?symbol kg:qualifiedName ?name FILTER(STRENDS(?name, 'new')) }")


def test_wrong_patterns_are_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--exclude"):
        scan(tmp_path, exclude=["a[b"])
