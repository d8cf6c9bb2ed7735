"""Which macro of a repository of Rust a name means: macros are seen below their declaration, and exported by name.

Input: the macros of that name, and the module that asks. Output: one of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from kgraph.assemble.scoped.program import Program, ProgramDefinition
from kgraph.scoped_languages import words

# The standard library's, which a macro of another module does not shadow.
_STANDARD_MACROS = words(
    "assert assert_eq assert_ne cfg column compile_error concat dbg debug_assert debug_assert_eq debug_assert_ne env "
    "eprint eprintln file format format_args include include_bytes include_str line matches module_path option_env "
    "panic print println stringify thread_local todo try unimplemented unreachable vec write writeln"
)


def find_own_macro(
    program: Program, macros: Sequence[ProgramDefinition], here: str, name: str
) -> ProgramDefinition | None:
    """Of the macros of a name, that of a module (`here`) or the nearest around it, else one that the crate or another
    exports."""
    around = [each for each in macros if f"{here}::".startswith(f"{_module_of_macro(each)}::")]
    if around:
        return max(around, key=lambda each: len(_module_of_macro(each)))
    if name in _STANDARD_MACROS:
        return None
    root = here.partition("::")[0]
    own = [each for each in macros if each.unit.partition("::")[0] == root and not _is_test(each)]
    exported = [each for each in macros if "exported" in program.declarations[each][0].modifiers]
    for chosen in (own, exported):
        if chosen:
            return chosen[0] if len(chosen) == 1 else None
    return None


def _module_of_macro(macro: ProgramDefinition) -> str:
    around = macro.name.rpartition("::")[0]
    return f"{macro.unit}::{around}" if around else macro.unit


def _is_test(macro: ProgramDefinition) -> bool:
    return "::tests" in f"::{_module_of_macro(macro)}"
