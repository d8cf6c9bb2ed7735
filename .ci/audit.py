"""Look the versions of lock files up in the databases of vulnerabilities of PyPI and of OSV, by pip-audit.

Ends with 0 where all of them were looked up and none has a known hole, with 1 where one has, and with 2 where some
could not be looked up: no network, or an index that has no such database.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HOLES, UNKNOWN = 1, 2


def main(locks: list[str]) -> int:
    """Audit the lock files; returns the exit code."""
    codes = [audit(lock) for lock in locks]
    return HOLES if HOLES in codes else max(codes)


def audit(lock: str) -> int:
    """Audit one lock file, by the first database that can be reached."""
    answers = [answer for service in ("pypi", "osv") if (answer := asked(lock, service)) is not None]
    answer = min(answers, key=lambda each: len(skipped(each)), default=None)
    if answer is None:
        print(f"{lock}: not audited, no database of vulnerabilities can be reached", file=sys.stderr)
        return UNKNOWN
    holes = [
        f"{lock}: {each['name']} {each['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'none'}"
        for each in answer
        for hole in each.get("vulns", ())
    ]
    print(*holes, sep="\n", end="\n" if holes else "")
    if unknown := skipped(answer):
        names = ", ".join(each["name"] for each in unknown[:5])
        print(f"{lock}: {len(unknown)} of {len(answer)} were not audited: {names}, ...", file=sys.stderr)
    elif not holes:
        print(f"{lock}: {len(answer)} audited, no known vulnerabilities")
    return HOLES if holes else UNKNOWN if unknown else 0


def asked(lock: str, service: str) -> list[dict[str, Any]] | None:
    """What pip-audit says of each package; None where it cannot say anything."""
    program = Path(sys.executable).with_name("pip-audit")
    options = ["--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "30"]
    done = subprocess.run(
        [program, *options, "--vulnerability-service", service, "--requirement", lock],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        told = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return None
    return told if isinstance(told, list) else None


def skipped(answer: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The packages that were not looked up."""
    return [each for each in answer if "skip_reason" in each]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
