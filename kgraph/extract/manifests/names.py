"""Which files are manifests or lock files, by their names.

Input: a path. Output: the name that `reader` knows the format by, "" for any other file. Facts depend on a content and
on how it is read alone, so this is asked before a file is read, and is a part of what names its facts in the cache.
"""

from __future__ import annotations

import re

from kgraph.test_words import TEST_WORDS

_WHOLE = frozenset(
    {
        *(
            "pyproject.toml",
            "setup.cfg",
            "setup.py",
            "pytest.ini",
            ".pytest.ini",
            "tox.ini",
            "Pipfile",
            "Pipfile.lock",
            "poetry.lock",
            "uv.lock",
            "pdm.lock",
        ),
        *("package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml"),
        *("Cargo.toml", "Cargo.lock", "go.mod", "go.sum", "pom.xml", "packages.config", "Directory.Packages.props"),
        *(
            "composer.json",
            "composer.lock",
            "conanfile.txt",
            "vcpkg.json",
            "MODULE.bazel",
            "build.gradle",
            "build.gradle.kts",
        ),
        *("Gemfile", "gems.rb", "Gemfile.lock", "gems.locked", "Package.swift", "Package.resolved"),
    }
)
_ALIKE = {
    "npm-shrinkwrap.json": "package-lock.json",
    ".pytest.ini": "pytest.ini",
    "uv.lock": "poetry.lock",
    "pdm.lock": "poetry.lock",
    "build.gradle.kts": "build.gradle",
    "gems.rb": "Gemfile",
    "gems.locked": "Gemfile.lock",
}
_REQUIREMENTS = re.compile(r"(?:.*[-_.])?(?:requirements|constraints)(?:[-_.].*)?\.(?:txt|in)")
# Words of names of requirements files and groups that say that users of the project need none of it.
DEVELOPMENT = frozenset(
    {"ci", "dev", "develop", "development", "doc", "docs", "flake8", "lint", "linters", "mypy", "style", "typing"}
)
_PROJECTS = (".csproj", ".fsproj", ".vbproj")


def _workflow(folder: str, name: str) -> str:
    """The format of a CI workflow or a Helm chart."""
    if folder.endswith(".github/workflows") and (
        folder == ".github/workflows" or folder.endswith("/.github/workflows")
    ):
        return "github-workflow"
    stem = name.rpartition(".")[0]
    if stem == "action":
        return "github-action"
    if stem == ".gitlab-ci" or stem.endswith(".gitlab-ci"):
        return "gitlab-ci"
    return "Chart.yaml" if stem == "Chart" else ""


def manifest_of(path: str) -> str:
    """The format of a manifest or lock file: "pyproject.toml", "requirements.txt", ...; "" where it is none."""
    folder, _, name = path.rpartition("/")
    if name in _WHOLE:
        return _ALIKE.get(name, name)
    if name.endswith((".yml", ".yaml")) and (form := _workflow(folder, name)):
        return form
    if name.endswith(".gemspec"):
        return ".gemspec"
    if name.endswith(_PROJECTS):
        return ".csproj"
    if name.endswith((".props", ".targets")):
        return ".props"
    if name.endswith(".versions.toml"):
        return ".versions.toml"
    if name.endswith((".txt", ".in")) and (
        _REQUIREMENTS.fullmatch(name) or folder.rpartition("/")[2] == "requirements"
    ):
        words = set(re.split(r"[^a-z0-9]+", name.lower()))
        kind = "test-" if words & TEST_WORDS else "dev-" if words & DEVELOPMENT else ""
        return f"{kind}requirements.txt"
    return ""
