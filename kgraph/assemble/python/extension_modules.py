"""Extension modules that a build makes, by what packages import from themselves.

Input: the import statements of packages (`__init__.py`). Output: names of modules by the path of their package.

`from . import _native` in an `__init__.py` cannot mean a name of that very file; where no file is called so, it is a
module that is built, of C or otherwise, and so it is where other files of the package import it. By custom the names
of such modules begin with "_".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from kgraph.model import IncludeFact

BuiltModules = Mapping[str, Collection[str]]
NOTHING_BUILT: BuiltModules = {}


def find_built_modules(packages: Iterable[tuple[str, IncludeFact]]) -> BuiltModules:
    """The names, of pairs of a package's path and an import statement in its own file."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for package, fact in packages:
        if fact.spelling == "." and fact.form == "from":
            found[package].update(name for name in fact.names if name.startswith("_") and not name.startswith("__"))
    return found
