"""Python: one file that grows."""

from __future__ import annotations

from .shape import lines, shapes


def _row(n: int, piece: str, between: str = "") -> str:
    return between.join(piece.replace("@", str(i)) for i in range(n))


def _indented(n: int, head: str, inside: str) -> str:
    deep = min(n, 90)  # Python allows a hundred levels
    return "".join(" " * i + head.replace("@", str(i)) + "\n" for i in range(deep)) + " " * deep + inside + "\n"


SHAPES = shapes(
    "a.py",
    {
        "python: functions": (1_000, lambda n: lines(n, "def f@(a, b=1):\n    return g(a)")),
        "python: functions that call the next": (1_000, lambda n: lines(n, "def f@():\n    return f@1()")),
        "python: chain of functions": (
            1_000,
            lambda n: (
                "def f0():\n    return A()\n" + "".join(f"def f{i + 1}():\n    return f{i}()\n" for i in range(n))
            ),
        ),
        "python: classes": (1_000, lambda n: lines(n, "class C@(B@):\n    def f(self):\n        self.g()")),
        "python: chain of classes": (
            1_000,
            lambda n: "class C0: pass\n" + "".join(f"class C{i + 1}(C{i}): pass\n" for i in range(n)),
        ),
        "python: bases of one class": (1_000, lambda n: f"class C({_row(n, 'B@', ', ')}): pass\n"),
        "python: methods": (1_000, lambda n: "class C:\n" + lines(n, "    def f@(self):\n        return self.g@()")),
        "python: attributes of self": (
            1_000,
            lambda n: "class C:\n    def __init__(self):\n" + lines(n, "        self.a@ = B@()"),
        ),
        "python: attributes of self and their calls": (
            1_000,
            lambda n: "class C:\n    def f(self):\n" + lines(n, "        self.a@ = B@()\n        self.a@.g()"),
        ),
        "python: attributes of self in methods": (
            500,
            lambda n: "class C:\n" + lines(n, "    def f@(self):\n        self.a@ = self.a.g()"),
        ),
        "python: one attribute of self again": (
            500,
            lambda n: "class C:\n    def f(self):\n" + lines(n, "        self.a = B@()\n        self.a.g()"),
        ),
        "python: chained attributes of self": (
            500,
            lambda n: (
                "class C:\n    def f(self):\n" + "".join(f"        self.a{i + 1} = self.a{i}\n" for i in range(n))
            ),
        ),
        "python: tuples of attributes": (
            500,
            lambda n: "class C:\n    def f(self):\n        " + _row(n, "self.a@", ", ") + " = g()\n",
        ),
        "python: variables": (2_000, lambda n: lines(n, "a@ = @")),
        "python: variables with calls": (2_000, lambda n: lines(n, "a@ = f(@)")),
        "python: variables with annotations": (2_000, lambda n: lines(n, "a@: Optional[B@] = None")),
        "python: one variable again": (1_000, lambda n: lines(n, "a = f@()\na.g()")),
        "python: one local again": (1_000, lambda n: "def f():\n" + lines(n, "    a = f@()\n    a.g()")),
        "python: one local of itself": (1_000, lambda n: "def f():\n    a = A()\n" + lines(n, "    a = a.g@()")),
        "python: chained assignments": (1_000, lambda n: "".join(f"a{i + 1} = a{i}\n" for i in range(n))),
        "python: chained assignments, backwards": (1_000, lambda n: "".join(f"a{i} = a{i + 1}\n" for i in range(n))),
        "python: chained locals": (
            1_000,
            lambda n: "def f():\n    a0 = A()\n" + "".join(f"    a{i + 1} = a{i}\n    a{i}.g()\n" for i in range(n)),
        ),
        "python: chained calls of locals": (
            1_000,
            lambda n: "def f():\n    a0 = A()\n" + "".join(f"    a{i + 1} = a{i}.g()\n" for i in range(n)),
        ),
        "python: targets of one assignment": (2_000, lambda n: _row(n, "a@ = ") + "1\n"),
        "python: tuple of targets": (2_000, lambda n: _row(n, "a@, ") + "= f()\n"),
        "python: locals": (2_000, lambda n: "def f():\n" + lines(n, "    a@ = g(@)")),
        "python: calls of one function": (4_000, lambda n: "def f():\n" + lines(n, "    g@()")),
        "python: calls of a module": (2_000, lambda n: lines(n, "f(@)")),
        "python: chain of attributes": (500, lambda n: "a = b" + _row(n, ".c@") + "\n"),
        "python: chain of calls": (200, lambda n: "a = b" + _row(n, ".c@()") + "\n"),
        "python: chains of attributes": (100, lambda n: lines(20, "a = b" + _row(n, ".c@"))),
        "python: nested calls": (50, lambda n: "a = " + "f(" * min(n, 90) + ")" * min(n, 90) + "\n"),
        "python: arguments": (2_000, lambda n: f"f({_row(n, 'a@', ', ')})\n"),
        "python: keyword arguments": (1_000, lambda n: f"f({_row(n, 'a@=g(@)', ', ')})\n"),
        "python: parameters": (1_000, lambda n: f"def f({_row(n, 'a@=1', ', ')}):\n    pass\n"),
        "python: parameters with annotations": (
            1_000,
            lambda n: f"def f({_row(n, 'a@: B@', ', ')}):\n" + lines(n, "    a@.g()"),
        ),
        "python: decorators": (1_000, lambda n: "@d.e(1)\n" * n + "def f(): pass\n"),
        "python: decorated functions": (500, lambda n: "".join(f"@d.e({i})\ndef f{i}(): pass\n" for i in range(n))),
        "python: overloads": (500, lambda n: "".join(f"@overload\ndef f(a: A{i}) -> B{i}: ...\n" for i in range(n))),
        "python: comprehensions": (1_000, lambda n: lines(n, "a@ = [f(x) for x in y if x.g()]")),
        "python: nested comprehensions": (
            20,
            lambda n: "a = " + "[" * min(n, 60) + "x" + " for x in y]" * min(n, 60) + "\n",
        ),
        "python: generators of one comprehension": (300, lambda n: "a = [x0 " + _row(n, "for x@ in y ") + "]\n"),
        "python: lambdas": (1_000, lambda n: lines(n, "a@ = lambda x: f(x)")),
        "python: nested lambdas": (50, lambda n: "a = " + _row(min(n, 800), "lambda x@: ") + "f(x0)\n"),
        "python: nested functions": (20, lambda n: _indented(n, "def f@(a@):", "return g(a0)")),
        "python: nested classes": (20, lambda n: _indented(n, "class C@:", "x = 1")),
        "python: functions in a function": (1_000, lambda n: "def f():\n" + lines(n, "    def g@(): return h()")),
        "python: classes in a class": (1_000, lambda n: "class C:\n" + lines(n, "    class D@: x = 1")),
        "python: else ifs": (300, lambda n: "if a: f()\n" + lines(n, "elif b@: f@()")),
        "python: imports": (2_000, lambda n: lines(n, "import a.b@")),
        "python: imports of one module": (2_000, lambda n: f"from a import ({_row(n, 'b@', ', ')})\n"),
        "python: imports of stars": (1_000, lambda n: lines(n, "from a@ import *")),
        "python: imports in conditions": (500, lambda n: lines(n, "if a@:\n    import b@")),
        "python: imports in tries": (
            500,
            lambda n: lines(n, "try:\n    import b@\nexcept ImportError:\n    b@ = None"),
        ),
        "python: imports in else ifs": (50, lambda n: "if a: pass\n" + lines(n, "elif b@:\n    import c@")),
        "python: imports by name": (500, lambda n: lines(n, "a = import_module('b@')")),
        "python: exports": (2_000, lambda n: f"__all__ = [{_row(n, chr(34) + 'a@' + chr(34), ', ')}]\n"),
        "python: exports added": (1_000, lambda n: "__all__ = []\n" + lines(n, "__all__ += ['a@']")),
        "python: string pieces": (2_000, lambda n: "a = (\n" + lines(n, "    'text @'") + ")\n"),
        "python: sums of strings": (300, lambda n: "a = " + _row(n, "'b@'", " + ") + "\n"),
        "python: sums of calls": (300, lambda n: "a = " + _row(n, "f(@)", " + ") + "\n"),
        "python: conjunctions": (1_000, lambda n: "a = " + _row(n, "f(@)", " and ") + "\n"),
        "python: comparisons": (1_000, lambda n: "a = " + _row(n, "f(@)", " < ") + "\n"),
        "python: conditional expressions": (100, lambda n: "a = " + _row(n, "f(@) if b else ") + "1\n"),
        "python: f-strings": (1_000, lambda n: lines(n, "a = f'{b.c()} text {d!r:>{e}}'")),
        "python: one f-string": (1_000, lambda n: "a = f'" + _row(n, "{b@.c()} ") + "'\n"),
        "python: dictionaries": (2_000, lambda n: "a = {\n" + lines(n, "    'k@': f(@),") + "}\n"),
        "python: lists": (4_000, lambda n: f"a = [{_row(n, '@', ', ')}]\n"),
        "python: lists of lists": (1_000, lambda n: "a = [\n" + lines(n, "    [@, 'a', b.c],") + "]\n"),
        "python: nested lists": (20, lambda n: "a = " + "[" * min(n, 90) + "]" * min(n, 90) + "\n"),
        "python: subscripts": (200, lambda n: "a = b" + "[c]" * n + "\n"),
        "python: nested annotations": (20, lambda n: "a: " + "List[" * min(n, 90) + "int" + "]" * min(n, 90) + "\n"),
        "python: unions": (300, lambda n: "a: " + _row(n, "A@", " | ") + "\n"),
        "python: quoted annotations": (500, lambda n: lines(n, "def f@(a: 'List[B@]') -> 'C@': ...")),
        "python: docstrings": (1_000, lambda n: lines(n, "def f@():\n    '''Does @.\n\n    More.\n    '''")),
        "python: long docstring": (4_000, lambda n: "'''Does it.\n\n" + lines(n, "Line @ of it.") + "'''\n"),
        "python: long string": (4_000, lambda n: f"a = '{'word ' * n}'\n"),
        "python: docstrings of variables": (1_000, lambda n: lines(n, "a@ = 1\n'''Says @.'''")),
        "python: comments": (4_000, lambda n: lines(n, "# says @") + "a = 1\n"),
        "python: globals": (500, lambda n: lines(n, "def f@():\n    global a@\n    a@ = g()")),
        "python: nonlocals": (
            500,
            lambda n: "def f():\n    a = A()\n" + lines(n, "    def g@():\n        nonlocal a\n        a = a.h()"),
        ),
        "python: withs": (1_000, lambda n: lines(n, "with f(@) as a@:\n    a@.g()")),
        "python: items of one with": (300, lambda n: f"with ({_row(n, 'f(@) as a@', ', ')}):\n    pass\n"),
        "python: loops": (1_000, lambda n: lines(n, "for a in f(@):\n    a.g()")),
        "python: cases": (500, lambda n: "match a:\n" + lines(n, "    case B@(x=c):\n        c.g()")),
        "python: alternatives of one case": (
            1_000,
            lambda n: f"match a:\n    case {_row(n, '@', ' | ')}:\n        f()\n",
        ),
        "python: handlers": (500, lambda n: "try:\n    f()\n" + lines(n, "except E@ as e:\n    e.g()")),
        "python: type statements": (500, lambda n: lines(n, "A@: TypeAlias = 'B@'")),
        "python: properties": (
            500,
            lambda n: (
                "class C:\n" + "".join(f"    @property\n    def a{i}(self): return self._a{i}\n" for i in range(n))
            ),
        ),
        "python: enumerators": (1_000, lambda n: "class E(Enum):\n" + lines(n, "    A@ = @")),
        "python: fields with annotations": (1_000, lambda n: "class C:\n" + lines(n, "    a@: B@ = f(@)")),
        "python: statements on one line": (2_000, lambda n: _row(n, "a@ = f(@); ") + "\n"),
        "python: definitions on one line": (2_000, lambda n: "class C: " + _row(n, "a@ = f(@); ") + "\n"),
        "python: continued lines": (2_000, lambda n: "a = \\\n" * n + "1\n"),
        "python: empty lines": (4_000, lambda n: "a = 1\n" + "\n" * n + "b = 2\n"),
        "python: supers": (500, lambda n: "class C(B):\n" + lines(n, "    def f@(self):\n        super().f@()")),
        "python: returns": (1_000, lambda n: "def f():\n" + lines(n, "    if a: return g@()")),
        "python: yields": (1_000, lambda n: "def f():\n" + lines(n, "    yield g@()")),
        "python: type parameters": (1_000, lambda n: lines(n, "T@ = TypeVar('T@', bound='B@')")),
        "python: letters of other alphabets": (1_000, lambda n: lines(n, "größe@ = f('∞')")),
        "python: letters on one line": (1_000, lambda n: _row(n, "größe@ = f('∞'); ") + "\n"),
        "python: functions with letters on one line": (500, lambda n: "class C: " + _row(n, "ä@: Ö = f('∞'); ") + "\n"),
        "python: damaged": (1_000, lambda n: lines(n, "def f@(:")),
        "python: open brackets": (50, lambda n: "(" * n + "\n"),
        "python: shadowed builtins": (500, lambda n: lines(n, "def f@(list):\n    list = list.g()\n    return list")),
        "python: names read": (2_000, lambda n: "import a\ndef f():\n    return [" + _row(n, "a.b@", ", ") + "]\n"),
        "python: class names read": (
            1_000,
            lambda n: lines(n, "class C@: pass") + "a = [" + _row(n, "C@", ", ") + "]\n",
        ),
    },
)
