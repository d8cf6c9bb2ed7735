"""Two workers of Dask on hosts of their own, as namespaces of the kernel: `python -m tests.support.two_hosts FOLDER`.

To be run by `unshare --net --mount`, so that nothing of this machine's network is touched. Each worker has a network
of its own, with a wire to the scheduler, and sees an empty folder in place of FOLDER. In FOLDER lies a fleet; it is
built three times, the second time with one worker killed and the other one stopped for a while, the third time with a
scheduler that is lost and comes back. Printed are JSON lines: what happened, the exit code, what the build said, and
the folder of its data.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

_PORT = 8786
_SECONDS = 280.0


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def scheduler() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "0.0.0.0", "--port", str(_PORT)]
    return subprocess.Popen([*command, "--no-dashboard"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def worker(number: int, hidden: Path) -> subprocess.Popen[bytes]:
    """A worker on a host of its own, from which `hidden` cannot be seen."""
    inside = (
        f"until ip link show far{number}; do sleep 0.1; done; ip link set lo up; ip link set far{number} up; "
        f'ip addr add 10.93.{number}.2/24 dev far{number}; mount -t tmpfs none "$1" && test -z "$(ls -A "$1")" && '
        f'exec "$2" -m distributed.cli.dask_worker tcp://10.93.{number}.1:{_PORT} --nthreads 1 --no-nanny'
    )
    ours = Path("/proc/self/ns/net").readlink()
    command = ["unshare", "--net", "--mount", "sh", "-c", inside, "worker", str(hidden), sys.executable]
    started = subprocess.Popen(command, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while Path(f"/proc/{started.pid}/ns/net").readlink() == ours:
        time.sleep(0.05)
    run("ip", "link", "add", f"near{number}", "type", "veth", "peer", "name", f"far{number}", "netns", str(started.pid))
    run("ip", "addr", "add", f"10.93.{number}.1/24", "dev", f"near{number}")
    run("ip", "link", "set", f"near{number}", "up")
    return started


def build(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kgraph", "fleet", "build", "-F", str(folder), "--json", "--parallel", "2"]
    address = f"tcp://127.0.0.1:{_PORT}"
    patient = {**os.environ, "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "120s"}  # where the machine is busy
    return subprocess.Popen(
        [*command, "--scheduler", address], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=patient
    )


def is_under_way(folder: Path) -> None:
    """Wait until a first repository is built."""
    ends = time.monotonic() + _SECONDS
    while not list(folder.glob(".kgraph-fleet/graphs/*/current")) and time.monotonic() < ends:
        time.sleep(0.05)


def say(what: str, building: subprocess.Popen[str], folder: Path) -> None:
    try:
        out, err = building.communicate(timeout=_SECONDS)
    finally:
        building.kill()
    home = folder / ".kgraph-fleet"
    home.rename(folder / what)
    print(json.dumps({"what": what, "code": building.returncode, "out": out, "err": err}), flush=True)


def main(folder: Path) -> None:
    run("ip", "link", "set", "lo", "up")
    started = [scheduler()]
    try:
        started += [worker(1, folder), worker(2, folder)]
        say("plain", build(folder), folder)
        building = build(folder)
        is_under_way(folder)
        started[1].kill()
        started[2].send_signal(signal.SIGSTOP)
        time.sleep(2)
        started[2].send_signal(signal.SIGCONT)
        say("killed", building, folder)
        building = build(folder)
        is_under_way(folder)
        started[0].kill()
        started[0].wait()
        started += [scheduler(), worker(3, folder)]
        say("restarted", building, folder)
    finally:
        for each in started:
            each.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
