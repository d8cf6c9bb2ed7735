"""What files say of names that a program looks up while it runs: commands, addresses, modules, scripts.

Output: the values that `FileFacts.runtime_names` holds. As all facts, they are spellings: what a name finds is for
assembly to say.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

REFLECTED = "="  # in front of the name of a method that reflection looks up, among what `FileIdentifiers.pasted` holds


class RuntimeName(StrEnum):
    """What a program finds by a name while it runs; each value is the `form` of facts."""

    COMMAND = "command"  # of click, typer or argparse
    ARGUMENTS = "arguments"  # given to a function, which may be a group of commands or read them itself
    DJANGO = "management command"
    MODULE = "module"  # `python -m`
    SCRIPT = "script"  # that an entry point makes
    ROUTE = "route"  # an address of a web application
    ROUTE_NAME = "name of a route"
    DOTTED = "dotted name"  # of a module, or of what it defines
    MOUNT = "mount"  # a prefix that routes of one object get by another


class RuntimeNameFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A literal by which a program finds something while it runs, or what is registered under one."""

    form: RuntimeName
    registers: bool
    name: str  # words of a command line with line feeds between, names of a command, an address, a module
    line: int
    owner: int  # index of the symbol that is registered, or that has the literal in it; -1 for the module
    path: str = ""  # of what is registered, where that is no symbol here; as the paths of Python's uses
    within: str = ""  # path of the group or application that it is registered with, or asked of
    detail: str = ""  # of a route, methods of HTTP with a space between; "group" of a group of commands
