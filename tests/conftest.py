"""What all tests share: they neither read nor change what the user's own kgraph keeps."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

# No test fails for being slow: a machine may be busy with something else.
settings.register_profile("kgraph", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kgraph")


@pytest.fixture(scope="session", autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    before = os.environ.get("XDG_STATE_HOME")
    os.environ["XDG_STATE_HOME"] = str(tmp_path_factory.mktemp("state"))
    yield
    if before is None:
        del os.environ["XDG_STATE_HOME"]
    else:
        os.environ["XDG_STATE_HOME"] = before
