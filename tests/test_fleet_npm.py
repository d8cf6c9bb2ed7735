"""Packages of npm as repositories of a fleet: chosen, checked, unpacked, and linked by their names."""

from __future__ import annotations

import base64
import hashlib
import http.server
import io
import json
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kgraph import fleet as fleets
from kgraph.errors import InputError
from kgraph.fleet import npm, npm_versions
from kgraph.fleet.members import members


def tarball(folder: Path, name: str, version: str, contents: dict[str, str] | None = None, **manifest: Any) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name.strip('@').replace('/', '-')}-{version}.tgz"
    about = json.dumps({"name": name, "version": version, **manifest})
    with tarfile.open(path, "w:gz") as tar:
        for file, text in {"package.json": about, **(contents or {})}.items():
            member = tarfile.TarInfo(f"package/{file}")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tarballs = tmp_path / "tarballs"
    for version in ("1.9.0", "1.10.0", "2.0.0-beta.1"):
        tarball(tarballs, "ms", version, {"index.js": "module.exports = function ms() {}\n"}, main="index.js")
    tarball(tarballs, "@own/tools", "0.1.0", {"lib/a.js": "exports.a = 1\n", "lib/b.js": "exports.b = 1\n"})
    code = "const ms = require('ms')\nconst a = require('@own/tools/lib/a')\nconst fs = require('fs')\nms()\n"
    needs = {"ms": "^1.0.0", "@own/tools": "*"}
    tarball(tarballs, "user", "3.0.0", {"index.js": code, "node_modules/x.js": "1\n"}, dependencies=needs)
    (tarballs / "broken.tgz").write_bytes(b"no archive")
    (tmp_path / "fleet.toml").write_text(
        "[[npm]]\nnames = ['ms', '@own/tools', 'user@3.0.0']\nregistry = 'tarballs'\ngroup = 'web'\n"
    )
    return tmp_path


def test_packages_of_a_folder_are_linked_by_their_names(folder: Path) -> None:
    assert [(each.name, each.group) for each in members(fleets.load(folder))] == [
        ("ms", "web"),
        ("own-tools", "web"),
        ("user", "web"),
    ]
    report = fleets.build(fleets.load(folder))
    assert not report.failed
    lake = report.lake
    assert lake.catalog["ms"].current.version == "1.10.0"  # numbers are compared as such, and what is before a release
    links = lake.links().collect()
    found = {(row["kind"], row["spelling"], row["to_repo"], row["to_file"]) for row in links.to_dicts()}
    assert found == {
        ("imports", "ms", "ms", "file/index.js"),  # its entry point
        ("imports", "@own/tools/lib/a", "own-tools", "file/package.json"),
        ("requires", "ms", "ms", None),
        ("requires", "@own/tools", "own-tools", None),
    }
    assert (lake.folder.parent / "sources/own-tools/lib/a.js").exists()
    assert {each.state for each in fleets.build(fleets.load(folder)).members} == {"unchanged"}
    tarball(folder / "tarballs", "ms", "1.11.0", {"index.js": "1\n"})
    assert fleets.build(fleets.load(folder)).lake.catalog["ms"].current.version == "1.10.0"
    assert fleets.build(fleets.load(folder), update=True).lake.catalog["ms"].current.version == "1.11.0"


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("ms@~nope/x", "neither a version nor a tag or a range"),
        ("ms@file:../ms", "neither a version nor a tag or a range"),
        ("ms@npm:other@1", "neither a version nor a tag or a range"),
        (f"ms@{'1' * 300}", "neither a version nor a tag or a range"),
        ("../ms", "names no package of npm"),
        ("@own", "names no package of npm"),
        ("ms@", "names no package of npm"),
    ],
)
def test_what_names_no_package(tmp_path: Path, spec: str, said: str) -> None:
    (tmp_path / "fleet.toml").write_text(f"[[npm]]\nnames = ['{spec}']\n")
    with pytest.raises(InputError, match=said) as raised:
        members(fleets.load(tmp_path))
    assert raised.value.where.endswith("fleet.toml:1")


def test_what_a_folder_does_not_have(folder: Path) -> None:
    tarballs = str(folder / "tarballs")
    for spec, said in (
        ("ms@9.0.0", "no tarball of ms@9.0.0"),
        ("nothing", "no tarball of nothing"),
        ("ms@next", "a folder has no tags"),
    ):
        with pytest.raises(InputError, match=said):
            npm.unpack_package(spec, tarballs, folder / "s/x", update=False)
    with pytest.raises(InputError, match="cannot be read"):
        npm.unpack_package("ms", str(folder / "nowhere"), folder / "s/x", update=False)
    assert not list((folder / "s").iterdir()) if (folder / "s").exists() else True
    root, version = npm.unpack_package("ms@2.0.0-beta.1", tarballs, folder / "s/x", update=False)
    assert (version, (root / "index.js").exists()) == ("2.0.0-beta.1", True)
    assert npm.unpack_package("ms@1.9.0", tarballs, folder / "s/x", update=False)[1] == "1.9.0"  # another is wanted now
    assert npm.unpack_package("ms@^1.1", tarballs, folder / "s/x", update=False)[1] == "1.9.0"  # it fits
    assert npm.unpack_package("ms@^1.1", tarballs, folder / "s/x", update=True)[1] == "1.10.0"
    assert npm.unpack_package("ms@<1.10 || 7", tarballs, folder / "s/x", update=False)[1] == "1.9.0"
    assert npm.unpack_package("ms@>=2.0.0-a", tarballs, folder / "s/x", update=False)[1] == "2.0.0-beta.1"
    with pytest.raises(InputError, match="no tarball of ms@>=2"):
        npm.unpack_package("ms@>=2", tarballs, folder / "s/x", update=False)


