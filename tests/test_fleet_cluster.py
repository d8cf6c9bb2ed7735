"""Fleets that a cluster builds: what is sent, what comes back, and what is lost on the way."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import sys
from collections.abc import Iterator
from concurrent import futures
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zstandard

import kgraph
from kgraph import fleet as fleets
from kgraph.distribution import install_command
from kgraph.errors import InputError, MissingExtraError
from kgraph.fleet import cluster, cluster_connection, shards, shipping
from kgraph.fleet.cluster_connection import ClusterConnection
from kgraph.fleet.member_build import BuildTask, MemberReport
from kgraph.fleet.members import members
from kgraph.fleet.shipping import LocalBuildOnly, PreparedInput, RemoteResult, ShardedInput
from kgraph.pipeline.listing import Listing
from tests.test_fleet import run_command
from tests.test_scan import git, repository, write

FILES = {
    "app": {"app/__init__.py": "", "app/main.py": "from lib import Area\n\n\ndef run():\n    return Area()\n"},
    "lib": {
        "pyproject.toml": '[project]\nname = "lib"\nversion = "1"\n',
        "lib/__init__.py": "from .area import Area as Area\n",
        "lib/area.py": "class Area:\n    pass\n",
        "src/area.cpp": "#define API\nstruct API Area { int x; };\nint area(Area a) { return a.x; }\n",
        "data.bin": "\x00\x01",
    },
}
FLEET = "[[repository]]\npath = 'app'\n[[repository]]\npath = 'lib'\n[[repository]]\npath = 'bare'\n"


def fleet_in(folder: Path) -> fleets.LoadedFleet:
    """A fleet of two repositories with histories, and of a folder outside of git."""
    for name, contents in FILES.items():
        (folder / name).mkdir(parents=True)
        repository(folder / name, dict(contents))
        write(folder / name, {"more.py": "more = 1\n", "README.md": "# More\n"})
        git(folder / name, "add", ".")
        git(folder / name, "commit", "-qm", "more")
        git(folder / name, "mv", "more.py", "most.py")
        git(folder / name, "commit", "-qm", "most")
    (folder / "app/link.py").symlink_to("most.py")
    (folder / "app/README.md").write_text("# Changed\n")
    write(folder / "bare", {"x.go": "package x\n\nfunc F() {}\n", ".gitignore": "*.o\n", "x.o": ""})
    (folder / "fleet.toml").write_text(FLEET)
    fleet = fleets.load(folder)
    fleet.home.mkdir()
    return fleet


def tasks_of(fleet: fleets.LoadedFleet) -> dict[str, BuildTask]:
    return {member.name: BuildTask(member, fleet.home, update=False, jobs=1) for member in members(fleet)}


def lake_of(fleet: fleets.LoadedFleet) -> dict[str, str]:
    """The digests of all files of a lake but the catalog."""
    folder = fleet.home / "lake"
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def sent(fleet: fleets.LoadedFleet, name: str) -> PreparedInput:
    prepared = shipping.prepare(tasks_of(fleet)[name])
    assert isinstance(prepared, PreparedInput), prepared
    return prepared


# --- what is sent and what comes back, without a cluster --------------------------------------------------------------


@pytest.fixture
def fleet(tmp_path: Path) -> fleets.LoadedFleet:
    return fleet_in(tmp_path / "fleet")


def test_what_comes_back_is_what_a_build_here_gives(fleet: fleets.LoadedFleet, tmp_path: Path) -> None:
    for name, task in tasks_of(fleet).items():
        prepared = sent(fleet, name)
        report = shipping.receive(task, prepared, shipping.build_alone(name, prepared.data, 1))
        assert (report.state, report.error) == ("built", "")
        with (
            kgraph.build(fleet.folder / name, output=tmp_path / name, external_uses=True) as here,
            kgraph.open(task.graph) as there,
        ):
            assert there.manifest == here.manifest
            assert there.manifest["checksums"]
        again = shipping.prepare(task)
        assert isinstance(again, MemberReport)
        assert again.state == "unchanged"


def test_no_path_of_this_machine_is_sent(fleet: fleets.LoadedFleet) -> None:
    for name in ("app", "lib", "bare"):
        prepared = sent(fleet, name)
        assert os.fsencode(fleet.folder) not in prepared.data
        shipment: shipping.BuildInput = pickle.loads(prepared.data)
        assert (shipment.listing.scan.root, shipment.listing.scan.git) == (Path(), None)


def test_another_kgraph_is_refused(fleet: fleets.LoadedFleet) -> None:
    shipment: shipping.BuildInput = pickle.loads(sent(fleet, "lib").data)
    other = pickle.dumps(replace(shipment, versions=("0.0", *shipment.versions[1:])))
    returned = shipping.build_alone("lib", other, 1)
    assert returned.failed
    assert "install kgraph 0.0" in returned.failed.error


def test_a_content_with_a_path_for_a_name_is_refused(fleet: fleets.LoadedFleet) -> None:
    import msgspec
    import zstandard

    shipment: shipping.BuildInput = pickle.loads(sent(fleet, "lib").data)
    part = zstandard.ZstdCompressor().compress(msgspec.msgpack.encode([("../evil", b"x")]))
    returned = shipping.build_alone("lib", pickle.dumps(replace(shipment, parts=(part,))), 1)
    assert returned.failed
    assert "no blob id" in returned.failed.error


def test_what_comes_back_of_other_files_fails(fleet: fleets.LoadedFleet) -> None:
    prepared = sent(fleet, "lib")
    returned = shipping.build_alone("lib", prepared.data, 1)
    report = shipping.receive(tasks_of(fleet)["lib"], replace(prepared, fingerprint="0"), returned)
    assert (report.state, "other files" in report.error) == ("failed", True)


def test_what_is_bound_to_this_machine_is_built_here(
    fleet: fleets.LoadedFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = '[{"directory": "%s", "file": "src/area.cpp", "command": "c++ -c src/area.cpp"}]'
    (fleet.folder / "lib/compile_commands.json").write_text(database % (fleet.folder / "lib"))
    prepared = shipping.prepare(tasks_of(fleet)["lib"])
    assert isinstance(prepared, LocalBuildOnly)
    assert "compile database" in prepared.why
    monkeypatch.setattr(shipping, "MAX_BYTES", 10)
    too_large = shipping.prepare(tasks_of(fleet)["app"])
    assert isinstance(too_large, LocalBuildOnly)
    assert "compressed" in too_large.why


def test_files_that_change_while_they_are_read_are_listed_again(
    fleet: fleets.LoadedFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    listings: list[bool] = []
    original = shipping.list_for_elsewhere

    def changing(*args: Any, anew: bool, often: int = 1) -> Any:
        listed = original(*args, anew=anew)
        listings.append(anew)
        if len(listings) <= often:
            with (fleet.folder / "lib/most.py").open("a") as out:
                out.write(f"most = {len(listings)}\n")
        return listed

    monkeypatch.setattr(shipping, "list_for_elsewhere", changing)
    shipment: shipping.BuildInput = pickle.loads(sent(fleet, "lib").data)
    assert listings == [False, True]
    assert isinstance(shipment.listing, Listing)
    listings.clear()
    monkeypatch.setattr(shipping, "list_for_elsewhere", lambda *args, anew: changing(*args, anew=anew, often=9))
    assert shipping.prepare(tasks_of(fleet)["lib"]) == LocalBuildOnly("its files change while they are read")


class DyingExecutor(shipping.Executor):
    """Hands all work to processes that die of it."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        return super().submit(os._exit, 9)


