"""What names mean in the C family: namespaces that macros open, usings, fixtures, constant objects, calls outside."""

from __future__ import annotations

from array import array
from urllib.parse import unquote

import polars as pl
import pytest

import kgraph
from kgraph.extract.cpp.extractor import extract
from kgraph.extract.cpp.macros import attribute_macros, harvest
from kgraph.model import FileFacts

MACROS = """
#define LIB_BEGIN namespace lib { inline namespace v1 {  // opens
#define LIB_END \\
  }}
#define NS_BEGIN(name) namespace name __attribute__((visibility("hidden"))) {
#define NS_END(name) }
#define VERSIONED_BEGIN inline namespace LIB_VERSION_NAME {
#define VERSIONED_END }
#define MADE_BEGIN namespace made { inline namespace CONCATENATED( \\
    A, B) {
#define MADE_END } /* inner */ } // outer
"""


def read(code: str, defines: str = MACROS) -> FileFacts:
    return extract(code.encode(), "C++", attribute_macros(harvest(defines.encode())))


def qualified(facts: FileFacts) -> list[str]:
    return [f"{s.scope}::{s.name}" if s.scope else s.name for s in facts.symbols]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("LIB_BEGIN\nint f();\nLIB_END\nint g();", ["lib", "lib::v1", "lib::v1::f", "g"]),
        ("LIB_BEGIN NS_BEGIN(in)\nint f();\nNS_END(in)\nLIB_END", ["lib", "lib::v1", "lib::v1::in", "lib::v1::in::f"]),
        ("namespace a { VERSIONED_BEGIN\nint f();\nVERSIONED_END }", ["a", "a::f"]),
        ("MADE_BEGIN\nint f();\nMADE_END", ["made", "made::f"]),
        ("LIB_BEGIN\nint f();", ["f"]),  # nobody closes it
        ("int f();\nLIB_END\nint g();", ["f", "g"]),
        ("NOT_LIB_BEGIN\nint f();\nNOT_LIB_END", ["f"]),
    ],
)
def test_namespaces_that_macros_open(code: str, expected: list[str]) -> None:
    assert qualified(read(code)) == expected


def test_a_macro_opens_what_its_definitions_agree_on() -> None:
    several = (
        "#define BEGIN_LIB namespace lib { inline namespace v1 {\n#define BEGIN_LIB namespace lib { namespace v2 {\n"
    )
    code = "BEGIN_LIB\nint f();\nEND_LIB"
    assert qualified(read(code, several + "#define END_LIB }}")) == ["lib", "lib::f"]
    assert qualified(read(code, several + "#define BEGIN_LIB\n#define END_LIB }}\n#define END_LIB")) == ["f"]
    assert qualified(read(code, several + "#define BEGIN_LIB class X {\n#define END_LIB }}")) == ["f"]


def test_the_symbol_of_a_namespace_says_which_macro_made_it() -> None:
    first, second, *_ = read("\nLIB_BEGIN\nint f();\nLIB_END").symbols
    assert (first.macro, first.start, first.end, first.signature) == ("LIB_BEGIN", 2, 4, "LIB_BEGIN")
    assert second.modifiers == ("inline",)


def test_usings_as_spelled() -> None:
    code = """
    using namespace a::b;
    namespace x { using ::p::q; namespace fs = std::filesystem; using T = int; }
    void g() { using std::swap; }
    confusing a::b; // using c::d;
    """
    facts = read(code)
    uses = facts.uses
    owners = [facts.symbols[owner].name if owner >= 0 else "" for owner in array("i", uses.owners)]
    found = list(zip(uses.kinds, uses.names.split("\n"), uses.qualifiers.split("\n"), owners, strict=True))
    assert found == [
        ("u", "*", "a::b", ""),
        ("u", "q", "::p", "x"),
        ("a", "fs", "std::filesystem", "x"),
        ("u", "swap", "std", "g"),
    ]


def test_functions_with_names_in_parentheses() -> None:
    facts = read("extern int (top) (State *s);\nState *(make)(int);\nint (*pointer)(int);\nnumber (plain)(int a) { }")
    assert [(s.kind.value, s.name) for s in facts.symbols] == [
        ("Function", "top"),
        ("Function", "make"),
        ("Variable", "pointer"),
        ("Function", "plain"),
    ]


