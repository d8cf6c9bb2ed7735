"""The server of a fleet as a client sees it: few tools, which take a repository or are about all.

Input: a lake and workers that answer about it. Output: a server of the official SDK, as `server.make` gives one.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from kgraph.errors import MissingExtraError
from kgraph.escape import quote
from kgraph.fleet import Lake
from kgraph.fleet.unread import repositories as unread_repositories
from kgraph.mcp import server
from kgraph.mcp.server import DATA, Ask, Limit, Name, Result
from kgraph.mcp.workers import QuestionWorkers

try:
    from mcp.server.mcpserver import MCPServer
    from pydantic import Field
except ImportError:
    raise MissingExtraError("mcp", "mcp") from None

Target = Annotated[Name, Field(description="A repository, the path of a file, or the name of a symbol.")]
Owner = Annotated[Name, Field(description="Whose file or symbol is meant; empty: that of any repository.")]
Repository = Annotated[Name, Field(description="Name of a repository; empty: all.")]
Tool = Literal[
    "",
    "find_symbol",
    "file_card",
    "who_uses",
    "includes",
    "related",
    "path_between",
    "affected",
    "locate",
    "run_named_query",
    "sparql",
]


def make(lake: Lake, workers: QuestionWorkers) -> MCPServer[Any]:
    """The server of a fleet, whose workers answer about it (`what="fleet"`)."""
    made, ask = server.make_server(lake.catalog.fleet, _instructions(lake), workers)
    tool = server.adding(made)
    _add_tools_of_repositories(tool, ask)
    _add_tools_of_names(tool, ask)
    server.add_vocabulary(made)
    return made


def _add_tools_of_repositories(tool: server.Adding, ask: Ask) -> None:
    @tool
    async def repositories() -> Result:
        """The repositories: revision, size, how many each needs and is needed by, and what could not be built. Start
        here."""
        return await ask("repositories")

    @tool
    async def dependencies(repository: Repository = "", limit: Limit = 50) -> Result:
        """Which repository needs which, how often by includes, imports and requirements; and cycles."""
        return await ask("dependencies", repository=repository, limit=limit)

    @tool
    async def duplicates(repository: Repository = "", limit: Limit = 50) -> Result:
        """Files of equal content in several repositories: copies, forks, vendored code."""
        return await ask("duplicates", repository=repository, limit=limit)


def _add_tools_of_names(tool: server.Adding, ask: Ask) -> None:
    @tool
    async def search(
        text: Annotated[Name, Field(description="A name, its last steps, or words.")],
        repository: Repository = "",
        limit: Limit = 20,
    ) -> Result:
        """Find symbols, files and external names in all repositories or one, the best first. Start here when you know
        a name and not where it is."""
        return await ask("search", text=text, repository=repository, limit=limit)

    @tool
    async def users_across(target: Target, repository: Owner = "", limit: Limit = 50) -> Result:
        """Where other repositories use a repository, file or symbol: imports, includes, requirements, with file:line
        and evidence."""
        return await ask("users_across", target=target, repository=repository, limit=limit)

    @tool
    async def impact(target: Target, repository: Owner = "", limit: Limit = 50) -> Result:
        """Which repositories may have to change when a repository, file or symbol does, the nearest first, with the
        versions that they require."""
        return await ask("impact", target=target, repository=repository, limit=limit)

    @tool
    async def ask_graph(
        tool: Annotated[Tool, Field(description="Empty: the list of tools with their arguments.")] = "",
        repository: Repository = "",
        arguments: Annotated[dict[str, Any], Field(description='Of the tool, such as {"path": "src/a.py"}.')] = {},  # noqa: B006 - never changed
    ) -> Result:
        """Ask a tool about the inside of one repository: outline of a file, calls, related files, tests of a change,
        SPARQL. Without a repository it asks all as one graph, in which a path begins with the repository's name."""
        return await ask("ask_graph", tool=tool, repository=repository, arguments=arguments)


def _instructions(lake: Lake) -> str:
    entries = lake.catalog.repositories
    files = sum(entry.current.counts.get("files", 0) for entry in entries)
    lacking = "".join(f" {note[:1].upper()}{note[1:]}." for note in unread_repositories(lake))
    return (
        f"The knowledge graphs of {len(entries):,} repositories, the fleet {quote(lake.catalog.fleet)}: {files:,} "
        f"files, and the links between them.{lacking} Places are repository/path:line, and path:line where ask_graph "
        "is asked about one repository. Answers are cut to size and say so. Start with repositories or search; "
        "users_across and impact are about what others need, ask_graph about what is inside. Structured answers have "
        "summary, notes (what was not analysed), facts, items (at is a place), total, cut and coverage. " + DATA
    )
