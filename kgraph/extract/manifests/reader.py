"""Manifests and lock files by their format.

Input: the bytes of a file, and the format that `names.manifest_of` gives it. Output: `BuildFacts`, or why there are
none.
"""

from __future__ import annotations

import tomllib
import warnings
from collections.abc import Callable
from functools import partial
from json import JSONDecodeError

from kgraph.build_facts import BuildFacts
from kgraph.extract.manifests import (
    composer,
    javascript_manifests,
    jvm_and_dotnet,
    python_manifests,
    python_roots,
    ruby_manifests,
    rust_and_go,
    swift_manifests,
)

READERS: dict[str, Callable[[str], BuildFacts]] = {
    "pyproject.toml": python_manifests.pyproject,
    "setup.cfg": python_manifests.setup_cfg,
    "setup.py": python_manifests.setup_py,
    "pytest.ini": python_roots.pytest_ini,
    "tox.ini": python_roots.pytest_ini,
    "requirements.txt": python_manifests.requirements,
    "dev-requirements.txt": partial(python_manifests.requirements, scope="development"),
    "test-requirements.txt": partial(python_manifests.requirements, scope="test"),
    "Pipfile": python_manifests.pipfile,
    "Pipfile.lock": python_manifests.pipfile_lock,
    "poetry.lock": partial(python_manifests.package_tables, ecosystem="pypi"),
    "package.json": javascript_manifests.package_json,
    "package-lock.json": javascript_manifests.package_lock,
    "yarn.lock": javascript_manifests.yarn_lock,
    "pnpm-lock.yaml": javascript_manifests.pnpm_lock,
    "composer.json": composer.composer_json,
    "composer.lock": composer.composer_lock,
    "vcpkg.json": javascript_manifests.vcpkg,
    "Cargo.toml": rust_and_go.cargo,
    "Cargo.lock": partial(python_manifests.package_tables, ecosystem="cargo"),
    "go.mod": rust_and_go.go_mod,
    "go.sum": rust_and_go.go_sum,
    ".gemspec": ruby_manifests.gemspec,
    "Gemfile": ruby_manifests.gemfile,
    "Gemfile.lock": ruby_manifests.gemfile_lock,
    "Package.swift": swift_manifests.package_swift,
    "Package.resolved": swift_manifests.package_resolved,
    "pom.xml": jvm_and_dotnet.pom,
    "build.gradle": jvm_and_dotnet.gradle,
    ".versions.toml": jvm_and_dotnet.version_catalog,
    ".csproj": jvm_and_dotnet.dotnet_project,
    "Directory.Packages.props": jvm_and_dotnet.package_list,
    ".props": jvm_and_dotnet.read_shared_project,
    "packages.config": jvm_and_dotnet.package_list,
    "conanfile.txt": jvm_and_dotnet.conan,
    "MODULE.bazel": jvm_and_dotnet.bazel_module,
}


def read(content: bytes, manifest: str) -> BuildFacts | str:
    """What a manifest says; a sentence where it is not what its name promises."""
    text = content.decode("utf-8-sig", "replace")
    try:
        with warnings.catch_warnings():  # of invalid escapes in a `setup.py`
            warnings.simplefilter("ignore")
            return READERS[manifest](text)
    except (tomllib.TOMLDecodeError, JSONDecodeError, SyntaxError, ValueError, RecursionError, MemoryError):
        return f"cannot be read as {manifest.removeprefix('.')}"