def test_a_process_that_dies_is_told(fleet: fleets.LoadedFleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipping, "Executor", DyingExecutor)
    monkeypatch.setattr(shipping, "_idle", [])
    returned = shipping.build_shipped("lib", b"", 1)
    assert returned.failed
    assert "the process that built it died" in returned.failed.error


def test_without_dask_the_command_that_installs_it_is_named(
    fleet: fleets.LoadedFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError) as raised:
        fleets.build(fleet, scheduler="tcp://127.0.0.1:1")
    assert raised.value.hint == install_command("dask")
    assert not (fleet.home / "graphs").exists()


class _LostFuture:
    """What the client cancels when the scheduler is lost."""

    def result(self, timeout: float) -> None:
        raise futures.CancelledError


class _SilentFuture:
    """What was asked for while the client tried to reach the scheduler, and nobody answers or cancels."""

    def result(self, timeout: float) -> None:
        raise TimeoutError

    def done(self) -> bool:
        return False


class _LostClient:
    """A client whose scheduler is lost before anything is done."""

    def __init__(self, future: type[_LostFuture | _SilentFuture]) -> None:
        self.future, self.status, self.submitted = future, "running", 0

    def submit(self, *args: Any, **kwargs: Any) -> _LostFuture | _SilentFuture:
        self.submitted += 1
        self.status = "closed"
        return self.future()


