"""Methods of traits that are called on values of which the type is not known, or is of another crate.

Input: the program of a `RustResolver`, and a method's name with the module that calls it. Output: the method of the one
trait of the repository that is in scope there and has such a method.

Rust looks a method up among those of its receiver's type and of the traits in scope: declared or imported there, by a
glob or as `_` too. Without the type only the traits are left; so no name is followed that a method of the repository's
own types has, nor one that types and traits of the standard library have.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Protocol

from kgraph.assemble.scoped.meanings import ExternalName, PathMeaning, ResolvedPath, WholeUnit
from kgraph.assemble.scoped.program import Program, ProgramDefinition
from kgraph.scoped_languages import words

_MAX_GLOBS = 64  # modules of which others import all, for one module


# Methods that types or traits of the standard library have, and those of the traits that every asynchronous program
# imports (`futures`, `tokio`): https://doc.rust-lang.org/std/.
_COMMON = words(
    "abs all and and_then any append as_bytes as_deref as_mut as_path as_ptr as_raw_fd as_raw_handle as_raw_socket "
    "as_ref as_slice as_str binary_search borrow borrow_mut by_ref bytes call call_mut call_once ceil chain chars "
    "checked_add checked_sub chunks clear clone cloned cmp collect compare concat contains contains_key copied "
    "copy_from_slice count cycle decode deref description display downcast downcast_mut downcast_ref drain drop "
    "elapsed encode end ends_with entry enumerate eq err exists exit expect expect_err extend file_name fill filter "
    "filter_map find find_map finish first flat_map flatten floor flush fmt fold for_each from fuse ge get get_mut "
    "get_ref gt hash index index_mut insert insert_str inspect into into_boxed into_inner into_iter into_string "
    "invert is_dir is_empty is_err is_file is_none is_ok is_some iter iter_mut join keys kill last layer le len lines "
    "load local_addr lock log lt map map_err map_or map_or_else max max_by max_by_key metadata min min_by min_by_key "
    "name ne neg next next_back not nth ok ok_or ok_or_else oneshot open or or_default or_else or_insert "
    "or_insert_with partial_cmp partition path peek peer_addr poll poll_next poll_ready pop pop_back pop_front "
    "position pow push push_back push_front push_str read read_exact read_line read_to_end read_to_string ready recv "
    "reduce remove replace reserve resize retain rev reverse round scan seek send set set_nodelay set_nonblocking "
    "shutdown skip skip_while sleep sort sort_by sort_by_key source spawn splice split split_at split_off sqrt start "
    "starts_with status step_by store strip_prefix strip_suffix sub sum swap swap_remove take take_while then "
    "to_ascii_lowercase to_lowercase to_owned to_path_buf to_string to_uppercase to_vec trim truncate try_clone "
    "try_from try_into try_recv try_send try_wait type_id unwrap unwrap_err unwrap_or unwrap_or_default "
    "unwrap_or_else unzip update values values_mut wait wait_with_output wake windows with write write_all write_fmt "
    "write_str zip"
)


class TraitResolver(Protocol):
    """What the names of a module are looked up by."""

    def find(self, file: int, path: str, *, called: bool = False) -> ResolvedPath | None:
        """What a path of a file means."""

    def resolve_alias(self, cls: ProgramDefinition) -> ProgramDefinition:
        """The type that another name of it stands for."""


class TraitScopes:
    """Which traits of the repository are in scope in which module, and what methods they have."""

    def __init__(self, program: Program, resolver: TraitResolver, blanket: Set[ProgramDefinition]) -> None:
        self._program = program
        self._resolver = resolver
        self._methods: dict[str, list[tuple[ProgramDefinition, ProgramDefinition]]] = {}  # trait and method, by name
        self._blanket = blanket  # traits that are implemented for whatever has their bounds
        self._inherent: set[str] = set()  # names of methods that types have of their own
        self._imported: dict[tuple[str, str], list[tuple[int, str, bool]]] = {}  # file, path and whether it is a glob
        self._declared: dict[tuple[str, str], list[ProgramDefinition]] = {}  # traits, by the module around
        self._in_scope: dict[tuple[str, str], frozenset[ProgramDefinition]] = {}
        self._note_declarations()
        self._note_imports()

    def _note_declarations(self) -> None:
        program = self._program
        traits = {
            definition
            for definition, declarations in program.declarations.items()
            if definition.group == "type" and any("trait" in each.modifiers for each in declarations)
        }
        for trait in traits:
            self._declared.setdefault((trait.unit, trait.name.rpartition("::")[0]), []).append(trait)
        for definition, declarations in program.declarations.items():
            if definition.group != "function":
                continue
            owner, _, name = definition.name.rpartition("::")
            trait = ProgramDefinition(definition.unit, owner, "type")
            if trait in traits:
                self._methods.setdefault(name, []).append((trait, definition))
            elif any(each.kind == "Method" and (each.row, "trait") not in program.holdings for each in declarations):
                self._inherent.add(name)

    def _note_imports(self) -> None:
        for file, names in self._program.imports.items():
            unit = self._program.unit_of[file]
            for qualified, paths in names.items():
                if " " not in qualified:
                    module, _, name = qualified.rpartition("::")
                    imported = self._imported.setdefault((unit, module), [])
                    imported += [(file, path, name == "*") for path in paths]

    def may_have(self, name: str) -> bool:
        """Whether a trait has a method of that name that is looked for."""
        return name in self._methods and name not in _COMMON

    def method(self, unit: str, module: str, name: str, *, is_foreign: bool, is_own: bool) -> ProgramDefinition | None:
        """What `value.name()` calls in a module.

        `is_foreign` where the value is of a type of another crate, `is_own` where it is of one that lacks the method as
        far as its file shows: macros may give it some. Then the trait must be one that many types have at once.
        """
        if not self.may_have(name) or (name in self._inherent and not is_foreign):
            return None
        seen = self._traits(unit, module)
        found = [(trait, method) for trait, method in self._methods[name] if trait in seen]
        if len(found) != 1 or (is_own and not self._is_of_many(found[0][0])):
            return None
        return found[0][1]

    def _is_of_many(self, trait: ProgramDefinition) -> bool:
        """Whether a trait is implemented for all types of some sort, or extends a trait, as its name says."""
        return trait in self._blanket or trait.name.endswith("Ext")

    def _traits(self, unit: str, module: str) -> frozenset[ProgramDefinition]:
        if (unit, module) not in self._in_scope:
            self._in_scope[unit, module] = frozenset(self._find_visible_traits(unit, module))
        return self._in_scope[unit, module]

    def _find_visible_traits(self, unit: str, module: str) -> Iterator[ProgramDefinition]:
        pending, known = [(unit, module)], {(unit, module)}
        while pending and len(known) <= _MAX_GLOBS:
            here = pending.pop()
            yield from self._declared.get(here, ())
            for file, path, is_glob in self._imported.get(here, ()):
                found = self._resolver.find(file, path)
                if found is None or isinstance(found.meaning, ExternalName):
                    continue
                inner = _module(found.meaning)
                if is_glob and inner is not None and inner not in known:
                    known.add(inner)
                    pending.append(inner)
                elif isinstance(found.meaning, ProgramDefinition) and found.meaning.group == "type" and not is_glob:
                    yield self._resolver.resolve_alias(found.meaning)


def _module(meaning: PathMeaning) -> tuple[str, str] | None:
    match meaning:
        case WholeUnit(unit):
            return unit, ""
        case ProgramDefinition(unit, name, "namespace"):
            return unit, name
    return None
