"""Who uses something of another repository, where the use is indirect: a module, a header as it is spelled, what is
inherited, what lies behind other headers, what is in no repository."""

from __future__ import annotations

from typing import Any

import pytest

from kgraph.fleet import questions, unread
from kgraph.fleet.lake import Lake
from tests.test_fleet_uses import fleet

WEB = {
    "pyproject.toml": '[project]\nname = "web"\nversion = "1"\n',
    "web/__init__.py": "from .routing import Router as Router\n",
    "web/routing/__init__.py": "class Router:\n    def add(self, x): pass\n    def close(self): pass\n",
    "web/routing/deep.py": "def match(): pass\n",
    "web/sansio.py": "class Router: pass\n",
    "web/fields.py": "import sys\nif sys.argv:\n    class Email: pass\nelse:\n    Email = str\n",
}
FAST = {
    "pyproject.toml": '[project]\nname = "fast"\nversion = "1"\ndependencies = ["web"]\n',
    "fast/__init__.py": (
        "from web.routing import Router\n\n\nclass Fast(Router):\n    def __init__(self):\n        pass\n\n\n"
        "class Faster(Fast):\n    pass\n"
    ),
    "fast/app.py": "from fast import Faster\n\nwhole = Faster()\nwhole.add(1)\n",
    "fast/apart.py": "def add(): pass\n",
    "fast/match.py": "import web.routing.deep\n\nweb.routing.deep.match()\n",
    "fast/mail.py": "from web.fields import Email\n",
    "fast/absent.py": "import outside.part\nfrom outside import thing\n",
}
SHOP = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\ndependencies = ["fast"]\n',
    "shop.py": "import fast\n\nit = fast.Fast()\nit.add(2)\n",
}
CHECKS = {
    "include/checks/checks.h": '#include "checks/inner.h"\n#define CHECK_IT(x) (x)\n',
    "include/checks/inner.h": (
        "namespace checks {\nclass Base {};\nextern int any;\nint many(int);\n}\nint checks_now(int);\n"
        "namespace checks_apart {\nint any_time;\n}\n"
    ),
}
NATIVE = {
    "own/all.h": "#pragma once\n#include <checks/checks.h>\n",
    "own/base.h": "#pragma once\nnamespace own {\nclass Other { void Base(); };\n}\n",
    "own/far.cpp": '#include "all.h"\nint f() { return checks::any; }\n',
    "own/other.cpp": '#include "all.h"\nint any = 1;\n',
    "own/test.cpp": (
        '#include <checks/checks.h>\n#include "base.h"\n#include <zip.h>\nusing namespace own;\n'
        "namespace own {\nclass Test : public checks::Base {};\n}\n"
        "void g() { CHECK_IT(1); checks_now(2); }\n"
    ),
    "own/foreign.cpp": (
        "#include <checks/checks.h>\nusing namespace elsewhere;\nvoid h() { CHECK_IT(1); checks_now(2); }\n"
    ),
}
CYTHON = {
    "part.pyx": "def run():\n    return checks.checks_now(1)\n",
    "main.pyx": 'from .includes cimport checks\ninclude "part.pyx"\n',
    "includes/__init__.pxd": "",
    "includes/checks.pxd": 'cdef extern from "checks/checks.h":\n    int checks_now(int)\n',
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Lake:
    repositories = {
        **{"web": WEB, "fast": FAST, "shop": SHOP},
        **{"checks": CHECKS, "native": NATIVE, "cy": CYTHON},
    }
    return fleet(tmp_path_factory.mktemp("users"), repositories)


def answers(lake: Lake, name: str, repository: str = "") -> set[tuple[Any, ...]]:
    columns = ("repo", "path", "line", "kind", "use")
    return set(questions.users(lake, name, repository).select(columns).rows())


def test_a_module_or_package_is_used_by_what_uses_something_in_it(lake: Lake) -> None:
    assert answers(lake, "web.routing") == {
        ("fast", "fast/__init__.py", 1, "imports", "named"),
        ("fast", "fast/__init__.py", 4, "inherits", "named"),
        ("fast", "fast/match.py", 1, "imports", "named"),
        ("fast", "fast/match.py", 3, "calls", "named"),
    }
    assert {path for _, path, *_ in answers(lake, "checks")} >= {"own/test.cpp", "includes/checks.pxd"}


def test_a_header_is_called_as_includes_spell_it(lake: Lake) -> None:
    expected = {
        ("native", "own/all.h", 2, "includes", "named"),
        ("native", "own/test.cpp", 1, "includes", "named"),
        ("native", "own/foreign.cpp", 1, "includes", "named"),
        ("cy", "includes/checks.pxd", 1, "includes", "named"),
    }
    assert expected <= answers(lake, "checks/checks.h")
    assert expected <= answers(lake, "checks/checks.h", "checks")
    assert not answers(lake, "routing/deep.py") - answers(lake, "web/routing/deep.py")  # by the end of its path
    assert answers(lake, "routing/deep.py")


def test_what_no_repository_provides_is_listed_by_its_imports_and_includes(lake: Lake) -> None:
    nowhere = "not found there"
    assert answers(lake, "outside") == {
        ("fast", "fast/absent.py", 1, "imports", nowhere),
        ("fast", "fast/absent.py", 2, "imports", nowhere),
    }
    assert answers(lake, "outside.thing") == {("fast", "fast/absent.py", 2, "imports", nowhere)}
    assert answers(lake, "zip.h") == {("native", "own/test.cpp", 3, "includes", nowhere)}


def test_an_inherited_member_may_be_used_through_derived_classes(lake: Lake) -> None:
    """Of the same repository and of others; a file that only has the name uses no such class."""
    assert answers(lake, "web.routing.Router.add") == {
        ("fast", "fast/app.py", 3, "calls", "may use"),
        ("shop", "shop.py", 3, "calls", "may use"),
    }
    assert answers(lake, "web.routing.Router.close") == set()


def test_what_lies_behind_other_headers_may_be_used(lake: Lake) -> None:
    """Those of the owner, and of the user, if its namespace is there too."""
    assert answers(lake, "checks::any") == {("native", "own/far.cpp", 1, "includes", "may use")}
    assert ("cy", "part.pyx", None, "includes", "may use") in answers(lake, "checks_now")


def test_macros_and_functions_after_a_directive_of_the_own_namespace(lake: Lake) -> None:
    named = {each for each in answers(lake, "CHECK_IT") if each[-1] == "named"}
    assert named == {
        ("native", "own/test.cpp", 8, "calls", "named"),
        ("native", "own/foreign.cpp", 3, "calls", "named"),
    }
    named = {each for each in answers(lake, "checks_now") if each[-1] == "named"}
    assert named == {("native", "own/test.cpp", 8, "calls", "named")}  # the other may be that of `elsewhere`


def test_a_base_class_of_the_name_of_a_method(lake: Lake) -> None:
    assert ("native", "own/test.cpp", 6, "inherits", "named") in answers(lake, "checks::Base")


def test_an_answer_without_users_says_what_was_meant(lake: Lake) -> None:
    nodes = questions.find_nodes(lake, "web.sansio.Router")
    assert questions.users(lake, "web.sansio.Router").is_empty()
    said = unread.nobody(lake, "web.sansio.Router", nodes)
    assert said.startswith("web.sansio.Router is in web/web/sansio.py; no other repository was found to use it")