REPOSITORY = {
    "lib.h": MACROS
    + """
#include <memory>
#define snprintf other_snprintf
#define CHECK(x) (x)
LIB_BEGIN
struct Part { int& at(int); const int& at(int) const; void turn(); };
struct Engine { void start(int level = 1); Part& part(); };
void run(int n, int m = 2);
static inline int helper(int n) { return n; }
int size(const Part& part);
namespace detail { void deep(); }
using detail::deep;
LIB_END
namespace other { struct Part { void turn(); }; void size(int); void swap(int, int); }
namespace maths { int exp(const lib::Part&); int half(const lib::Part&); }
using maths::exp;
using maths::half;
""",
    "lib.cpp": """#include "lib.h"
LIB_BEGIN
void run(int n, int m) { helper(n); }
LIB_END
void lib::Engine::start(int level) { run(level); }
""",
    "user.cpp": """#include "lib.h"
using lib::Part;
namespace shorter = lib::detail;
namespace user {
using namespace lib;
class Car {
  std::unique_ptr<Engine> engine_;
  const Part* spare_;
  int exp;
  void go();
  void look(const Part& one, Part& two) const;
};
void Car::go() { engine_->start(); engine_->part().turn(); deep(); shorter::deep(); lib::deep(); lib::v1::run(1); }
void Car::look(const Part& one, Part& two) const {
  one.at(1);
  two.at(2);
  spare_->at(3);
}
namespace inner { int size(int a, int b, int c); void hidden() { size(1); } }
void swaps(int a, int b) { using std::swap; swap(a, b); snprintf(0, 0, ""); }
int first = helper(1);
void later(int n = helper(2));
CHECK(helper(3));
}
""",
    "test.cpp": """#include "lib.h"
class Base { };
class CarTest : public Base { protected: void prepare(); lib::Engine engine; };
struct Plain { void prepare2(); };
TEST_F(CarTest, Starts) { prepare(); engine.start(); }
TEST(Plain, Other) { prepare2(); }
double raised(double x) { return exp(x) + half(x); }
""",
}


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str]]:
    root = tmp_path_factory.mktemp("scopes")
    for path, text in REPOSITORY.items():
        (root / path).write_text(text)
    with kgraph.build(root, jobs=1, history=False) as graph:
        uses = graph.frame("uses").filter(pl.col("kind").is_in(["Call", "Expansion"]))
        return {(_called(source), _called(target)) for source, target in uses.select("from", "to").iter_rows()}


def _called(id_: str) -> str:
    return unquote(id_.split("/", 3)[-1])


def of(calls: set[tuple[str, str]], caller: str) -> set[str]:
    return {callee for one, callee in calls if one.partition("(")[0] == caller}


def test_smart_pointers_usings_aliases_and_inline_namespaces(calls: set[tuple[str, str]]) -> None:
    assert of(calls, "user::Car::go") == {
        "lib::v1::Engine::start(int)",
        "lib::v1::Engine::part()",
        "lib::v1::Part::turn()",
        "lib::v1::detail::deep()",
        "lib::v1::run(int,int)",
    }


def test_members_defined_outside_of_an_inline_namespace_and_local_functions_of_headers(
    calls: set[tuple[str, str]],
) -> None:
    assert of(calls, "lib::v1::Engine::start") == {"lib::v1::run(int,int)"}
    assert of(calls, "lib::v1::run") == {"lib::v1::helper(int)@lib.h"}


def test_constant_objects_call_constant_methods(calls: set[tuple[str, str]]) -> None:
    assert of(calls, "user::Car::look") == {"lib::v1::Part::at(int)", "lib::v1::Part::at(int) const"}


def test_what_hides_and_what_lies_outside(calls: set[tuple[str, str]]) -> None:
    assert of(calls, "user::inner::hidden") == set()  # the `size` of three arguments hides others
    assert of(calls, "user::swaps") == set()  # `std::swap`, and a macro that replaces a function of C's library
    assert of(calls, "raised") == {"maths::half(const Part&)"}  # `exp` is C's too


def test_calls_outside_of_bodies(calls: set[tuple[str, str]]) -> None:
    helper = "lib::v1::helper(int)@lib.h"
    assert of(calls, "user::first") == {helper}
    assert of(calls, "user::later") == {helper}
    assert of(calls, "user") == {helper, "CHECK"}


def test_the_body_of_a_test_is_that_of_a_method_of_its_fixture(calls: set[tuple[str, str]]) -> None:
    bodies = {(one.partition("(")[0], callee) for one, callee in calls if one.startswith("TEST")}
    assert bodies == {("TEST_F", "CarTest::prepare()"), ("TEST_F", "lib::v1::Engine::start(int)")}


def test_types_with_function_types_and_attributes() -> None:
    code = """
    template <class F> struct Action { void perform(); };
    struct Node { void mark(); };
    void f(Node* NONNULL given, bool go, Node* other) {
      Action<int(const Node&)> action;
      action.perform();
      given->mark();
      if (go && other->mark()) { }
      w.status; Node status(1); status.mark();
    }
    """
    uses = read(code).uses
    told = dict(zip(uses.receivers.split("\n"), uses.types.split("\n"), strict=True))
    assert told["action"] == "Action<int(constNode&)>" or told["action"].startswith("Action<int(")
    assert (told["given->"], told["other->"], told["status"]) == ("Node*", "Node*", "Node")
