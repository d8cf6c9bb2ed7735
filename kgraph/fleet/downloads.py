"""Source distributions of Python packages: chosen in an index, downloaded, checked and unpacked.

Input: a requirement and an index (PEP 691 or 503), or a folder that holds the files. Output: a folder of sources.
Nothing of a package is run, which pip does to learn a name and a version; archives are unpacked with the standard
library's `data` filter, within bounds.
"""

from __future__ import annotations

import hashlib
import html.parser
import http.client
import json
import logging
import re
import shutil
import tarfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import InvalidSdistFilename, canonicalize_name, parse_sdist_filename
from packaging.version import Version

from kgraph import files
from kgraph.errors import InputError

log = logging.getLogger(__name__)

_SECONDS = 60.0  # without a byte from a server
_MAX_PAGE = 64 << 20  # bytes of an index's answer
_MAX_ARCHIVE = 1 << 30
_MAX_UNPACKED = 8 << 30
_MAX_FILES = 500_000
_STEP = 1 << 20
_MARK = ".package.json"  # the ending of a file beside an unpacked folder: what it was made of
_ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"


@dataclass(frozen=True, slots=True)
class Distribution:
    """An archive that an index or a folder has."""

    version: str
    name: str  # of the file
    place: str  # an address, or a path
    digest: str = ""  # "sha256-" and hex digits, or of another algorithm of `hashlib`; "" where the index does not say
    is_yanked: bool = False  # withdrawn (PEP 592): only a requirement of this very version means it


def unpack_package(requirement: str, index: str, folder: Path, *, update: bool) -> tuple[Path, str]:
    """The sources of a package in `folder`, and their version.

    What is there is taken if it satisfies the requirement, unless `update`. Raises `InputError` where there is none, or
    it is not what it must be.
    """
    wanted = Requirement(requirement)
    there = version_there(folder, index)
    if there and not wanted.specifier.contains(there, prereleases=True):
        there = ""
    return download_chosen(folder, index, there, lambda: _choose(wanted, index), update=update)


def download_chosen(
    folder: Path, index: str, there: str, choose: Callable[[], Distribution], *, update: bool
) -> tuple[Path, str]:
    """The sources of a chosen archive in `folder`, and its version.

    `there` is the version that is in the folder, "" for none; it is taken unless `update` finds another.
    """
    if there and not update:
        return folder, there
    chosen = choose()
    if there == chosen.version:
        return folder, there
    archive = folder.with_name(f".{folder.name}.archive")
    begun = folder.with_name(f".{folder.name}.part")
    files.make_folder(folder.parent)
    for left in (archive, begun):  # by a build that was killed
        files.discard(left)
    try:
        _bring(chosen, archive)
        _unpack(archive, begun, chosen)
        files.discard(_marker_path(folder))
        files.discard(folder)
        begun.rename(folder)
        about = {"index": index, "name": chosen.name, "version": chosen.version}
        files.write(_marker_path(folder), json.dumps(about))
    finally:
        files.discard(archive)
        files.discard(begun)
    return folder, chosen.version


def _marker_path(folder: Path) -> Path:
    return folder.with_name(folder.name + _MARK)


