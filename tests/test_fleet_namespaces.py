"""A cluster whose workers share no folder and no network with this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kgraph import fleet as fleets
from tests.test_fleet_cluster import fleet_in, lake_of
from tests.test_scan import repository

_NAMESPACES = ("unshare", "--net", "--mount")


def _lacks() -> str:
    """Why namespaces cannot be had here; "" where they can."""
    if not (shutil.which("unshare") and shutil.which("ip")):
        return "needs unshare and ip"
    wire = "ip link add near type veth peer name far && mount -t tmpfs none /mnt"
    tried = subprocess.run([*_NAMESPACES, "sh", "-c", wire], capture_output=True, text=True, check=False)
    return "" if tried.returncode == 0 else f"namespaces are not permitted here: {tried.stderr.strip()[:200]}"


def test_workers_without_a_folder_or_network_of_this_machine_give_its_lake(tmp_path: Path) -> None:
    """Also where one is killed, one is slow, and the scheduler is lost and comes back."""
    pytest.importorskip("distributed", reason="needs kgraph-code[dask]")
    if lacks := _lacks():
        pytest.skip(lacks)
    fleet = fleet_in(tmp_path / "fleet")
    for number in range(4):
        path = fleet.folder / f"more{number}"
        path.mkdir()
        repository(path, {f"m{number}.py": "import lib\n\n\ndef f():\n    return lib.Area()\n" * (number + 1)})
    (fleet.folder / "fleet.toml").write_text("[[repository]]\npath = '[almb]*'\n")
    fleet = fleets.load(fleet.folder)
    assert not fleets.build(fleet).failed
    here = lake_of(fleet)
    assert len(here) > 60
    fleet.home.rename(tmp_path / "here")
    command = [*_NAMESPACES, sys.executable, "-m", "tests.support.two_hosts", str(fleet.folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["what"] for each in said] == ["plain", "killed", "restarted"]
    for each in said:
        assert (each["code"], each["err"]) == (0, ""), each
        built = json.loads(each["out"])["repositories"]
        assert {(one["state"], one["note"]) for one in built} == {("built", "")}
        (fleet.folder / each["what"]).rename(fleet.home)
        assert lake_of(fleet) == here
        fleet.home.rename(tmp_path / each["what"])
