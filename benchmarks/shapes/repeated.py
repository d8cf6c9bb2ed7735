"""Trees in which one thing is there over and over, or many things are asked for one: names, roots, stars, edges."""

from __future__ import annotations

from .shape import Files, joined, registry

SHAPES, tree = registry()


# --- Python's names -------------------------------------------------------------------------------------------------


@tree(500)
def star_imports_in_one(n: int) -> Files:
    """A module takes all names of n modules, and asks for one of each."""
    return {f"m{at}.py": f"def f{at}(): pass\n" for at in range(n)} | {
        "hub.py": joined(f"from m{at} import *" for at in range(n)) + joined(f"f{at}()" for at in range(n))
    }


@tree(500)
def star_imports_in_vain(n: int) -> Files:
    return {f"m{at}.py": f"def f{at}(): pass\n" for at in range(n)} | {
        "hub.py": joined(f"from m{at} import *" for at in range(n)) + joined(f"absent{at}()" for at in range(n))
    }


@tree(500)
def star_imports_through_a_hub(n: int) -> Files:
    return (
        {f"m{at}.py": f"from base import *\ndef f{at}(): pass\n" for at in range(n)}
        | {"base.py": joined(f"def b{at}(): pass" for at in range(n))}
        | {"hub.py": joined(f"from m{at} import *" for at in range(n))}
        | {f"use{at}.py": f"from hub import *\nf{at}()\nb{at}()\n" for at in range(n)}
    )


@tree(500)
def star_imports_of_told_names(n: int) -> Files:
    """`__all__` of n names."""
    names = ", ".join(f"'f{at}'" for at in range(n))
    return {
        "m.py": f"__all__ = [{names}]\n" + joined(f"def f{at}(): pass" for at in range(n)),
        "use.py": "from m import *\n" + joined(f"f{at}()" for at in range(n)),
    }


@tree(500)
def python_roots(n: int) -> Files:
    """A package of one name in n folders, asked for from as many others."""
    return {
        f"a/r{at}/pkg/{name}": f"def f{at}(): pass\n" for at in range(n) for name in ("__init__.py", f"m{at}.py")
    } | {f"a/s{at}/use.py": f"import pkg\nimport pkg.m{at}\nimport pkg.absent{at}\npkg.f()\n" for at in range(n)}


@tree(500)
def python_lone_modules(n: int) -> Files:
    """A module of one name in n folders, asked for from as many others."""
    return {f"a/r{at}/helper.py": f"def f{at}(): pass\n" for at in range(n)} | {
        f"a/s{at}/use.py": "import helper\nhelper.f()\n" for at in range(n)
    }


# --- classes of the C family ----------------------------------------------------------------------------------------


@tree(300)
def overrides_of_many_bases(n: int) -> Files:
    """A class of n bases overrides a method of each."""
    return {
        "o.cpp": joined(f"struct B{at} {{ virtual void m{at}(); }};" for at in range(n))
        + f"struct D : {', '.join(f'B{at}' for at in range(n))} {{\n"
        + joined(f"void m{at}() override;" for at in range(n))
        + "};\n"
    }
