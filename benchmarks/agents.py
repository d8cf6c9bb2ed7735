"""What an agent's tools are worth: the same tasks by kgraph's MCP tools, and by grep and reading files.

    git clone https://github.com/pallets/flask && cd flask       (and httpx, requests, click, jinja)
    git checkout $(git rev-list -1 --before=2020-06-01 HEAD) && kgraph build . && cd ..
    python benchmarks/agents.py flask httpx requests click jinja --out agents.json

No model takes part. Each side follows a script that is written down here, one for each kind of task, as somebody would
who knows the tool well; both have the same budget of calls and of characters that they may be shown. `agents_tasks.py`
draws the tasks and knows the answers, from Python's parser and git. An answer is right if it is the whole answer and
nothing else; a file for a commit's message is right if it is among the first three that are named.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents_tasks import KINDS, Task, draw
from common import heading, table

import kgraph
from kgraph.errors import KgraphError
from kgraph.mcp.answer import cut
from kgraph.mcp.graph_index import GraphIndex
from kgraph.mcp.tools import TOOLS

CALLS = 6  # of one task
CHARACTERS = 8_000  # that one task may be shown
FIRST = 3  # files that are named for a message
_COMMON = frozenset(["this", "that", "with", "from", "when", "have", "should", "into", "also", "make", "added", "adds"])


class BudgetError(Exception):
    """No call is left."""


class Budget:
    """What a task has left."""

    def __init__(self) -> None:
        self.calls = self.shown = 0

    def take(self, text: str) -> str:
        """As much of a text as may still be shown."""
        self.calls += 1
        if self.calls > CALLS:
            raise BudgetError
        text = text[: CHARACTERS - self.shown]
        self.shown += len(text)
        return text


class McpSide:
    """Answers by kgraph's tools."""

    def __init__(self, graph: kgraph.KGraph) -> None:
        self._index = GraphIndex(graph)

    def _ask(self, budget: Budget, tool: str, **arguments: Any) -> list[dict[str, Any]]:
        answer = cut(TOOLS[tool](self._index, **arguments), CHARACTERS - budget.shown)
        budget.take(answer["text"])
        return list(answer["structured"]["items"])

    def _query(self, budget: Budget, query: str, name: str) -> list[dict[str, Any]]:
        """A named query; where the name may mean several things, one for each that the refusal names."""
        try:
            return self._ask(budget, "run_named_query", name=query, parameters={"name": name}, limit=200)
        except KgraphError as error:
            meant = re.findall(rf"[\w.]+\.{name}\b", budget.take(str(error)))
            asked = [
                self._ask(budget, "run_named_query", name=query, parameters={"name": each}, limit=200) for each in meant
            ]
            return [item for items in asked for item in items]

    def definition(self, name: str, budget: Budget) -> set[str]:
        """One question for the symbol."""
        items = self._ask(budget, "find_symbol", name=name)
        here = [each for each in items if each["symbol"].rpartition(".")[2] == name]
        return {place.partition("-")[0] for each in here for place in each["defined"]}

    def importers(self, path: str, budget: Budget) -> set[str]:
        """One question for the file."""
        return {each["file"] for each in self._ask(budget, "includes", path=path, direction="by")}

    def callers(self, name: str, budget: Budget) -> set[str]:
        """One named query."""
        items = self._query(budget, "callers", name)
        return {f"{each['file']} {each['caller'].rpartition('.')[2]}" for each in items}

    def derived(self, name: str, budget: Budget) -> set[str]:
        """One named query."""
        items = self._query(budget, "implementers", name)
        return {each["class"].rpartition(".")[2] for each in items}

    def change(self, text: str, budget: Budget) -> set[str]:
        """The first files for the message."""
        return {each["path"] for each in self._ask(budget, "locate", text=text, limit=FIRST)[:FIRST]}


