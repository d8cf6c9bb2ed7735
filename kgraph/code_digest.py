"""Digests of our own code: what is kept of an answer is used as long as the code that made it is the same.

Input: names of packages and modules. Output: a text that is another one as soon as a line of them is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from importlib import resources
from importlib.resources.abc import Traversable


def code_digest(packages: Iterable[str], modules: Iterable[str] = (), about: str = "") -> str:
    """A digest of all modules of some packages, of other modules, and of what else counts; 64 hexadecimal digits."""
    code = hashlib.sha256(about.encode())
    for package in packages:
        for file in _sources(resources.files(package)):
            code.update(file.read_bytes())
    for module in modules:
        package, _, name = module.rpartition(".")
        code.update(resources.files(package).joinpath(f"{name}.py").read_bytes())
    return code.hexdigest()


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _sources(entry)
        elif entry.name.endswith(".py"):
            yield entry
