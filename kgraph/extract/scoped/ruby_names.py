"""What names of Ruby mean: local variables, instance variables, `self`, and the spelling of methods in paths."""

from __future__ import annotations

from kgraph.extract.scoped.scopes import UNKNOWN, BoundName, BoundValue, LexicalScope, ScopedPath
from kgraph.scoped_languages import ruby_step

SEPARATOR = "::"


class RubyScope(LexicalScope):
    """A file, a module, a class, a method or a block.

    A method does not see the variables around it; a block does. `is_static`: `self` is the class or module itself.
    `owner`: the symbol of the class or module around.
    """

    __slots__ = ("is_block", "is_static", "method", "owner", "visibility")

    def __init__(self, like: LexicalScope, outer: RubyScope | None = None) -> None:
        super().__init__(outer, like.symbol, like.name, like.type_name)
        self.visibility = ""  # of the methods that follow in a class: "private", "protected", "module_function"
        self.is_static: bool = outer.is_static if outer is not None else False
        self.method: str = outer.method if outer is not None else ""  # the name of the method around
        self.owner: int = outer.owner if outer is not None else like.symbol
        self.is_block: bool = outer.is_block if outer is not None else False

    def block(self) -> RubyScope:
        """A block of statements inside, with names of its own."""
        inside = RubyScope(self, self)
        inside.is_block = True
        return inside

    def variable(self, name: str, start: int, value: BoundValue) -> None:
        """A local variable is given a value. One that is given several may hold either, so that nothing is known."""
        at: LexicalScope | None = self
        while at is not None:
            if name in at.bound:
                at.bound[name] = [BoundName(at.bound[name][0].start, UNKNOWN)]
                return
            at = at.outer
        self.bind(name, start, value)

    def own_type(self) -> ScopedPath:
        """The path of the class or module around, unknown where there is none."""
        return ScopedPath(f"|{self.type_name.replace(SEPARATOR, '.')}") if self.type_name else UNKNOWN

    def own_self(self) -> ScopedPath:
        """The path of `self`, which a block in the body of a class is taken to be run on an instance for."""
        if not self.type_name:
            return UNKNOWN
        is_class = self.is_static or not (self.method or self.is_block)
        return self.own_type() if is_class else ScopedPath(f"{self.type_name}|@")


def member_step(name: str) -> str:
    """The step of a path that leads to a method: "" for an operator, which no path names."""
    return f".{ruby_step(name)}" if name[:1].isalpha() or name[:1] == "_" or not name.isascii() else ""
