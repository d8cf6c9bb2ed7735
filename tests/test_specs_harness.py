"""The harness of specs: wrong specs fail with the place, and rewriting changes only what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import spec_graph, spec_writing, specs

SPEC = """// Functions are called.
//- lib.h
void run(int);
//   ^ declares Function run(int)
void stop();
//- user.cpp
#include "lib.h"
void go() { run(1); }
//          ^ calls run(int) by a function of an enclosing namespace
static void own() {}
"""


def problems(text: str, root: Path) -> list[str]:
    spec = specs.parse(text)
    spec.write(root)
    return specs.problems(spec, spec_graph.build(root), "text")


def written(text: str, root: Path) -> str:
    spec = specs.parse(text)
    spec.write(root)
    return spec_writing.rewritten(spec, spec_graph.build(root), "text")


def stated(statement: str) -> str:
    """The spec with a statement of the call."""
    return SPEC + statement.join(["void again() { run(1); own(); }\n//             ^ ", "\n"])


def test_a_spec_that_holds_has_no_problems(tmp_path: Path) -> None:
    assert problems(SPEC, tmp_path) == []


def test_files_are_written_without_expectations(tmp_path: Path) -> None:
    specs.parse(SPEC).write(tmp_path)
    assert (tmp_path / "user.cpp").read_text() == '#include "lib.h"\nvoid go() { run(1); }\nstatic void own() {}\n'


def test_a_wrong_expectation_is_shown_with_its_column_and_the_edges_there(tmp_path: Path) -> None:
    (problem,) = problems(stated("calls stop()"), tmp_path)
    assert problem.split("\n") == [
        "user.cpp:4:16, in the text tier: is not in the graph",
        "   11 | void again() { run(1); own(); }",
        "                       ^ calls stop()",
        "the graph has there:",
        "    + calls own()@user.cpp by a function of the same file",
        "    + calls run(int) by a function of an enclosing namespace",
    ]


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("calls run(int)", ""),
        ("calls run", ""),
        ("calls own()", ""),
        ("calls own()@user.cpp", ""),
        ("calls run(int) from again()", ""),
        ("calls *", ""),
        ("!calls stop()", ""),
        ("!calls own() from go()", ""),
        ("!references *", ""),
        ("[text] calls run", ""),
        ("[semantic] calls stop", ""),  # not asked
        ("calls run(int) from go()", "is not in the graph"),
        ("calls run(int) by its qualified name", "is not in the graph"),
        ("calls run(int) as launch", "is not in the graph"),
        ("calls ru", "is not in the graph"),
        ("references run(int)", "is not in the graph"),
        ("defines Method again()", "is not in the graph"),
        ("!calls run(int)", "is in the graph"),
        ("!calls *", "is in the graph"),
        ("!defines Function again()", "is in the graph"),
        ("!calls stopp()", "names nothing that is in the graph"),
    ],
)
def test_expectations(statement: str, why: str, tmp_path: Path) -> None:
    found = problems(stated(statement), tmp_path)
    assert [problem.split("\n")[0].split(": ")[1] for problem in found] == ([why] if why else [])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (stated("cals run(int)"), "line 12: no such verb: cals; there are defines, declares, "),
        (stated("[compiler] calls run(int)"), "line 12: no such tier: compiler; there are text, semantic"),
        (stated("calls"), "line 12: 'calls' is not an expectation"),
        ("// A rule.\n//- a.h\n//< calls run\nint a;\n", "line 3: no line of code precedes it"),
        ("// A rule.\n//- a.h\nint a;\n//      ^ calls run\n", "line 4: column 9 of the line above is empty"),
        ("// A rule.\n//- a.h\nint a;\n//- a.h\nint b;\n", "line 4: a.h begins twice"),
        ("// A rule.\n//- a.h\nint a;\n", "no expectations"),
        ("// A rule.\n//: exact cals\n//- a.h\nint a;\n", "no such verb: cals"),
        ("//- a.h\nint a;\n//< defines Variable a\n", "a sentence above the first file must state the rule"),
    ],
)
def test_malformed_specs(text: str, why: str) -> None:
    with pytest.raises(specs.SpecError) as error:
        specs.parse(text)
    assert str(error.value).startswith(why)


def test_exact_verbs_must_be_stated_in_full(tmp_path: Path) -> None:
    exact = stated("calls run(int)").replace("//- lib.h", "//: exact calls\n//- lib.h")
    (problem,) = problems(exact, tmp_path)
    assert problem.split("\n")[:3] == [
        "user.cpp:4:24, in the text tier: is not stated",
        "   12 | void again() { run(1); own(); }",
        "                               ^ calls own()@user.cpp by a function of the same file",
    ]


def test_symbolic_links_and_comments_of_other_languages(tmp_path: Path) -> None:
    text = (
        "# A rule.\n#- a.py\ndef f(): pass\n#   ^ defines Function a.f\n#- l/b.py -> ../a.py\n#- c.py\nf()\n#< !calls *"
    )
    assert problems(text, tmp_path) == []
    assert (tmp_path / "l" / "b.py").read_text() == "def f(): pass\n"


class TestWriting:
    def test_expectations_that_hold_are_kept(self, tmp_path: Path) -> None:
        assert written(SPEC, tmp_path) == SPEC

    def test_failing_expectations_are_replaced(self, tmp_path: Path) -> None:
        assert written(stated("!calls run(int)"), tmp_path) == stated(
            "[semantic] !calls run(int)\n"
            "//                     ^ calls own()@user.cpp by a function of the same file\n"
            "//             ^ calls run(int) by a function of an enclosing namespace"
        )

    def test_failing_expectations_of_a_spec_with_one_tier_are_dropped(self, tmp_path: Path) -> None:
        python = "# A rule.\n#- a.py\nclass A: pass\ndef f(a):\n    A()\n#   ^ {}\n"
        assert written(python.format("calls a.f"), tmp_path) == python.format("calls a.A")

    def test_other_verbs_are_not_written(self, tmp_path: Path) -> None:
        found = written(stated("references run(int)"), tmp_path)
        assert found == stated("[semantic] references run(int)")

    def test_exact_verbs_are_written_in_full(self, tmp_path: Path) -> None:
        exact = SPEC.replace("//- lib.h", "//: exact declares\n//- lib.h")
        assert written(exact, tmp_path) == exact.replace(
            "void stop();\n", "void stop();\n//   ^ declares Function stop()\n"
        )

    def test_columns_below_the_comment_marker_are_written_as_line_starts(self, tmp_path: Path) -> None:
        text = "# A rule.\n#- a.py\ndef f(): pass\nf()\n#< calls {}\n#- b.py\n"
        assert written(text.format("?"), tmp_path) == text.format("a.f")