class GrepSide:
    """Answers by grep, and by reading files."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _grep(self, budget: Budget, *arguments: str) -> list[str]:
        command = ["grep", "-rE", "--include=*.py", "--exclude-dir=.git", *arguments, "."]
        said = subprocess.run(command, cwd=self._root, capture_output=True, text=True, errors="replace", check=False)
        return [line.removeprefix("./") for line in budget.take(said.stdout).splitlines()]

    def _read(self, budget: Budget, path: str, last: int) -> list[str]:
        """A file up to a line, as far as may be shown, the end of it."""
        lines = (self._root / path).read_text("utf-8", "replace").splitlines()[:last]
        room, kept = CHARACTERS - budget.shown, list[str]()
        for line in reversed(lines):
            room -= len(line) + 1
            if room < 0:
                break
            kept.append(line)
        budget.take("\n".join(kept) + "\n")
        return kept  # the last first

    def definition(self, name: str, budget: Budget) -> set[str]:
        """One search for the keyword and the name."""
        found = self._grep(budget, "-n", rf"^\s*(async def|def|class) {name}\b")
        return {":".join(line.split(":", 2)[:2]) for line in found if line.count(":") >= 2}

    def importers(self, path: str, budget: Budget) -> set[str]:
        """One search for import statements with the name of the module."""
        stem = Path(path).stem
        names = r"[.[:alnum:]_]"
        forms = (rf"from {names}*\b{stem} import", rf"import {names}*\b{stem}\b", rf"from {names}+ import .*\b{stem}\b")
        pattern = rf"^\s*({'|'.join(forms)})"
        return set(self._grep(budget, "-l", pattern)) - {path}

    def callers(self, name: str, budget: Budget) -> set[str]:
        """A search for calls; the function around each from the file above the line."""
        places = [line.split(":", 2) for line in self._grep(budget, "-n", rf"\b{name}\(")]
        calls = [(path, int(line), text) for path, line, text in (each for each in places if len(each) == 3)]
        found: set[str] = set()
        by_file: dict[str, list[tuple[int, str]]] = {}
        for path, line, text in calls:
            if not re.match(r"\s*(?:async )?(?:def|class) ", text):
                by_file.setdefault(path, []).append((line, text))
        for path, lines in by_file.items():
            text = self._read(budget, path, max(line for line, _ in lines))
            last = max(line for line, _ in lines)
            for line, _ in lines:
                indent = None
                for above in text[last - line :]:
                    depth = len(above) - len(above.lstrip())
                    if indent is None:
                        indent = depth
                    elif above.strip() and depth < indent:
                        indent = depth
                        if match := re.match(r"\s*(?:async )?def (\w+)", above):
                            found.add(f"{path} {match[1]}")
                            break
        return found

    def derived(self, name: str, budget: Budget) -> set[str]:
        """A search for each level of classes."""
        found: set[str] = set()
        waiting = [name]
        while waiting:
            names = "|".join(waiting)
            lines = self._grep(budget, "-hn", rf"^\s*class \w+\(.*\b({names})\b")
            new = {match[1] for line in lines if (match := re.search(r"class (\w+)\(", line))} - found
            found |= new
            waiting = sorted(new)
        return found

    def change(self, text: str, budget: Budget) -> set[str]:
        """The files with most of the message's longest words, each word the more the fewer files have it."""
        words = sorted(
            set(re.findall(r"[A-Za-z_]{4,}", text)) - _COMMON, key=lambda word: ("_" not in word, -len(word), word)
        )
        score: Counter[str] = Counter()
        for word in words[: CALLS - 1]:
            files = [path for path in self._grep(budget, "-li", word) if "test" not in path]
            for path in files:
                score[path] += 1 / len(files)  # type: ignore[assignment]
        return {path for path, _ in sorted(score.items(), key=lambda each: (-each[1], each[0]))[:FIRST]}


@dataclass(slots=True)
class Outcome:
    """How one side did with one task."""

    repository: str
    kind: str
    side: str
    right: bool
    calls: int
    characters: int
    subject: str


def outcome(task: Task, side: str, answer: Callable[[str, Budget], set[str]], repository: str) -> Outcome:
    """Let one side do a task."""
    budget = Budget()
    try:
        found = answer(task.subject, budget)
    except BudgetError:
        found = set()
    found = {each for each in found if each.split()[0] not in task.unread}
    match task.kind:
        case "change":
            right = bool(found & task.answer)
        case "definition":  # begins with its decorators, or behind them
            right = bool(found) and found <= task.answer
        case _:
            right = found == task.answer
    return Outcome(repository, task.kind, side, right, min(budget.calls, CALLS), budget.shown, task.subject[:80])


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", nargs="+", type=Path)
    parser.add_argument("--head", default="origin/HEAD", help="the last commit whose message is a task")
    parser.add_argument("--each", type=int, default=4, help="tasks of each kind and checkout")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    outcomes: list[Outcome] = []
    for checkout in options.checkouts:
        root = checkout.resolve()
        with kgraph.open(root) as graph:
            sides = {"kgraph": McpSide(graph), "grep": GrepSide(root)}
            for task in draw(root, f"{graph.repository.revision}..{options.head}", options.each, options.seed):
                for name, side in sides.items():
                    outcomes.append(outcome(task, name, getattr(side, task.kind), root.name))
    if options.out:
        options.out.write_text(json.dumps([asdict(each) for each in outcomes], indent=1) + "\n")
    heading(f"{len(outcomes) // 2} tasks, {CALLS} calls and {CHARACTERS:,} characters each")
    rows = []
    for kind in (*KINDS, "all"):
        for side in ("kgraph", "grep"):
            own = [each for each in outcomes if each.side == side and kind in (each.kind, "all")]
            if own:
                shown = [
                    f"{sum(getattr(each, what) for each in own) / len(own):,.1f}" for what in ("calls", "characters")
                ]
                rows.append([kind, side, f"{sum(each.right for each in own)} of {len(own)}", *shown])
    table(("kind", "by", "right", "calls", "characters"), rows)


if __name__ == "__main__":
    main()
