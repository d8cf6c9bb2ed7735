"""What changed between two states of a fleet, and which states are kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kgraph import fleet as fleets
from kgraph.errors import QueryError
from kgraph.fleet.lake import Lake
from tests.test_fleet import run_command
from tests.test_scan import repository, write

LIBRARY = {
    "pyproject.toml": '[project]\nname = "lib"\nversion = "1"\n',
    "lib/__init__.py": "from .core import Moved\n",
    "lib/core.py": "class Kept: pass\n\n\nclass Moved: pass\n\n\nclass Gone: pass\n",
    "lib/old.py": "x = 1\n",
    "include/lib/a.h": "int a;\n",
    "include/lib/b.h": "int b;\n",
}
USER = {
    "pyproject.toml": '[project]\nname = "user"\nversion = "1"\ndependencies = ["lib>=1", "six"]\n',
    "user/__init__.py": "",
    "user/main.py": "from lib.core import Kept, Gone\nfrom lib import Moved\nimport lib.old\nimport lib.core\n",
    "user/more.py": "from lib.core import Gone\n",
    "user/a.c": "#include <lib/a.h>\n#include <lib/b.h>\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    repository(tmp_path / "lib", dict(LIBRARY))
    repository(tmp_path / "user", dict(USER))
    repository(tmp_path / "third", {"a.py": "import lib.core\n"})
    fleet_file(tmp_path, "lib", "user", "third")
    return tmp_path


def fleet_file(folder: Path, *names: str, keep: int = 3) -> None:
    text = f"keep = {keep}\n" + "".join(f'[[repository]]\npath = "{name}"\n' for name in names)
    (folder / "fleet.toml").write_text(text)


def build(folder: Path) -> Lake:
    return fleets.build(fleets.load(folder)).lake


def test_what_changed(folder: Path) -> None:
    old = build(folder)
    write(
        folder,
        {
            "lib/lib/__init__.py": "from .inner import Moved\n",
            "lib/lib/core.py": "class Kept: pass\n",
            "lib/include/lib/b.h": "int c;\n",
            "user/user/more.py": "x = 1\n",  # which does not ask for what is gone any more
            "user/pyproject.toml": USER["pyproject.toml"].replace("lib>=1", "lib>=2").replace(', "six"', ', "attrs"'),
        },
    )
    (folder / "lib/lib/old.py").rename(folder / "lib/lib/inner.py")
    (folder / "lib/lib/inner.py").write_text("class Moved: pass\n")
    (folder / "lib/include/lib/a.h").rename(folder / "lib/include/lib/new.h")
    repository(folder / "fresh", {"f.py": "import lib.core\n"})
    fleet_file(folder, "lib", "user", "fresh")
    for name in ("lib", "user"):
        run_git(folder / name)
    new = build(folder)
    found = fleets.changes(new.state(old.catalog.generation), new)
    assert dict(found.repositories.select("repo", "change").iter_rows()) == {
        "fresh": "added",
        "lib": "moved",
        "third": "removed",
        "user": "moved",
    }
    uses = found.broken.select("path", "line", "spelling", "name", "was").rows()
    assert uses == [
        ("user/a.c", 1, "lib/a.h", None, "include/lib/a.h"),
        ("user/main.py", 1, "lib.core", "Gone", "lib.core.Gone"),
        ("user/main.py", 3, "lib.old", None, "lib.old"),
    ]
    assert found.requirements.rows() == [
        ("user", "pypi", "attrs", "", "any version"),
        ("user", "pypi", "lib", ">=1", ">=2"),
        ("user", "pypi", "six", "any version", ""),
    ]
    links = {(repo, kind): (gained, lost) for repo, _, kind, gained, lost in found.links.rows()}
    assert links["fresh", "imports"] == (1, 0)
    assert links["third", "imports"] == (0, 1)
    assert links["user", "includes"] == (0, 1)
    assert not found.is_empty
    assert fleets.changes(new, new).is_empty
    backwards = fleets.changes(new, old)
    assert backwards.broken.is_empty()


def run_git(folder: Path) -> None:
    from tests.test_scan import git

    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "next")


def test_states_are_kept_as_asked(folder: Path) -> None:
    fleet_file(folder, "lib", "user", keep=2)
    numbers = []
    for value in range(3):
        write(folder, {"lib/lib/core.py": f"x = {value}\n"})
        numbers.append(build(folder).catalog.generation)
        build(folder)  # nothing moved: no state of its own
    lake = Lake.open(folder / ".kgraph-fleet")
    assert lake.catalog.generation == 6
    assert len(lake.states()) == 1
    earlier = lake.state(lake.states()[0])
    assert numbers[1] <= earlier.catalog.generation < numbers[2]
    assert earlier.scan("symbols").collect().height
    assert earlier.links().collect().height
    assert lake.state(6) is lake
    with pytest.raises(QueryError, match="no state 1 of the fleet") as raised:
        lake.state(1)
    assert raised.value.hint.startswith(f"kept are {earlier.catalog.generation}, 6;")
    fleet_file(folder, "lib", "user", keep=1)
    assert build(folder).states() == []
    assert len(list((folder / ".kgraph-fleet/lake/links").iterdir())) == 1
    assert len(list((folder / ".kgraph-fleet/lake/symbols/repo=lib").iterdir())) == 1


def test_the_command(folder: Path) -> None:
    build(folder)
    alone = run_command("fleet", "diff", "-F", folder)
    assert alone.returncode == 2
    assert "no earlier state" in alone.stderr
    assert "keep = 2" in alone.stderr
    write(folder, {"lib/lib/core.py": "class Kept: pass\n\n\nclass Moved: pass\n"})
    build(folder)
    said = run_command("fleet", "diff", "-F", folder, "--exit-code")
    assert said.returncode == 1
    assert "Uses of what is gone: 2" in said.stdout
    assert "lib.core.Gone" in said.stdout
    assert "of uses that no import names" in said.stderr
    told = json.loads(run_command("fleet", "diff", "1", "2", "-F", folder, "-f", "json").stdout)
    assert [row["was"] for row in told["broken"]] == ["lib.core.Gone", "lib.core.Gone"]
    assert "state 2; kept before it: 1" in run_command("fleet", "status", "-F", folder).stdout
    assert run_command("fleet", "diff", "2", folder, "-F", folder).stdout == "nothing changed\n"
    assert run_command("fleet", "diff", "7", "-F", folder).returncode == 2
