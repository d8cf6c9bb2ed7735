"""CI workflows and Helm charts: jobs and what they need, actions and images, files that they name.

Input: the bytes of a GitHub workflow or action, a `.gitlab-ci.yml`, or a `Chart.yaml`. Output: `BuildFacts`, and links
to files of the repository. A script is linked where its path is spelled out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kgraph.build_facts import BuildFacts, PackageFact, TargetFact
from kgraph.extract.config.yaml_values import YamlEntry, yaml_entries
from kgraph.extract.text import flatten, link
from kgraph.model import LinkFact

FORMATS = frozenset({"github-workflow", "github-action", "gitlab-ci", "Chart.yaml"})
_ACTION = re.compile(r"([\w.-]+/[\w./-]+)@([\w./-]+)")
_IMAGE = re.compile(r"(?:docker://)?((?:[\w.-]+(?::\d+)?/)?[\w.-]+(?:/[\w.-]+)*)(?::([\w.-]+))?(?:@sha256:[0-9a-f]+)?")
# A path with a folder and an ending, or one that begins with "./".
_SCRIPT = re.compile(r"(?<![\w./${}:@-])(?:\./)?((?:[\w.-]+/)+[\w-][\w.-]*\.\w+|(?<=\./)[\w-][\w./-]*)(?![\w/${}])")
_NO_JOBS = frozenset(
    {
        *(
            "default",
            "include",
            "stages",
            "variables",
            "workflow",
            "image",
            "services",
            "before_script",
            "after_script",
        ),
        *("cache", "spec", "pages:deploy"),
    }
)
# Keys below which nothing of interest stands.
_WITHOUT = frozenset(
    {
        *("concurrency", "cache", "artifacts", "defaults", "env", "if", "inputs", "matrix", "on", "outputs"),
        *("permissions", "rules", "runs-on", "secrets", "shell", "strategy", "timeout-minutes", "variables", "with"),
        *("maintainers", "annotations", "id"),
    }
)
_RUN = frozenset({"run", "script", "before_script", "after_script"})


def read(content: bytes, form: str) -> tuple[BuildFacts, tuple[LinkFact, ...]]:
    """What a file of one of the `FORMATS` says."""
    entries = list(yaml_entries(content, _is_wanted))
    match form:
        case "Chart.yaml":
            return BuildFacts(tuple(_chart(entries))), ()
        case "gitlab-ci":
            return _facts(entries, (), _NO_JOBS)
    return _facts(entries, ("jobs",), frozenset())


def _is_wanted(keys: tuple[str, ...], key: str) -> bool:
    return key not in _WITHOUT or keys == ("jobs",)  # where it is the name of a job


def _facts(
    entries: Sequence[YamlEntry], above: tuple[str, ...], others: frozenset[str]
) -> tuple[BuildFacts, tuple[LinkFact, ...]]:
    """The facts of jobs, which stand below the keys `above`, and are not called like one of `others`."""
    depth = len(above)
    jobs: dict[str, tuple[int, list[str]]] = {}
    packages: list[PackageFact] = []
    links: list[LinkFact] = []
    for entry in entries:
        keys, text = entry.keys, entry.text
        in_job = len(keys) > depth and keys[:depth] == above and keys[depth] not in others
        if in_job and len(keys) == depth + 1 and text is None and not keys[depth].isdecimal():
            jobs[keys[depth]] = (entry.line, [])
        if text is None or not keys:
            continue
        last = keys[-1] if not keys[-1].isdecimal() else keys[-2] if len(keys) > 1 else ""
        if in_job and keys[depth] in jobs and _is_need(keys[depth + 1 :]):
            jobs[keys[depth]][1].append(text)
        if last == "uses":
            links += link("/" + text.removeprefix("./"), entry.line) if text.startswith("./") else []
            packages += _action(text, entry.line)
        elif last == "image" or (last == "container" and in_job) or (last == "name" and keys[-2:-1] == ("image",)):
            packages += _image(text, entry.line)
        elif (last == "local" and "include" in keys) or (last == "include" and not above):
            links += link("/" + text.lstrip("/"), entry.line) if "://" not in text else []
        elif last in _RUN:
            links += _scripts(text, entry.line)
    targets = [
        TargetFact(flatten(name), "job", line, needs=tuple(dict.fromkeys(need for need in needs if need in jobs)))
        for name, (line, needs) in jobs.items()
        if not name.startswith(".") or needs
    ]
    return BuildFacts(tuple(packages), tuple(targets)), tuple(links)


def _is_need(keys: tuple[str, ...]) -> bool:
    """Whether keys within a job lead to the name of another that it needs."""
    if keys[:1] not in (("needs",), ("dependencies",), ("extends",)):
        return False
    rest = [key for key in keys[1:] if not key.isdecimal()]
    return rest in ([], ["job"])


def _action(text: str, line: int) -> Iterator[PackageFact]:
    if text.startswith("docker://"):
        yield from _image(text, line)
    elif match := _ACTION.fullmatch(text):
        owner, name = match[1].split("/")[:2]
        yield PackageFact("github", f"{owner}/{name}", line, match[2], "build")


def _image(text: str, line: int) -> Iterator[PackageFact]:
    if match := _IMAGE.fullmatch(text):
        yield PackageFact("docker", match[1], line, match[2] or "", "build")


def image_package(text: str, line: int) -> PackageFact | None:
    """The package of an image such as `python:3.12-slim`; None where a variable names it, or it is `scratch`."""
    return next(_image(text, line), None) if text != "scratch" else None


def _scripts(text: str, line: int) -> Iterator[LinkFact]:
    for number, row in enumerate(text.split("\n"), start=line):
        if not row.lstrip().startswith("#"):
            for match in _SCRIPT.finditer(row[:2000]):
                yield from link("/" + match[1], number)


def _chart(entries: Sequence[YamlEntry]) -> Iterator[PackageFact]:
    """The charts that a chart depends on."""
    found: dict[str, dict[str, YamlEntry]] = {}
    for entry in entries:
        if entry.text is not None and len(entry.keys) == 3 and entry.keys[0] == "dependencies":
            found.setdefault(entry.keys[1], {})[entry.keys[2]] = entry
    for each in found.values():
        if "name" in each and each["name"].text:
            version, condition = each.get("version"), each.get("condition")
            yield PackageFact(
                "helm",
                each["name"].text,
                each["name"].line,
                (version.text if version else "") or "",
                "optional" if condition else "runtime",
                (condition.text if condition else "") or "",
            )
