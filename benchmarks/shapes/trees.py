"""Trees of many files, or of few whose parts refer to each other: what assembly and all that follows it must cope with.

Each function gives the files of a tree of size n, by path. What they say is as short as their kind allows, so that the
time is that of the shape.
"""

# ruff: noqa: E501 - what a shape is stands in one line, and its name says the rest

from __future__ import annotations

from math import isqrt

from .shape import Files, registry
from .shape import joined as _lines

SHAPES, tree = registry()


# --- folders and files ----------------------------------------------------------------------------------------------


@tree(100)
def folders_deep(n: int) -> Files:
    return {"/".join(["d"] * (at + 1)) + "/f.c": f"int f{at}(void);\n" for at in range(n)}


@tree(100)
def folders_deep_one_file(n: int) -> Files:
    return {"/".join(["d"] * n) + "/f.c": "int f(void);\n", "g.c": "int g(void);\n"}


@tree(500)
def folders_wide(n: int) -> Files:
    return {f"d{at}/f{at}.c": f"int f{at}(void);\n" for at in range(n)}


@tree(500)
def folder_of_files(n: int) -> Files:
    return {f"d/f{at}.c": f"int f{at}(void);\n" for at in range(n)}


@tree(500)
def same_base_names(n: int) -> Files:
    return {f"d{at}/utils.h": f"int f{at}(void);\n" for at in range(n)}


@tree(500)
def same_base_names_included(n: int) -> Files:
    return {f"d{at}/utils.h": f"int f{at}(void);\n" for at in range(n)} | {
        f"d{at}/main.c": '#include "utils.h"\n' for at in range(n)
    }


@tree(500)
def same_base_names_ambiguous(n: int) -> Files:
    return {f"a/d{at}/x/utils.h": f"int f{at}(void);\n" for at in range(n)} | {
        f"src/m{at}.c": '#include "x/utils.h"\n' for at in range(n)
    }


@tree(500)
def index_js(n: int) -> Files:
    return {f"d{at}/index.js": f"function f{at}() {{ return {at}; }}\n" for at in range(n)}


@tree(500)
def packages_wide(n: int) -> Files:
    return {f"p{at}/__init__.py": f"x{at} = 1\n" for at in range(n)}


@tree(500)
def identical_files(n: int) -> Files:
    return {f"d{at}/same.c": "int same(void) { return 1; }\n" for at in range(n)}


@tree(500)
def same_words(n: int) -> Files:
    words = " ".join(f"word{at}" for at in range(20))
    return {
        f"f{at}.c": f"/* {at} */ /* {words} */ int g{at}, {', '.join(f'word{i}' for i in range(20))};\n"
        for at in range(n)
    }


@tree(500)
def identifiers_in_hundred_files(n: int) -> Files:
    """Each identifier is in a hundred files, the most that still count as rare."""
    return {
        f"f{at}.c": f"int only{at}, " + ", ".join(f"shared{(at // 100) * 20 + i}" for i in range(20)) + ";\n"
        for at in range(n)
    }


@tree(250)
def long_names(n: int) -> Files:
    return {f"d/{'n' * 180}{at}.c": f"int {'f' * 500}{at}(void) {{ return 1; }}\n" for at in range(n)}


@tree(500)
def test_and_file(n: int) -> Files:
    return {f"src/m{at}.py": f"def f{at}(): pass\n" for at in range(n)} | {
        f"tests/test_m{at}.py": f"from src.m{at} import f{at}\nf{at}()\n" for at in range(n)
    }


@tree(500)
def tests_of_one(n: int) -> Files:
    return {"src/shape.py": "def area(): pass\n"} | {
        f"t{at}/test_shape.py": f"from src.shape import area\ndef t{at}(): area()\n" for at in range(n)
    }


# --- includes -------------------------------------------------------------------------------------------------------


@tree(500)
def one_header_included(n: int) -> Files:
    return {"common.h": "int f(void);\n"} | {
        f"m{at}.c": f'#include "common.h"\nint g{at}(void) {{ return f(); }}\n' for at in range(n)
    }


@tree(500)
def one_file_including(n: int) -> Files:
    return {f"h{at}.h": f"int f{at}(void);\n" for at in range(n)} | {
        "all.c": _lines(f'#include "h{at}.h"' for at in range(n))
    }


@tree(300, include_cycles={}, heaviest_includes={}, includers_transitive={"path": "h100.h"})
def include_chain(n: int) -> Files:
    return {f"h{at}.h": f'#include "h{at + 1}.h"\nint f{at}(void);\n' for at in range(n)} | {f"h{n}.h": "int f;\n"}


