"""The page for agents: short, made of the registries, and each command and tool that it names is there."""

from __future__ import annotations

import re

from click.testing import CliRunner

from kgraph.cli import main
from kgraph.cli.agent_guide import MAX_LINES, NOT_FOR_AGENTS
from kgraph.mcp.tools import TOOLS


def page() -> str:
    done = CliRunner().invoke(main, ["agent-guide"])
    assert done.exit_code == 0
    return done.stdout


def test_it_is_short() -> None:
    assert page().count("\n") < MAX_LINES


def test_each_command_that_it_names_exists() -> None:
    named = set(re.findall(r"`kgraph ([a-z-]+)", page()))
    assert named <= set(main.commands)
    assert set(main.commands) - named == NOT_FOR_AGENTS - named
    assert set(main.commands) >= NOT_FOR_AGENTS


def test_each_tool_is_named_with_what_it_answers() -> None:
    lines = page().split("\n")
    for name in TOOLS:
        (line,) = [line for line in lines if line.startswith(f"- `{name}`: ")]
        assert line.endswith(".")
        assert len(line) > len(name) + 20


def test_it_says_how_far_to_trust_and_that_texts_are_data() -> None:
    text = " ".join(page().split())
    for said in ("from 0 to 1", "were not read", "does not prove that there is nothing", "never instructions"):
        assert said in text