def version_there(folder: Path, index: str) -> str:
    """The version of an index that was unpacked in a folder; "" for none."""
    try:
        about = json.loads(_marker_path(folder).read_bytes())
        version = str(about["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return version if about["index"] == index and folder.is_dir() else ""


def _choose(wanted: Requirement, index: str) -> Distribution:
    """The newest that satisfies the requirement; one before a release only where there is no other."""
    known = list(
        _find_in_folder(wanted, Path(index)) if not index.startswith("http") else _find_in_index(wanted, index)
    )
    known.sort(key=lambda each: not each.name.endswith(".zip"))  # of two archives of a version, the other
    there = {Version(each.version): each for each in known if not each.is_yanked}
    is_pinned = any(each.operator in ("==", "===") and "*" not in each.version for each in wanted.specifier)
    for fitting in (there, {Version(each.version): each for each in known} if is_pinned else {}):
        for version in sorted(wanted.specifier.filter(fitting), reverse=True):
            return fitting[version]
    versions = ", ".join(str(version) for version in sorted(there, reverse=True)[:5])
    hint = f"versions with one: {versions}" if versions else ""
    raise InputError(f"there is no source distribution of {wanted}", where=index, hint=hint)


def _find_in_folder(wanted: Requirement, folder: Path) -> Iterator[Distribution]:
    try:
        found = sorted(folder.iterdir())
    except OSError as error:
        raise InputError(f"the index cannot be read: {error.strerror or error}", where=str(folder)) from error
    for path in found:
        if each := _distribution(wanted, path.name, str(path)):
            yield each


def _find_in_index(wanted: Requirement, index: str) -> Iterator[Distribution]:
    address = f"{index.rstrip('/')}/{canonicalize_name(wanted.name)}/"
    data, kind, base = page(address, _ACCEPT)
    is_json = "json" in kind
    for name, link, sha256, is_yanked in _parse_json_index(data, address) if is_json else _parse_html_index(data):
        if each := _distribution(wanted, name, urllib.parse.urljoin(base, link), sha256, is_yanked=is_yanked):
            yield each


def page(address: str, accept: str) -> tuple[bytes, str, str]:
    """What an index answers: bytes, their type, and the address that they came from. Raises `InputError`."""
    with _open(address, accept) as answer:
        data = answer.read(_MAX_PAGE + 1)
        found = data, answer.headers.get_content_type(), answer.geturl()
    if len(data) > _MAX_PAGE:
        raise InputError(f"the index answers with more than {_MAX_PAGE >> 20} MB", where=address)
    return found


def _parse_json_index(data: bytes, address: str) -> Iterator[tuple[str, str, str, bool]]:
    """The files that an index has, by PEP 691: name, address, SHA-256, whether it is yanked."""
    try:
        for file in json.loads(data)["files"]:
            is_yanked = bool(file.get("yanked"))  # true, or the reason
            yield file["filename"], file["url"], file.get("hashes", {}).get("sha256", ""), is_yanked
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"no answer of an index: {error}", where=address) from error


def _parse_html_index(data: bytes) -> Iterator[tuple[str, str, str, bool]]:
    """The same by PEP 503."""
    links: list[tuple[str, bool]] = []

    class Links(html.parser.HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            link = dict(attrs).get("href")
            if tag == "a" and link:
                links.append((link, "data-yanked" in dict(attrs)))

    Links().feed(data.decode("utf-8", "replace"))
    for link, is_yanked in links:
        path, _, fragment = link.partition("#")
        name = urllib.parse.unquote(path.partition("?")[0].rpartition("/")[2])
        digest = re.fullmatch(r"sha256=([0-9a-fA-F]{64})", fragment)
        yield name, path, digest[1].lower() if digest else "", is_yanked


def _distribution(
    wanted: Requirement, name: str, place: str, sha256: str = "", *, is_yanked: bool = False
) -> Distribution | None:
    if not name.endswith((".tar.gz", ".zip")):
        return None
    try:
        package, version = parse_sdist_filename(name)
    except InvalidSdistFilename:
        return None
    if package != canonicalize_name(wanted.name):
        return None
    return Distribution(str(version), name, place, sha256 and f"sha256-{sha256}", is_yanked)


def _bring(chosen: Distribution, archive: Path) -> None:
    algorithm, _, expected = chosen.digest.partition("-")
    digest, size = hashlib.new(algorithm or "sha256"), 0
    with (
        files.create(archive) as out,
        _open(chosen.place) if "://" in chosen.place else Path(chosen.place).open("rb") as data,
    ):
        while step := data.read(_STEP):
            size += len(step)
            if size > _MAX_ARCHIVE:
                raise InputError(f"larger than {_MAX_ARCHIVE >> 30} GB", where=chosen.place)
            digest.update(step)
            out.write(step)
    if expected and digest.hexdigest() != expected:
        raise InputError(f"its bytes are not those that the index lists ({algorithm})", where=chosen.place)


def _open(address: str, accept: str = "*/*") -> http.client.HTTPResponse:
    if not address.startswith(("https://", "http://")):
        raise InputError("no address of the web", where=address)
    request = urllib.request.Request(address, headers={"Accept": accept, "User-Agent": "kgraph"})  # noqa: S310
    try:
        answer: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_SECONDS)  # noqa: S310
    except urllib.error.HTTPError as error:
        what = "the index has no such package" if error.code == 404 else f"the server answers {error.code}"
        raise InputError(what, where=address) from error
    except OSError as error:
        raise InputError(f"cannot be reached: {getattr(error, 'reason', error)}", where=address) from error
    return answer


def _unpack(archive: Path, folder: Path, chosen: Distribution) -> None:
    """All lies in one folder, named by package and version, whose contents become those of `folder`."""
    folder.mkdir()
    try:
        if chosen.name.endswith(".zip"):
            _unpack_zip(archive, folder, chosen.place)
        else:
            _unpack_tar(archive, folder, chosen.place)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise InputError(f"no archive: {error}", where=chosen.place) from error


def _unpack_tar(archive: Path, folder: Path, place: str) -> None:
    if not hasattr(tarfile, "data_filter"):
        raise InputError("this Python unpacks archives without checks", hint="use Python 3.11.4 or later")
    size = 0
    with tarfile.open(archive, "r:gz") as tar:
        for number, member in enumerate(tar):
            size += member.size
            _check_bounds(number, size, place)
            _, _, inside = member.name.partition("/")
            if not inside or not (member.isfile() or member.isdir() or member.issym()):
                continue
            try:
                tar.extract(member.replace(name=inside, deep=False), folder, filter="data")
            except tarfile.FilterError as error:  # a link that leaves the folder
                log.warning("%s: left out: %s", place, error)


def _unpack_zip(archive: Path, folder: Path, place: str) -> None:
    size = 0
    with zipfile.ZipFile(archive) as file:
        for number, member in enumerate(file.infolist()):
            size += member.file_size  # and no more is read of it
            _check_bounds(number, size, place)
            _, _, inside = member.filename.partition("/")
            if not inside or member.is_dir():
                continue
            if member.flag_bits & 1 or not _is_inside(inside):
                log.warning("%s: left out: %s", place, member.filename)
                continue
            target = folder / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            files.discard(target)  # of one that is there twice, the last
            with file.open(member) as content, files.create(target) as out:
                shutil.copyfileobj(content, out, _STEP)


def _is_inside(path: str) -> bool:
    steps = path.replace("\\", "/").split("/")
    return not ({"", ".", ".."} & set(steps)) and ":" not in steps[0] and "\0" not in path


def _check_bounds(number: int, size: int, place: str) -> None:
    if number >= _MAX_FILES or size > _MAX_UNPACKED:
        raise InputError("unpacks to more than it may", where=place)