@pytest.mark.parametrize("future", [_LostFuture, _SilentFuture])
def test_work_of_a_lost_scheduler_is_handed_out_again(
    monkeypatch: pytest.MonkeyPatch, future: type[_LostFuture | _SilentFuture]
) -> None:
    clients = [_LostClient(future) for _ in range(9)]
    waiting = iter(clients)
    monkeypatch.setattr(ClusterConnection, "_connect", lambda self: next(waiting))
    lost = ClusterConnection("tcp://nowhere:1")
    with pytest.raises(InputError, match="lost 3 times"):
        lost.run(shipping.build_shipped, "lib", b"", 1, name="lib")
    assert [client.submitted for client in clients[:4]] == [1, 1, 1, 0]


# --- on a cluster of processes ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    distributed = pytest.importorskip("distributed", reason="needs kgraph-code[dask]")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as local:
        yield local.scheduler_address


def test_a_cluster_gives_the_lake_of_this_machine(scheduler: str, tmp_path: Path) -> None:
    fleet = fleet_in(tmp_path / "fleet")
    assert not fleets.build(fleet).failed
    here = lake_of(fleet)
    fleet.home.rename(tmp_path / "here")
    done = run_command("fleet", "build", "-F", fleet.folder, "--scheduler", scheduler, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert {each["state"] for each in json.loads(done.stdout)["repositories"]} == {"built"}
    assert lake_of(fleet) == here
    assert len(here) > 30
    again = fleets.build(fleet, scheduler=scheduler)
    assert {report.state for report in again.members} == {"unchanged"}
    (here_again,) = fleets.build(fleet, only=("lib",)).members
    assert here_again.state == "unchanged"


def test_what_a_lost_worker_had_in_hand_is_built_by_another(
    scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet = fleet_in(tmp_path / "fleet")
    begun = tmp_path / "begun"
    original = shipping.build_shipped

    def dies_once(name: str, data: bytes, jobs: int) -> RemoteResult:
        import os
        import signal

        with begun.open("a") as out:
            out.write(f"{name}\n")
        if name == "lib" and begun.read_text().count("lib") == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(name, data, jobs)

    monkeypatch.setattr(cluster, "build_shipped", dies_once)
    report = fleets.build(fleet, only=("bare", "lib"), scheduler=scheduler)
    assert [(each.name, each.state) for each in report.members] == [("bare", "built"), ("lib", "built")]
    assert begun.read_text().split().count("lib") == 2
    assert report.lake.catalog.names == ("bare", "lib")
    revisions = [path.name for path in (fleet.home / "lake/files/repo=lib").iterdir()]
    assert len(revisions) == 1


def test_a_scheduler_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="needs kgraph-code[dask]")
    monkeypatch.setattr(cluster_connection, "_CONNECT_SECONDS", 0.2)
    fleet = fleet_in(tmp_path / "fleet")
    with pytest.raises(InputError, match="no scheduler answers"):
        fleets.build(fleet, scheduler="tcp://127.0.0.1:1")


def test_one_repository_s_files_are_read_through_the_executor_of_a_client(scheduler: str, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="needs kgraph-code[dask]")
    fleet = fleet_in(tmp_path / "fleet")
    with distributed.Client(scheduler, set_as_default=False) as client:
        executor = client.get_executor(pure=False)
        with kgraph.build(fleet.folder / "lib", output=tmp_path / "there", executor=executor, cache="") as there:
            checksums = there.manifest["checksums"]
        executor.shutdown()
    with kgraph.build(fleet.folder / "lib", output=tmp_path / "here", cache="") as here:
        assert here.manifest["checksums"] == checksums


# --- a huge repository, in shards -------------------------------------------------------------------------------------


def test_what_is_huge_is_read_in_shards(fleet: fleets.LoadedFleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipping, "HUGE_BYTES", 10)
    assert isinstance(shipping.prepare(tasks_of(fleet)["lib"]), ShardedInput)


def manifest_here(fleet: fleets.LoadedFleet, name: str, output: Path) -> dict[str, Any]:
    with kgraph.build(fleet.folder / name, output=output, external_uses=True, cache="") as here:
        return dict(here.manifest)


class _Here(ClusterConnection):
    """A cluster that is this process."""

    def __init__(self, address: str) -> None:
        self.address, self.sent = address, list[bytes]()

    def run(self, function: Any, *arguments: Any, name: str) -> Any:
        self.sent += arguments
        return function(*arguments)

    def close(self) -> None:
        pass


def test_shards_give_the_graph_of_a_build_here(
    fleet: fleets.LoadedFleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold contents and no path of this machine; what changes after it was listed is read as it is."""
    monkeypatch.setenv("KGRAPH_CACHE", "")
    clusters: list[_Here] = []

    def connected(address: str) -> _Here:
        clusters.append(_Here(address))
        return clusters[-1]

    monkeypatch.setattr(shards, "ClusterConnection", connected)
    write(fleet.folder / "lib", {"huge.txt": "x" * 100, "same.py": "class Area:\n    pass\n", "bad.py": "def (\n"})
    for name, task in tasks_of(fleet).items():
        report = shards.build_in_shards(task, "tcp://here:1", 2)
        assert (report.state, report.error, report.note) == ("built", "", "")
        assert report.manifest == manifest_here(fleet, name, tmp_path / name)
        assert shards.build_in_shards(task, "tcp://here:1", 2).state == "unchanged"
    sent = [zstandard.ZstdDecompressor().decompress(data) for each in clusters for data in each.sent]
    assert len(sent) >= 3
    assert not [data for data in sent if os.fsencode(fleet.folder) in data]


def test_a_shard_that_no_worker_can_read_is_read_here_and_told(
    fleet: fleets.LoadedFleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KGRAPH_CACHE", "")
    monkeypatch.setattr(shards, "ClusterConnection", _Here)
    own = iter(range(1_000_000))
    monkeypatch.setattr(shards, "versions", lambda: (str(next(own)),))  # another one for each that asks
    report = shards.build_in_shards(tasks_of(fleet)["lib"], "tcp://here:1", 1)
    assert report.manifest == manifest_here(fleet, "lib", tmp_path / "lib")
    assert "read here: a worker has kgraph" in report.note


def test_shards_of_a_cluster(scheduler: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of whose workers dies of the first."""
    monkeypatch.setenv("KGRAPH_CACHE", "")
    fleet = fleet_in(tmp_path / "fleet")
    begun = tmp_path / "begun"

    def dies_once(data: bytes) -> Any:
        import os
        import signal

        from kgraph.fleet.shards import read_shard

        try:
            begun.touch(exist_ok=False)
        except FileExistsError:
            return read_shard(data)
        os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(shards, "read_shard", dies_once)
    report = shards.build_in_shards(tasks_of(fleet)["lib"], scheduler, 2)
    assert begun.exists()
    assert (report.error, report.note) == ("", "")
    assert report.manifest == manifest_here(fleet, "lib", tmp_path / "lib")