# What `npm-pick-manifest` 5.0.0 answers for such a package.
VERSIONS = (
    *("0.2.3", "0.2.9", "0.3.0", "1.0.0-rc.1", "1.0.0", "1.2.0", "1.2.5", "1.3.0-beta.1", "1.3.0", "1.10.0"),
    *("2.0.0-alpha", "2.0.0-beta.2", "2.0.0-beta.11", "2.0.0", "2.1.0", "3.0.0-rc.1", "4.0.0"),
)
TAGS = {"latest": "2.0.0", "next": "3.0.0-rc.1", "gone": "9.9.9"}
DEPRECATED = {"1.10.0", "0.2.9", "4.0.0"}


@pytest.mark.parametrize(
    ("wanted", "version"),
    [
        ("latest", "2.0.0"),
        ("next", "3.0.0-rc.1"),
        ("gone", "9.9.9"),  # a tag that leads nowhere: the registry's version of it is missing
        ("other", None),
        ("*", "2.0.0"),  # the one that is tagged, not the newest
        (">=1", "2.0.0"),
        (">=1 <3", "2.0.0"),
        ("^2", "2.0.0"),
        ("^2.0.1", "2.1.0"),
        ("~2.1", "2.1.0"),
        ("^1", "1.3.0"),  # the newest is deprecated
        ("~1.2", "1.2.5"),
        ("1.2.x", "1.2.5"),
        ("1", "1.3.0"),
        ("=1.2.0", "1.2.0"),
        ("v1.2.0", "1.2.0"),
        ("1.10.0", "1.10.0"),  # asked for by name
        ("1.10", "1.10.0"),  # no other fits
        ("^0.2", "0.2.3"),
        ("~0", "0.3.0"),
        ("^4", "4.0.0"),
        ("1.0.0 - 1.2", "1.2.5"),
        ("~1.2 || 0.3", "1.2.5"),
        ("~>1.2", "1.2.5"),
        ("^1.3.0-beta", "1.3.0"),
        ("2.0.0-beta.2 - 2.0.0-beta.90", "2.0.0-beta.11"),
        (">3", "4.0.0"),
        (">=3.0.0-rc", "3.0.0-rc.1"),
        ("5.x", None),
        ("1.2.9", None),
    ],
)
def test_which_version_is_meant(wanted: str, version: str | None) -> None:
    assert npm_versions.is_range(wanted) != npm_versions.is_tag(wanted)
    assert npm_versions.choose(wanted, VERSIONS, TAGS, DEPRECATED) == version


class Registry(http.server.ThreadingHTTPServer):
    """A registry of the tarballs of a folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(("localhost", 0), Answers)
        self.folder = folder
        self.integrity = ""  # in place of the right one
        self.asked: list[str] = []


class Answers(http.server.BaseHTTPRequestHandler):
    server: Registry

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        name = self.path.rpartition("/")[2]
        file = self.server.folder / name
        if file.suffix == ".tgz":
            body = file.read_bytes()
        elif self.path == "/@own%2Ftools":
            found = self.server.folder / "own-tools-0.1.0.tgz"
            digest = base64.b64encode(hashlib.sha512(found.read_bytes()).digest()).decode()
            dist = {"tarball": "/files/own-tools-0.1.0.tgz", "integrity": self.server.integrity or f"sha512-{digest}"}
            old = {version: {"dist": {}, "deprecated": "no more"} for version in ("0.0.9", "0.1.9")}
            about = {"dist-tags": {"latest": "0.1.0"}, "versions": {"0.1.0": {"dist": dist}, **old}}
            body = json.dumps(about).encode()
        else:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def registry(folder: Path) -> Iterator[Registry]:
    with Registry(folder / "tarballs") as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_a_registry_is_asked_and_its_bytes_are_checked(registry: Registry, tmp_path: Path) -> None:
    address = f"http://localhost:{registry.server_port}"
    root, version = npm.unpack_package("@own/tools", address, tmp_path / "s/tools", update=False)
    assert (version, (root / "lib/a.js").exists()) == ("0.1.0", True)
    assert registry.asked == ["/@own%2Ftools", "/files/own-tools-0.1.0.tgz"]
    npm.unpack_package("@own/tools@latest", address, tmp_path / "s/tools", update=False)
    npm.unpack_package("@own/tools@~0.1 || 7.x", address, tmp_path / "s/tools", update=False)
    assert len(registry.asked) == 2  # it is there
    assert npm.unpack_package("@own/tools@<1", address, tmp_path / "s/ranged", update=False)[1] == "0.1.0"
    with pytest.raises(InputError, match="no version '>=2'"):
        npm.unpack_package("@own/tools@>=2", address, tmp_path / "s/other", update=False)
    with pytest.raises(InputError, match="no version 'next'") as raised:
        npm.unpack_package("@own/tools@next", address, tmp_path / "s/other", update=False)
    assert "latest, 0.1.9, 0.1.0" in raised.value.hint
    with pytest.raises(InputError, match="no such package"):
        npm.unpack_package("nothing", address, tmp_path / "s/other", update=False)
    registry.integrity = "sha512-" + base64.b64encode(b"x" * 64).decode()
    with pytest.raises(InputError, match="not those that the index lists"):
        npm.unpack_package("@own/tools", address, tmp_path / "s/other", update=False)
    registry.integrity = "sha512-???"
    with pytest.raises(InputError, match="no answer of a registry"):
        npm.unpack_package("@own/tools", address, tmp_path / "s/other", update=False)
    assert [path.name for path in (tmp_path / "s").iterdir() if "other" in path.name] == []