@tree(300)
def include_chain_calls(n: int) -> Files:
    return {
        f"h{at}.h": f'#include "h{at + 1}.h"\nint f{at}(void);\nstatic int g{at}(void) {{ return f{n - 1}(); }}\n'
        for at in range(n)
    } | {f"h{n}.h": "int f;\n"}


@tree(
    300,
    include_cycles={},
    heaviest_includes={},
    includers_transitive={"path": "h1.h"},
    includes_transitive={"path": "h1.h"},
)
def include_ring(n: int) -> Files:
    return {f"h{at}.h": f'#include "h{(at + 1) % n}.h"\nint f{at}(void);\n' for at in range(n)}


@tree(300)
def include_ring_calls(n: int) -> Files:
    return {
        f"h{at}.h": f'#include "h{(at + 1) % n}.h"\nint f{at}(void);\nstatic int g{at}(void) {{ return f{(at * 7 + 1) % n}(); }}\n'
        for at in range(n)
    }


@tree(300)
def include_ring_unordered(n: int) -> Files:
    """A ring whose files are not in the order of their names."""
    step = next(k for k in range(n // 3, n) if _coprime(k, n))
    return {f"h{at}.h": f'#include "h{(at + step) % n}.h"\nint f{at}(void);\n' for at in range(n)}


def _coprime(a: int, b: int) -> bool:
    while b:
        a, b = b, a % b
    return a == 1


@tree(600)
def include_rings_many(n: int) -> Files:
    """Rings of three files."""
    return {f"h{at}.h": f'#include "h{at // 3 * 3 + (at + 1) % 3}.h"\n' for at in range(n // 3 * 3)}


@tree(900)
def include_complete(n: int) -> Files:
    """sqrt(n) files, each of which includes all others."""
    size = isqrt(n)
    return {f"h{at}.h": _lines(f'#include "h{other}.h"' for other in range(size) if other != at) for at in range(size)}


@tree(500)
def include_diamonds(n: int) -> Files:
    found = {}
    for at in range(n // 3):
        found[f"a{at}.h"] = f'#include "b{at}.h"\n#include "c{at}.h"\n'
        found[f"b{at}.h"] = found[f"c{at}.h"] = f'#include "a{at + 1}.h"\n'
    return found


@tree(1000)
def includes_missing(n: int) -> Files:
    return {f"m{at}.c": "".join(f'#include "no/such{at}_{i}.h"\n' for i in range(10)) for at in range(n // 10)}


@tree(1000)
def includes_missing_in_one(n: int) -> Files:
    return {"m.c": _lines(f'#include "no/such{at}.h"' for at in range(n))}


@tree(1000)
def includes_external(n: int) -> Files:
    return {f"m{at}.c": "".join(f"#include <lib/such{at}_{i}.h>\n" for i in range(10)) for at in range(n // 10)}


@tree(500)
def include_roots(n: int) -> Files:
    return {f"lib{at}/include/lib{at}/api.h": f"int f{at}(void);\n" for at in range(n)} | {
        f"src/m{at}.c": f"#include <lib{at}/api.h>\n" for at in range(n)
    }


@tree(500)
def include_dotdot(n: int) -> Files:
    return {f"lib{at}/inc/api{at}.h": f"int f{at}(void);\n" for at in range(n)} | {
        f"src/m{at}.c": f"#include <api{at}.h>\n#include <../inc/api{at}.h>\n" for at in range(n)
    }


@tree(500)
def includes_of_one_folder(n: int) -> Files:
    """Headers without a folder in their spelling, which many folders hold."""
    return {f"lib{at}/api.h": f"int f{at}(void);\n" for at in range(n)} | {
        f"src/m{at}.c": '#include "api.h"\n#include <api.h>\n' for at in range(n)
    }


@tree(500)
def include_generated(n: int) -> Files:
    return {f"t/f{at}.h.in": "int @X@;\n" for at in range(n)} | {
        f"t/m{at}.c": f'#include "f{at}.h"\n' for at in range(n)
    }


@tree(300)
def include_macro(n: int) -> Files:
    """Computed includes: templates of C, as Torch has them."""
    return (
        {"generic/all.h": "#include GENERIC\n"}
        | {f"generic/g{at}.c": f"int g{at};\n" for at in range(n)}
        | {f"m{at}.c": f'#define GENERIC "generic/g{at}.c"\n#include "generic/all.h"\n' for at in range(n)}
    )


@tree(200)
def deep_folder_includes(n: int) -> Files:
    return {"/".join(f"d{i}" for i in range(at + 1)) + f"/f{at}.h": f'#include "../f{at - 1}.h"\n' for at in range(n)}


# --- C++ ------------------------------------------------------------------------------------------------------------


@tree(500)
def overloads_across_files(n: int) -> Files:
    return {
        f"o{at}.cpp": f"struct T{at} {{}};\nint f(T{at} x) {{ return 1; }}\nint g{at}() {{ return f(T{at}()); }}\n"
        for at in range(n)
    }


@tree(500)
def overloads_in_one_file(n: int) -> Files:
    return {
        "o.cpp": _lines(f"struct T{at} {{}}; int f(T{at} x) {{ return 1; }}" for at in range(n))
        + "int g(int q) {\n"
        + _lines(f"q += f(T{at}());" for at in range(n))
        + "return q; }\n"
    }


@tree(500)
def overloads_by_arity(n: int) -> Files:
    return {
        f"o{at}.cpp": f"int g{at}() {{ return f({', '.join('1' * (at % 40))}); }}\nint f({', '.join(f'int a{i}' for i in range(at % 40))}, T{at} x);\n"
        for at in range(n)
    }


@tree(500)
def chain_of_bases(n: int) -> Files:
    return {
        "c.cpp": "struct A0 { int base(); virtual void v(); };\n"
        + _lines(
            f"struct A{at} : A{at - 1} {{ void v() override; int m{at}() {{ return base(); }} }};" for at in range(1, n)
        )
    }


@tree(500)
def chain_of_bases_in_files(n: int) -> Files:
    return {"c0.h": "struct A0 { int base(); virtual void v(); };\n"} | {
        f"c{at}.h": f'#include "c{at - 1}.h"\nstruct A{at} : A{at - 1} {{ void v() override; int m{at}() {{ return base(); }} }};\n'
        for at in range(1, n)
    }


@tree(500)
def wide_bases(n: int) -> Files:
    return {
        "w.cpp": _lines(f"struct B{at} {{ int m{at}(); }};" for at in range(n))
        + f"struct D : {', '.join(f'B{at}' for at in range(n))} {{ int f() {{ return m1(); }} }};\n"
    }


@tree(500)
def wide_derived(n: int) -> Files:
    return {
        "w.cpp": "struct B { virtual int m(); };\n"
        + _lines(f"struct D{at} : B {{ int m() override; int f() {{ return m(); }} }};" for at in range(n))
    }


@tree(300)
def diamonds(n: int) -> Files:
    return {
        "d.cpp": "struct A0 { int base(); virtual void v(); };\n"
        + _lines(
            f"struct L{at} : A{at} {{}}; struct R{at} : A{at} {{}}; struct A{at + 1} : L{at}, R{at} {{ void v() override; int f() {{ return base(); }} }};"
            for at in range(n)
        )
    }


@tree(300)
def types_in_bases(n: int) -> Files:
    """Types that are looked for in bases of bases, each of which has several."""
    return {
        "d.cpp": "struct A0 { struct T {}; };\n"
        + _lines(
            f"struct L{at} : A{at} {{}}; struct R{at} : A{at} {{}}; struct A{at + 1} : L{at}, R{at} {{ T t; U u; int f() {{ return t.x() + u.y(); }} }};"
            for at in range(n)
        )
        + "struct U {};\n"
    }


@tree(1000)
def usings(n: int) -> Files:
    return {
        "u.cpp": "namespace a {\n"
        + _lines(f"int f{at}();" for at in range(n))
        + "}\n"
        + _lines(f"using a::f{at};" for at in range(n))
        + "int g() { return f1(); }\n"
    }


@tree(1000)
def usings_of_one(n: int) -> Files:
    return {"a.h": "namespace a { int f(); }\n"} | {
        f"u{at}.cpp": f'#include "a.h"\nusing a::f;\nint g{at}() {{ return f(); }}\n' for at in range(n)
    }


@tree(500)
def using_directives(n: int) -> Files:
    return {
        "u.cpp": _lines(f"namespace a{at} {{ int f{at}(); }}" for at in range(n))
        + _lines(f"using namespace a{at};" for at in range(n))
        + "int g(int q) {\n"
        + _lines(f"q += f{at}();" for at in range(n))
        + "return q; }\n"
    }


@tree(300)
def using_directive_chain(n: int) -> Files:
    return {
        "u.cpp": _lines(f"namespace a{at} {{ using namespace a{at - 1}; int f{at}(); }}" for at in range(1, n))
        + _lines(f"int g{at}() {{ return a{at}::f{at}(); }}" for at in range(1, n))
    }


@tree(500)
def using_directives_in_files(n: int) -> Files:
    return {
        f"u{at}.cpp": f"namespace a{at} {{ int f{at}(); }}\nusing namespace a{at};\nint g{at}() {{ return f{at}(); }}\n"
        for at in range(n)
    }


@tree(500)
def namespace_aliases(n: int) -> Files:
    return {
        "u.cpp": "namespace a0 { int f(); }\n"
        + _lines(f"namespace a{at} = a{at - 1};" for at in range(1, n))
        + _lines(f"int g{at}() {{ return a{at}::f(); }}" for at in range(1, n))
    }


@tree(300)
def inline_namespaces(n: int) -> Files:
    return {
        "u.cpp": _lines(
            f"namespace a{at} {{ inline namespace v{at} {{ int f{at}(); }} }} int g{at}() {{ return a{at}::f{at}(); }}"
            for at in range(n)
        )
    }


@tree(100)
def inline_namespaces_nested(n: int) -> Files:
    return {
        "u.cpp": "".join(f"inline namespace v{at} {{ int f{at}();\n" for at in range(n))
        + "}" * n
        + "\n"
        + _lines(f"int g{at}() {{ return f{at}(); }}" for at in range(n))
    }


@tree(500)
def type_alias_chain(n: int) -> Files:
    return {
        "a.cpp": "struct A0 { int m(); };\n"
        + _lines(f"using A{at} = A{at - 1};" for at in range(1, n))
        + f"int f(A{n - 1} x) {{ return x.m(); }}\n"
    }


@tree(500)
def type_alias_chain_asked(n: int) -> Files:
    """Each alias of a chain is asked for, the longest first."""
    return {
        "a.cpp": "struct A0 { int m(); };\n"
        + _lines(f"using A{at} = A{at - 1};" for at in range(1, n))
        + _lines(f"int f{at}(A{at} x) {{ return x.m(); }}" for at in reversed(range(n)))
    }


@tree(500)
def typedef_chain(n: int) -> Files:
    return {
        "a.c": "typedef struct A0 { int m; } A0;\n"
        + _lines(f"typedef A{at - 1} A{at};" for at in range(1, n))
        + f"int f(A{n - 1} x) {{ return x.m; }}\n"
    }


@tree(500)
def alias_of_base_chain(n: int) -> Files:
    return {
        "a.cpp": "struct A0 { int m(); };\n"
        + _lines(f"struct A{at} {{ using type = A{at - 1}; }};" for at in range(1, n))
        + f"struct D : A{n - 1}::type {{ int f() {{ return m(); }} }};\n"
    }


@tree(500)
def specializations(n: int) -> Files:
    return {
        "s.cpp": "template <class T> struct S { int m(); };\n"
        + _lines(
            f"struct T{at} {{}}; template <> struct S<T{at}> {{ int m(); }}; int f{at}(S<T{at}> x) {{ return x.m(); }}"
            for at in range(n)
        )
    }


@tree(500)
def override_chains(n: int) -> Files:
    return {
        "o.cpp": "struct A0 { virtual void v(); virtual void w(); };\n"
        + _lines(f"struct A{at} : A{at - 1} {{ void v() override; void w() override; }};" for at in range(1, n))
    }


@tree(300)
def override_of_one_name(n: int) -> Files:
    """Bases with many overloads of one name."""
    return {
        "o.cpp": "struct A {\n"
        + _lines(f"virtual void v(int{' *' * (at % 50)} x, T{at});" for at in range(n))
        + "};\nstruct B : A {\n"
        + _lines(f"void v(int{' *' * (at % 50)} x, T{at}) override;" for at in range(n))
        + "};\n"
    }


@tree(500)
def friends(n: int) -> Files:
    return {
        "f.cpp": _lines(
            f"class A{at} {{ friend class A{(at + 1) % n}; friend int f{at}(A{at}); int m; }}; int f{at}(A{at} a) {{ return a.m; }}"
            for at in range(n)
        )
    }


@tree(100)
def nested_namespaces_of_one_name(n: int) -> Files:
    return {"n.cpp": "".join("namespace a {\n" for _ in range(n)) + "int f();\n" + "}" * n + "\n"}


@tree(100)
def nested_classes(n: int) -> Files:
    return {"n.cpp": "".join(f"struct A{at} {{ int f{at}();\n" for at in range(n)) + "};" * n + "\n"}


@tree(500)
def same_qualified_name(n: int) -> Files:
    return {
        f"s{at}.cpp": f"struct Same {{ int m(); }};\nint Same::m() {{ return {at}; }}\nint f() {{ Same s; return s.m(); }}\n"
        for at in range(n)
    }


@tree(500)
def static_functions_of_one_name(n: int) -> Files:
    return {
        f"s{at}.c": f"static int helper(int x) {{ return {at}; }}\nint f{at}(void) {{ return helper(1); }}\n"
        for at in range(n)
    }


@tree(500)
def mains(n: int) -> Files:
    return {
        f"s{at}.cpp": "int main() { return usage(); }\nint usage() { return 1; }\n" + f"// {at}\n" for at in range(n)
    }


@tree(500)
def members_of_one_name(n: int) -> Files:
    return {
        f"s{at}.cpp": f"struct S{at} {{ int size(); }};\nint f{at}(S{at} x, T y) {{ return x.size() + y.size() + q().size(); }}\n"
        for at in range(n)
    }


@tree(500)
def out_of_line_members(n: int) -> Files:
    return {"s.h": "struct S {\n" + _lines(f"int m{at}();" for at in range(n)) + "};\n"} | {
        f"s{at}.cpp": f'#include "s.h"\nint S::m{at}() {{ return 1; }}\n' for at in range(n)
    }


@tree(500)
def scopes_of_one_last_name(n: int) -> Files:
    """Out-of-line members of classes that share their last name."""
    return {
        f"s{at}.cpp": f"namespace n{at} {{ struct Impl {{ int m(); }}; }}\nint Impl::m() {{ return {at}; }}\nint g{at}() {{ return Impl::m(); }}\n"
        for at in range(n)
    }


@tree(500)
def types_of_one_last_name(n: int) -> Files:
    return {
        f"s{at}.cpp": f"namespace n{at} {{ struct Impl {{ int m(); }}; }}\nint g{at}(Impl x, n{at}::Impl y) {{ return x.m() + y.m(); }}\n"
        for at in range(n)
    }


@tree(500)
def variables_of_one_name(n: int) -> Files:
    return {
        f"s{at}.cpp": f"struct S{at} {{ int m(); }};\nstatic S{at} it;\nint g{at}() {{ return it.m(); }}\n"
        for at in range(n)
    }


@tree(500)
def fields_of_one_name(n: int) -> Files:
    return {
        f"s{at}.cpp": f"struct S{at} {{ int m(); }};\nstruct H{at} {{ S{at} it; int g() {{ return it.m(); }} }};\n"
        for at in range(n)
    }


@tree(500)
def macros_used_in_files(n: int) -> Files:
    return {"m.h": _lines(f"#define M{at}(x) (x + {at})" for at in range(n))} | {
        f"u{at}.c": f'#include "m.h"\nint f{at}(void) {{ return M{at}(1); }}\n' for at in range(n)
    }


@tree(500)
def macros_of_one_name(n: int) -> Files:
    return {f"u{at}.c": f"#define M(x) (x + {at})\nint f{at}(void) {{ return M(1); }}\n" for at in range(n)}


@tree(1000)
def macro_uses(n: int) -> Files:
    return {
        "m.c": "#define M(x) (x + 1)\nint f(void) {\nint q = 0;\n"
        + _lines("q += M(q);" for _ in range(n))
        + "return q; }\n"
    }


@tree(1000)
def macros_used_once(n: int) -> Files:
    return {
        "m.c": _lines(f"#define M{at}(x) (x + {at})" for at in range(n))
        + "int f(void) {\nint q = 0;\n"
        + _lines(f"q += M{at}(q);" for at in range(n))
        + "return q; }\n"
    }


@tree(1000)
def enumerators(n: int) -> Files:
    return {"e.h": "enum E {\n" + _lines(f"e{at}," for at in range(n)) + "};\n"}


@tree(500)
def enums_in_files(n: int) -> Files:
    return {f"e{at}.h": f"enum E{at} {{ red{at}, green{at} }};\n" for at in range(n)}


@tree(1000)
def call_chain(n: int) -> Files:
    return {"c.c": _lines(f"int f{at}(void) {{ return f{at - 1}(); }}" for at in range(1, n))}


@tree(
    1000,
    call_path={"from": "f1", "to": "f0"},
    callers_transitive={"name": "f1"},
    callees_transitive={"name": "f1"},
    impact={"name": "f1"},
)
def call_ring(n: int) -> Files:
    return {"c.c": _lines(f"int f{at}(void) {{ return f{(at + 1) % n}(); }}" for at in range(n))}


@tree(1000)
def call_star(n: int) -> Files:
    return {"c.c": "int hub(void) { return 1; }\n" + _lines(f"int f{at}(void) {{ return hub(); }}" for at in range(n))}


@tree(1000)
def calls_of_one(n: int) -> Files:
    return {
        "c.c": _lines(f"int f{at}(void);" for at in range(n))
        + "int all(void) { int q = 0;\n"
        + _lines(f"q += f{at}();" for at in range(n))
        + "return q; }\n"
    }


@tree(200)
def call_chain_in_files(n: int) -> Files:
    return {f"c{at}.c": f"int f{at}(void) {{ return f{at - 1}(); }}\n" for at in range(n)}


@tree(300)
def receiver_chains(n: int) -> Files:
    return {
        "r.cpp": _lines(f"struct S{at} {{ S{at + 1} next(); int m{at}(); }};" for at in range(n))
        + _lines(f"int f{at}(S{at} x) {{ return x.next().next().next().m{at + 3}(); }}" for at in range(n - 4))
    }


@tree(300)
def fixtures(n: int) -> Files:
    return {
        f"t{at}_test.cpp": f"struct Fix{at} : Base {{ int help(); }};\nTEST_F(Fix{at}, Works) {{ help(); }}\n"
        for at in range(n)
    } | {"base.h": "struct Base { int x(); };\n"}


@tree(300)
def objc_categories(n: int) -> Files:
    return {"a.m": "@interface A : NSObject\n- (int)m;\n@end\n"} | {
        f"c{at}.m": f"@interface A (C{at})\n- (int)m{at};\n@end\n@implementation A (C{at})\n- (int)m{at} {{ return [self m]; }}\n@end\n"
        for at in range(n)
    }


@tree(300)
def template_bases(n: int) -> Files:
    return {
        "t.cpp": "template <class T> struct A0 { T get(); };\n"
        + _lines(
            f"template <class T> struct A{at} : A{at - 1}<T> {{ int f() {{ return this->get().m(); }} }};"
            for at in range(1, n)
        )
    }


@tree(300)
def recursive_template_base(n: int) -> Files:
    return {
        "t.cpp": _lines(
            f"template <class T> struct A{at} : A{(at + 1) % n}<A{at}<T>> {{ int f() {{ return g{at}(); }} }};"
            for at in range(n)
        )
    }


@tree(300)
def recursive_aliases(n: int) -> Files:
    return {
        "t.cpp": _lines(f"using A{at} = A{(at + 1) % n};" for at in range(n))
        + _lines(f"int f{at}(A{at} x) {{ return x.m(); }}" for at in range(n))
        + "struct M { int m(); };\n"
    }


# --- Python ---------------------------------------------------------------------------------------------------------


@tree(500)
def import_chain(n: int) -> Files:
    return {f"m{at}.py": f"from m{at + 1} import f{at + 1}\ndef f{at}(): return f{at + 1}()\n" for at in range(n)}


@tree(500)
def import_chain_of_one(n: int) -> Files:
    return {f"m{at}.py": f"from m{at + 1} import f\n" for at in range(n)} | {
        f"m{n}.py": "def f(): pass\n",
        "main.py": "from m0 import f\nf()\n",
    }


@tree(500)
def import_chain_of_one_used(n: int) -> Files:
    return {f"m{at}.py": f"from m{at + 1} import f\nf()\n" for at in range(n)} | {f"m{n}.py": "def f(): pass\n"}


@tree(500, import_cycles={}, python_importers={"path": "m1.py"})
def import_ring(n: int) -> Files:
    return {
        f"m{at}.py": f"from m{(at + 1) % n} import g{(at + 1) % n}\ndef g{at}(): return g{(at + 1) % n}()\n"
        for at in range(n)
    }


@tree(300)
def import_ring_of_one(n: int) -> Files:
    """A name that every module takes from the next, and nobody has."""
    return {f"m{at}.py": f"from m{(at + 1) % n} import f\nf()\n" for at in range(n)}


@tree(300)
def star_import_chain(n: int) -> Files:
    return {f"m{at}.py": f"from m{at + 1} import *\ndef g{at}(): return f()\n" for at in range(n)} | {
        f"m{n}.py": "def f(): pass\n"
    }


@tree(300)
def star_import_ring(n: int) -> Files:
    return {f"m{at}.py": f"from m{(at + 1) % n} import *\ndef g{at}(): return f()\n" for at in range(n)}


@tree(300)
def star_imports_of_one(n: int) -> Files:
    return {f"m{at}.py": f"def f{at}(): pass\n" for at in range(n)} | {
        "main.py": _lines(f"from m{at} import *" for at in range(n)) + _lines(f"f{at}()" for at in range(n))
    }


@tree(900)
def star_import_complete(n: int) -> Files:
    size = isqrt(n)
    return {
        f"m{at}.py": _lines(f"from m{other} import *" for other in range(size) if other != at)
        + f"def g{at}(): return g{(at + 1) % size}() + nobody()\n"
        for at in range(size)
    }


@tree(500)
def init_reexports(n: int) -> Files:
    return {f"p/m{at}.py": f"def f{at}(): pass\n" for at in range(n)} | {
        "p/__init__.py": _lines(f"from .m{at} import f{at}" for at in range(n)),
        "main.py": "import p\n" + _lines(f"p.f{at}()" for at in range(n)),
    }


@tree(100)
def init_reexports_deep(n: int) -> Files:
    return {
        "/".join(["p"] * (at + 1)) + "/__init__.py": "from .p import f\n" if at < n - 1 else "def f(): pass\n"
        for at in range(n)
    } | {"main.py": "import p\np.f()\n"}


@tree(1000)
def alias_assignments(n: int) -> Files:
    return {"a.py": "def f(): pass\na0 = f\n" + _lines(f"a{at} = a{at - 1}" for at in range(1, n)) + f"a{n - 1}()\n"}


@tree(1000)
def alias_assignments_used(n: int) -> Files:
    return {
        "a.py": "def f(): pass\na0 = f\n"
        + _lines(f"a{at} = a{at - 1}" for at in range(1, n))
        + _lines(f"a{at}()" for at in reversed(range(n)))
    }


@tree(500)
def alias_assignments_in_files(n: int) -> Files:
    return {"m0.py": "def f(): pass\na0 = f\n"} | {
        f"m{at}.py": f"import m{at - 1}\na{at} = m{at - 1}.a{at - 1}\na{at}()\n" for at in range(1, n)
    }


@tree(1000)
def modules_importing_one(n: int) -> Files:
    return {"one.py": "def f(): pass\n"} | {f"m{at}.py": f"import one\ndef g{at}(): one.f()\n" for at in range(n)}


@tree(1000)
def imports_of_one(n: int) -> Files:
    return {f"m{at}.py": f"def f{at}(): pass\n" for at in range(n)} | {
        "main.py": _lines(f"import m{at}" for at in range(n)) + _lines(f"m{at}.f{at}()" for at in range(n))
    }


@tree(100)
def relative_imports_deep(n: int) -> Files:
    return {"/".join(["p"] * (at + 1)) + "/__init__.py": f"x{at} = 1\n" for at in range(n)} | {
        "/".join(["p"] * (at + 1))
        + f"/m{at}.py": f"from {'.' * (at + 1)} import x0\nfrom .. import x{max(at - 1, 0)}\nx0()\n"
        for at in range(n)
    }


@tree(500)
def monkeypatched(n: int) -> Files:
    return {"a.py": "class A: pass\n"} | {
        f"m{at}.py": f"from a import A\ndef f{at}(self): pass\nA.m{at} = f{at}\nA().m{at}()\n" for at in range(n)
    }


@tree(500)
def property_chains(n: int) -> Files:
    return {
        "p.py": _lines(
            f"class C{at}:\n    @property\n    def next(self) -> 'C{at + 1}': return C{at + 1}()\n    def f(self): return self.next.next.next.f()"
            for at in range(n)
        )
    }


@tree(500)
def python_chain_of_bases(n: int) -> Files:
    return {
        "c.py": "class A0:\n    def base(self): pass\n"
        + _lines(f"class A{at}(A{at - 1}):\n    def m{at}(self): return self.base()" for at in range(1, n))
    }


@tree(300)
def python_chain_of_overrides(n: int) -> Files:
    return {
        "c.py": "class A0:\n    def base(self): pass\n"
        + _lines(f"class A{at}(A{at - 1}):\n    def base(self): return super().base()" for at in range(1, n))
    }


@tree(300)
def python_diamonds(n: int) -> Files:
    return {
        "d.py": "class A0:\n    def base(self): pass\n"
        + _lines(
            f"class L{at}(A{at}): pass\nclass R{at}(A{at}): pass\nclass A{at + 1}(L{at}, R{at}):\n    def f(self): return self.base()"
            for at in range(n)
        )
    }


@tree(500)
def python_wide_bases(n: int) -> Files:
    return {
        "w.py": _lines(f"class B{at}:\n    def m{at}(self): pass" for at in range(n))
        + f"class D({', '.join(f'B{at}' for at in range(n))}):\n    def f(self): return self.m1()\n"
    }


@tree(500)
def python_wide_derived(n: int) -> Files:
    return {
        "w.py": "class B:\n    def m(self): pass\n"
        + _lines(f"class D{at}(B):\n    def m(self): return self.m()" for at in range(n))
    }


@tree(300)
def python_base_ring(n: int) -> Files:
    return {"r.py": _lines(f"class A{at}(A{(at + 1) % n}):\n    def f(self): return self.g()" for at in range(n))}


@tree(500)
def python_same_names(n: int) -> Files:
    return {f"p{at}/utils.py": f"def helper(): pass\ndef f{at}(): return helper()\n" for at in range(n)}


@tree(500)
def python_calls_of_calls(n: int) -> Files:
    return {
        "c.py": "class C:\n    def f(self) -> 'C': pass\n"
        + _lines(f"def f{at}() -> C: return f{at - 1}().f()" for at in range(1, n))
    }


@tree(500)
def python_instance_attributes(n: int) -> Files:
    return {
        "c.py": "class C:\n    def __init__(self):\n"
        + _lines(f"        self.a{at} = D()" for at in range(n))
        + "    def f(self):\n"
        + _lines(f"        self.a{at}.g()" for at in range(n))
        + "class D:\n    def g(self): pass\n"
    }


@tree(500)
def python_returns_chain(n: int) -> Files:
    return {
        "c.py": "class C:\n    def m(self): pass\ndef f0() -> C: return C()\n"
        + _lines(f"def f{at}(): return f{at - 1}()" for at in range(1, n))
        + f"f{n - 1}().m()\n"
    }


@tree(500)
def pybind(n: int) -> Files:
    return {
        "b.cpp": "#include <pybind11/pybind11.h>\n"
        + _lines(f"int f{at}(int x) {{ return x; }}" for at in range(n))
        + "PYBIND11_MODULE(_spam, m) {\n"
        + _lines(f'm.def("f{at}", &f{at});' for at in range(n))
        + "}\n",
        "use.py": "import _spam\n" + _lines(f"_spam.f{at}()" for at in range(n)),
    }


@tree(300)
def pybind_of_one_name(n: int) -> Files:
    return {
        f"b{at}.cpp": f'#include <pybind11/pybind11.h>\nint f(int x) {{ return {at}; }}\nPYBIND11_MODULE(_spam{at}, m) {{ m.def("f", &f); }}\n'
        for at in range(n)
    }


@tree(300)
def pybind_passed(n: int) -> Files:
    return {
        "b.cpp": "#include <pybind11/pybind11.h>\nPYBIND11_MODULE(_spam, m) {\n"
        + _lines(f"init{at}(m);" for at in range(n))
        + "}\n"
    } | {
        f"b{at}.cpp": f'#include <pybind11/pybind11.h>\nint f{at}(int x) {{ return x; }}\nvoid init{at}(py::module m) {{ m.def("f{at}", &f{at}); }}\n'
        for at in range(n)
    }


@tree(300)
def pybind_lambdas(n: int) -> Files:
    return {
        "b.cpp": "#include <pybind11/pybind11.h>\n"
        + _lines(f"int f{at}(int x) {{ return x; }}" for at in range(n))
        + "PYBIND11_MODULE(_spam, m) {\n"
        + _lines(f'm.def("f{at}", [](int x) {{ return f{at}(x); }});' for at in range(n))
        + "}\n"
    }


# --- others ---------------------------------------------------------------------------------------------------------


@tree(500)
def cmake_targets(n: int) -> Files:
    return {
        "CMakeLists.txt": _lines(
            f"add_library(lib{at} src/f{at}.c)\ntarget_link_libraries(lib{at} lib{at + 1})" for at in range(n)
        )
    } | {f"src/f{at}.c": f"int f{at};\n" for at in range(n)}


@tree(500)
def cmake_folders(n: int) -> Files:
    return {"CMakeLists.txt": _lines(f"add_subdirectory(d{at})" for at in range(n))} | {
        f"d{at}/CMakeLists.txt": f"add_library(lib{at} f.c)\n" for at in range(n)
    }


@tree(500)
def doc_linking_files(n: int) -> Files:
    return {"README.md": _lines(f"See [f{at}](src/f{at}.c)." for at in range(n))} | {
        f"src/f{at}.c": f"int f{at};\n" for at in range(n)
    }


@tree(500)
def docs_linking_one(n: int) -> Files:
    return {"src/f.c": "int f;\n"} | {f"docs/d{at}.md": f"# D{at}\nSee [f](../src/f.c).\n" for at in range(n)}


@tree(500)
def docs_in_chain(n: int) -> Files:
    return {f"docs/d{at}.md": f"# D{at}\nSee [next](d{(at + 1) % n}.md).\n" for at in range(n)}


@tree(500)
def headings(n: int) -> Files:
    return {"h.md": _lines(f"{'#' * (at % 6 + 1)} Heading {at}\n\ntext" for at in range(n))}


@tree(500)
def headings_of_one_name(n: int) -> Files:
    return {"h.md": _lines("# Same\n\ntext" for _ in range(n))}


@tree(500)
def javascript_functions(n: int) -> Files:
    return {
        f"f{at}.js": f"class C{at} {{ m() {{ return f{at}(); }} }}\nfunction f{at}() {{ return 1; }}\n"
        for at in range(n)
    }


@tree(500)
def json_files(n: int) -> Files:
    return {f"d/f{at}.json": f'{{"a{at}": {at}}}\n' for at in range(n)}


@tree(500)
def proto_imports(n: int) -> Files:
    return {
        f"p/f{at}.proto": f'syntax = "proto3";\nimport "p/f{at + 1}.proto";\nmessage M{at} {{ int32 x = 1; }}\n'
        for at in range(n)
    }
