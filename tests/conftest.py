"""What all tests share: they neither read nor change what the user's own kgraph keeps."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from support import kept_processes

# Tests start hundreds of processes, most of which import half of kgraph: where the environment keeps Python from
# storing what it has compiled, as in many containers, each of them would spend most of its time on that.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# No test fails for being slow: a machine may be busy with something else.
settings.register_profile("kgraph", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kgraph")


@pytest.fixture(scope="session", autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    own = {
        "XDG_STATE_HOME": str(tmp_path_factory.mktemp("state")),
        "KGRAPH_CACHE": "",  # no test finds the facts of another one
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in own.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session", autouse=True)
def _kept_processes(_own_state: None) -> Iterator[None]:
    kept_processes.begin()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kgraph.pipeline.extraction._workers", kept_processes.readers)
        patch.setattr("kgraph.fleet.building.Executor", kept_processes.builders)
        yield
    kept_processes.end()
