"""Rules: what breaks them is found, and nothing else; wrong rules are told with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import kgraph.api
from kgraph import toml_lines
from kgraph.errors import InputError, QueryError
from kgraph.graph import KGraph
from kgraph.rules import graph_paths, load, toml_rules
from kgraph.rules.violations import Report

HOSTILE = "core/a b#1%`|]<script>\n'\"é.h"
FILES = {
    "core/base.h": "#pragma once\n#include <vector>\nclass Base {};\n",
    "core/bad.h": '#pragma once\n\n#include "lib/impl/secret.h"\n#include "app/app.h"\n',
    "core/knot_a.h": '#include "knot_b.h"\n',
    "core/knot_b.h": '#include "knot_c.h"\n',
    "core/knot_c.h": '#include "base.h"\n#include "knot_a.h"\n',
    "core/self.h": '#include "self.h"\n',
    "lib/impl/secret.h": "struct lower_case {};\nstruct Upper {};\n",
    "lib/api.h": '#include "lib/impl/secret.h"\n#include "core/base.h"\n',
    "app/app.h": '#include "lib/api.h"\n#include <boost/any.hpp>\n',
    "app/main.cpp": '#include "app/app.h"\n#include "app/part.cpp"\n#include "lib/impl/secret.h"\n',
    "app/part.cpp": "int part() {\n  return 1;\n}\n",
    "other/tool.h": '#include "core/base.h"\n',
    "py/pkg/__init__.py": "",
    "py/pkg/one.py": "from pkg import two\n",
    "py/pkg/two.py": "import pkg.three\n",
    "py/pkg/three.py": "x = 1\n",
    "py/tests/test_one.py": "import pkg.one\n",
    "py/tests/check.py": "import pkg.two\n",
    "x/twin/same.h": "",
    "y/twin/same.h": "",
    "app/perhaps.h": "#include <twin/same.h>\n",
    HOSTILE: '#include "app/app.h"\n',
}


@pytest.fixture(scope="module")
def graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KGraph]:
    """A repository with a violation of each rule in it."""
    root = tmp_path_factory.mktemp("rules") / "tree"
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    with kgraph.api.build(root, jobs=1) as built:
        yield built


def rule(tmp_path: Path, body: str, name: str = "it") -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(f'[[rule]]\nname = "{name}"\n{body}\n')
    return path


def places(report: Report) -> list[str]:
    return [f"{each.path}:{each.line}" for each in report.violations]


def found(graph: KGraph, tmp_path: Path, body: str) -> list[str]:
    return places(graph.check(rule(tmp_path, body)))


class TestForbidden:
    def test_edges_from_one_set_to_another(self, graph: KGraph, tmp_path: Path) -> None:
        report = graph.check(rule(tmp_path, 'type = "forbidden"\nfrom = "/core/"\nto = ["/app/", "/lib/"]'))
        assert [(each.path, each.line, each.message) for each in report.violations] == [
            (HOSTILE, 1, "includes app/app.h"),
            ("core/bad.h", 3, "includes lib/impl/secret.h"),
            ("core/bad.h", 4, "includes app/app.h"),
        ]
        assert report.notes == ()

    def test_exceptions(self, graph: KGraph, tmp_path: Path) -> None:
        body = 'type = "forbidden"\nfrom = ["/core/", "!*é.h"]\nto = ["/app/", "/lib/", "!/lib/impl/"]\n'
        assert found(graph, tmp_path, body) == ["core/bad.h:4"]
        assert found(graph, tmp_path, body + 'ignore = ["/core/bad.h -> /app/"]') == []

    def test_an_exception_that_excepts_nothing_is_told(self, graph: KGraph, tmp_path: Path) -> None:
        body = 'type = "forbidden"\nfrom = "/core/"\nto = "/app/"\nignore = ["/core/base.h -> /app/"]'
        report = graph.check(rule(tmp_path, body))
        assert report.notes == (f"{tmp_path}/rules.toml:1: nothing is ignored by '/core/base.h -> /app/'",)
        assert len(report.violations) == 2

    def test_a_pattern_that_matches_nothing_is_told(self, graph: KGraph, tmp_path: Path) -> None:
        report = graph.check(rule(tmp_path, 'type = "forbidden"\nfrom = "/cor/"\nto = "/app/"'))
        assert report.notes == (f"{tmp_path}/rules.toml:1: no file matches from = ['/cor/']",)

    def test_nothing_includes_a_source(self, graph: KGraph, tmp_path: Path) -> None:
        assert found(graph, tmp_path, 'type = "forbidden"\nto = "*.cpp"\nspelled = "*.cpp"') == ["app/main.cpp:2"]

    def test_spellings_that_lead_nowhere(self, graph: KGraph, tmp_path: Path) -> None:
        assert found(graph, tmp_path, 'type = "forbidden"\nspelled = "boost/*"') == ["app/app.h:2"]

    def test_indirect_ones_with_their_way(self, graph: KGraph, tmp_path: Path) -> None:
        body = 'type = "forbidden"\nfrom = "/app/"\nto = "/core/base.h"'
        assert found(graph, tmp_path, body) == []
        report = graph.check(rule(tmp_path, body + "\nindirect = true"))
        assert [(each.path, each.line, each.message) for each in report.violations] == [
            ("app/app.h", 1, "reaches lib/api.h → core/base.h"),
            ("app/main.cpp", 1, "reaches app/app.h → lib/api.h → core/base.h"),
        ]

    def test_a_long_way_is_told_by_its_ends(self) -> None:
        names = pl.Series([f"{n:03}" for n in range(100)])
        ways = {
            way.names[0]: way
            for way in graph_paths.Chains(names[:-1], names[1:]).shortest(set(names), {"099"}, skip=set())
        }
        most = graph_paths.MAX_STEPS_TOLD
        assert ways["000"] == ([*names[:most], "099"], 99 - most)
        assert ways["097"] == (["097", "098", "099"], 0)
        assert [way.left_out for way in ways.values()] == [max(0, 99 - most - n) for n in range(99)]

    def test_kinds_of_edges(self, graph: KGraph, tmp_path: Path) -> None:
        body = 'type = "forbidden"\nfrom = "/py/"\nto = "/py/pkg/three.py"\n'
        assert found(graph, tmp_path, body) == ["py/pkg/two.py:1"]
        assert found(graph, tmp_path, body + 'edges = ["includes"]') == []

    def test_what_is_ambiguous_counts_where_all_it_may_mean_is_forbidden(self, graph: KGraph, tmp_path: Path) -> None:
        ambiguous = graph.frame("includes").filter(pl.col("resolution") == "ambiguous")
        assert ambiguous["spelling"].to_list() == ["twin/same.h"]
        assert found(graph, tmp_path, 'type = "forbidden"\nfrom = "/app/"\nto = "/x/"') == []
        report = graph.check(rule(tmp_path, 'type = "forbidden"\nfrom = "/app/"\nto = ["/x/", "/y/"]'))
        assert [each.message for each in report.violations] == [
            "includes one of several files called so, such as x/twin/same.h"
        ]


class TestGroups:
    def test_layers(self, graph: KGraph, tmp_path: Path) -> None:
        report = graph.check(rule(tmp_path, 'type = "layers"\nlayers = ["/app/", "/lib/ | /other/", "/core/"]'))
        assert [(each.path, each.line, each.message) for each in report.violations] == [
            (HOSTILE, 1, "includes app/app.h: /app/ is above /core/"),
            ("core/bad.h", 3, "includes lib/impl/secret.h: /lib/ is above /core/"),
            ("core/bad.h", 4, "includes app/app.h: /app/ is above /core/"),
        ]

    @pytest.mark.parametrize(("sign", "expected"), [("|", ["other/tool.h:1"]), (":", [])])
    def test_siblings(self, graph: KGraph, tmp_path: Path, sign: str, expected: list[str]) -> None:
        assert found(graph, tmp_path, f'type = "layers"\nlayers = ["/other/ {sign} /core/base.h"]') == expected

    def test_the_longest_pattern_says_which_layer(self, graph: KGraph, tmp_path: Path) -> None:
        assert found(graph, tmp_path, 'type = "layers"\nlayers = ["/lib/", "/lib/impl/"]') == []
        assert found(graph, tmp_path, 'type = "layers"\nlayers = ["/lib/impl/", "/lib/"]') == ["lib/api.h:1"]

    def test_independent(self, graph: KGraph, tmp_path: Path) -> None:
        body = 'type = "independent"\ngroups = ["/other/", "/app/", ["/core/base.h", "/lib/"]]'
        assert found(graph, tmp_path, body) == ["app/app.h:1", "app/main.cpp:3", "other/tool.h:1"]

    def test_public_headers(self, graph: KGraph, tmp_path: Path) -> None:
        body = 'type = "public-headers"\nfolder = "/lib/"\npublic = "/lib/*.h"\n'
        assert found(graph, tmp_path, body) == ["app/main.cpp:3", "core/bad.h:3"]
        assert found(graph, tmp_path, body + 'friends = "/app/"') == ["core/bad.h:3"]


class TestAcyclic:
    def test_files(self, graph: KGraph, tmp_path: Path) -> None:
        report = graph.check(rule(tmp_path, 'type = "acyclic"'))
        assert [(each.path, each.line, each.message) for each in report.violations] == [
            ("core/knot_a.h", 1, "a cycle of 3 files: core/knot_a.h → core/knot_b.h → core/knot_c.h → core/knot_a.h"),
            ("core/self.h", 1, "includes itself"),
        ]

    def test_within(self, graph: KGraph, tmp_path: Path) -> None:
        assert found(graph, tmp_path, 'type = "acyclic"\nwithin = ["/core/", "!self.h", "!knot_b.h"]') == []

    def test_folders(self, graph: KGraph, tmp_path: Path) -> None:
        report = graph.check(rule(tmp_path, 'type = "acyclic"\nof = "folders"\ndepth = 1'))
        assert [each.message for each in report.violations] == [
            "a cycle of 3 folders: app → lib → core → app",
            "a cycle of 2 folders: core → lib → core",
        ]
        (deep,) = graph.check(rule(tmp_path, 'type = "acyclic"\nof = "folders"')).violations
        assert deep.message == "a cycle of 3 folders: app → lib → core → app"

    def test_every_knot_has_a_cycle_and_every_cycle_is_one(self) -> None:
        edges = [(1, 2), (2, 3), (3, 1), (3, 4), (4, 3), (4, 5), (5, 6), (6, 5), (6, 7)]
        frame = pl.DataFrame(edges, schema=["a", "b"], orient="row").cast(pl.String)
        assert graph_paths.Chains(frame["a"], frame["b"]).cycles().found == [["1", "2", "3"], ["3", "4"], ["5", "6"]]

    def test_none_through_what_a_macro_says(self, tmp_path: Path) -> None:
        (tmp_path / "one.h").write_text('#define PART "two.h"\n#include "each.h"\n')
        (tmp_path / "two.h").write_text('#include "one.h"\n')
        (tmp_path / "each.h").write_text("#include PART\n")
        with kgraph.api.build(tmp_path, jobs=1, related=False) as computed:
            assert "macro" in computed.frame("includes")["form"].to_list()
            assert computed.frame("edges").filter(pl.col("kind") == "includes").height == 3
            assert found(computed, tmp_path, 'type = "acyclic"') == []
            assert found(computed, tmp_path, 'type = "forbidden"\nto = "/two.h"') == ["each.h:1"]


class TestFiles:
    @pytest.mark.parametrize(
        ("by", "expected"),
        [
            ('["includes"]', ["py/pkg/three.py:1"]),
            ('["name"]', ["py/pkg/three.py:1", "py/pkg/two.py:1"]),
            ('["indirect"]', []),
            ('["includes", "name"]', ["py/pkg/three.py:1"]),
            ('["name", "indirect"]', []),
        ],
    )
    def test_tested(self, graph: KGraph, tmp_path: Path, by: str, expected: list[str]) -> None:
        files = '["/py/pkg/", "!__init__.py"]'
        assert found(graph, tmp_path, f'type = "tested"\nfiles = {files}\ntests = "/py/tests/"\nby = {by}') == expected

    def test_tests_that_the_graph_relates(self, tmp_path: Path) -> None:
        (tmp_path / "shape.py").write_text("def area(): ...\n")
        (tmp_path / "test_shape.py").write_text("from shape import area\n\ndef test_area(): area()\n")
        body = 'type = "tested"\nfiles = "/shape.py"\ntests = "test_*.py"\nby = ["related"]'
        path = rule(tmp_path, body)
        with kgraph.api.build(tmp_path, jobs=1, related=True) as related:
            assert places(related.check(path)) == []
        with kgraph.api.build(tmp_path, jobs=1, related=False, calls=False) as plain:
            report = plain.check(path)
        assert places(report) == ["shape.py:1"]
        assert "has no related files" in report.notes[0]

    def test_limits(self, graph: KGraph, tmp_path: Path) -> None:
        body = 'type = "limit"\nfiles = ["/app/", "/core/bad.h", "/lib/"]\n'
        report = graph.check(rule(tmp_path, body + "lines = 3\nfunction_lines = 2\nfan_in = 2\nfan_out = 2"))
        assert [(each.path, each.line, each.message) for each in report.violations] == [
            ("app/app.h", 1, "3 files that include or import it, at most 2"),
            ("app/main.cpp", 1, "3 files that it includes or imports, at most 2"),
            ("app/part.cpp", 1, "part has 3 lines, at most 2"),
            ("core/bad.h", 1, "4 lines, at most 3"),
            ("lib/impl/secret.h", 1, "3 files that include or import it, at most 2"),
        ]

    def test_names(self, graph: KGraph, tmp_path: Path) -> None:
        body = 'type = "names"\nfiles = "/lib/"\nmatch = "[a-b].*"'
        assert found(graph, tmp_path, body) == ["lib/impl/secret.h:1"]
        body = 'type = "names"\nsymbols = ["Struct", "Class"]\nmatch = "[A-Z].*"'
        assert found(graph, tmp_path, body) == ["lib/impl/secret.h:1"]


class TestQueries:
    def test_columns(self, graph: KGraph, tmp_path: Path) -> None:
        (tmp_path / "big.rq").write_text(
            "# Headers are small.\n#\n# severity: warning\n# name: small\n"
            "SELECT ?file ?line ?message ?lines ?key { ?f kg:path ?file ; kg:lines ?lines . FILTER(?lines > 3)\n"
            "BIND(7 AS ?line) BIND('it is large' AS ?message) BIND('large' AS ?key) }\n"
        )
        report = graph.check(tmp_path / "big.rq")
        (each,) = report.violations
        assert (each.path, each.node, each.line) == ("core/bad.h", "file/core/bad.h", 7)
        assert (each.message, each.key) == ("it is large (lines 4)", "large")
        (stated,) = report.rules
        assert (stated.name, stated.severity, stated.sentence) == ("small", "warning", "Headers are small.")

    @pytest.mark.parametrize(
        ("pattern", "place"),
        [
            ("?file kg:path 'core/bad.h'", "core/bad.h:1"),
            ("?file a kg:Include ; kg:spelling 'boost/any.hpp'", "app/app.h:2"),
            ("?file kg:qualifiedName 'Upper'", "lib/impl/secret.h:2"),
            ("?s kg:qualifiedName 'Upper' ; kg:definition ?file", "lib/impl/secret.h:2"),
            ("?file a kg:Repository", ":0"),
        ],
    )
    def test_a_file_may_be_any_node(self, graph: KGraph, tmp_path: Path, pattern: str, place: str) -> None:
        (tmp_path / "any thing.rq").write_text(f"# It is so.\nSELECT ?file {{ {pattern} }}")
        report = graph.check(tmp_path / "any thing.rq")
        assert places(report) == [place]
        assert (report.rules[0].name, report.violations[0].message) == ("any-thing", "It is so.")

    def test_a_file_without_violations(self, graph: KGraph, tmp_path: Path) -> None:
        (tmp_path / "none.rq").write_text("SELECT ?file { ?file kg:path 'nowhere' }")
        assert places(graph.check(tmp_path / "none.rq")) == []


SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix kg: <https://w3id.org/kgraph/ns#> .
<#Short> a sh:NodeShape ; sh:description "Files are short." ; sh:severity sh:Warning ; sh:targetClass kg:File ;
  sh:property [ sh:path kg:lines ; sh:maxInclusive 3 ; sh:message "too long" ] .
<#Resolved> a sh:NodeShape ; sh:targetClass kg:Include ;
  sh:property [ sh:path kg:target ; sh:class kg:File ; sh:minCount 0 ] .
<#Documented> a sh:NodeShape ; sh:targetClass kg:Class ;
  sh:property [ sh:path kg:documentation ; sh:minCount 1 ] .
"""


class TestShapes:
    def test_results_have_places(self, graph: KGraph, tmp_path: Path) -> None:
        (tmp_path / "shapes.ttl").write_text(SHAPES)
        report = graph.check(tmp_path / "shapes.ttl")
        assert [(rule.name, rule.severity, rule.where[-2:]) for rule in report.rules] == [
            ("Short", "warning", ":3"),
            ("Resolved", "error", ":5"),
            ("Documented", "error", ":7"),
        ]
        assert [(each.rule, each.path, each.line) for each in report.violations] == [
            ("Resolved", "app/app.h", 2),
            ("Short", "core/bad.h", 1),
            ("Resolved", "core/base.h", 2),
            ("Documented", "core/base.h", 3),
        ]
        assert (
            next(each.message for each in report.violations if each.rule == "Short") == "kg:lines: too long (it is 4)"
        )

    def test_the_ontologys_own_shapes_hold(self, graph: KGraph) -> None:
        from kgraph.vocab.ontology import FOLDER

        assert places(graph.check(FOLDER / "shapes.ttl")) == []

    def test_too_much_is_refused(self, graph: KGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from kgraph.rules import shapes

        monkeypatch.setattr(shapes, "MAX_TRIPLES", 10)
        (tmp_path / "shapes.ttl").write_text(SHAPES)
        with pytest.raises(InputError, match="more than 10 triples"):
            graph.check(tmp_path / "shapes.ttl")

    @pytest.mark.parametrize(
        ("text", "line", "what"),
        [
            ("@prefix sh: <http://www.w3.org/ns/shacl#> .\n\n<#a> sh:nope\n", ":[45]: ", "not Turtle"),
            ("@prefix sh: <http://www.w3.org/ns/shacl#> .\n<#a> sh:path <#b> .\n", ": ", "no shape with a name"),
            (
                "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<#a> sh:targetClass <#b> ;\n  sh:sparql [] .\n",
                ":3: ",
                "sh:sparql is not understood",
            ),
            (
                "@prefix sh: <http://www.w3.org/ns/shacl#> .\n<#a> sh:targetClass <#b> ;\n  sh:severity <#bad> .\n",
                ":3: ",
                "not a severity of SHACL",
            ),
            (
                "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
                "<#a> a sh:NodeShape ; sh:targetClass <https://w3id.org/kgraph/ns#File> ;\n"
                "  sh:property [ sh:minCount 1 ] .\n",
                ": ",
                "well-formed",
            ),
        ],
    )
    def test_what_is_wrong(self, graph: KGraph, tmp_path: Path, text: str, line: str, what: str) -> None:
        (tmp_path / "shapes.ttl").write_text(text)
        with pytest.raises(InputError, match=what) as caught:
            graph.check(tmp_path / "shapes.ttl")
        assert re.match(re.escape(str(tmp_path / "shapes.ttl")) + line, str(caught.value) + "\n")


class TestWrongRules:
    @pytest.mark.parametrize(
        ("text", "line", "what"),
        [
            ("[[rule]\n", 1, "not TOML"),
            ('[[rule]]\nname = "a"\ntype = "layers\n', 3, "not TOML"),
            ('[[rule]]\nname = "a"\n', 1, "the rule has no type"),
            ('[[rule]]\ntype = "acyclic"\n', 1, "the rule has no name"),
            ('[[rule]]\nname = "a"\n\ntype = "layer"\n', 4, "there is no type 'layer'"),
            ('[[rule]]\nname = "a b"\ntype = "acyclic"', 2, "'a b' is not a name"),
            ('[[rule]]\nname = "a"\ntype = "acyclic"\n[[rule]]\nname = "b"\ntype = "layers"\n', 4, "no layers"),
            ('[[rule]]\nname = "a"\ntype = "forbidden"\nto = [\n "x",\n]\nform = "/a/"\n', 7, "no key 'form'"),
            ('[[rule]]\nname = "a"\ntype = "forbidden"\nto = 3\n', 4, "to: expected"),
            ('[[rule]]\nname = "a"\ntype = "acyclic"\nseverity = "bad"\n', 4, "severity: invalid"),
            ('[[rule]]\nname = "a"\ntype = "limit"\nlines = -1\n', 4, "lines: expected"),
            ('[[rule]]\nname = "a"\ntype = "forbidden"\n', 1, "it forbids nothing"),
            ('[[rule]]\nname = "a"\ntype = "limit"\n', 1, "it sets no limit"),
            ('[[rule]]\nname = "a"\ntype = "layers"\nlayers = ["/a/"]', 1, "one layer alone"),
            ('[[rule]]\nname = "a"\ntype = "layers"\nlayers = ["/a/ | /b/ : /c/"]', 1, "mixes"),
            ('[[rule]]\nname = "a"\ntype = "names"\nmatch = "("', 1, "not a regular expression"),
            ('[[rule]]\nname = "a"\ntype = "names"\nsymbols = ["Klass"]\nmatch = "x"', 1, "no kind of symbols"),
            ('[[rule]]\nname = "a"\ntype = "acyclic"\nignore = ["/a/ /b/"]', 1, "not a pair of patterns"),
            ('[[rule]]\nname = "a"\ntype = "acyclic"\n[[rule]]\nname = "a"\ntype = "acyclic"', 4, "a rule 'a' already"),
        ],
    )
    def test_short_forms(self, graph: KGraph, tmp_path: Path, text: str, line: int, what: str) -> None:
        path = tmp_path / "rules.toml"
        path.write_text(text)
        with pytest.raises(InputError) as caught:
            graph.check(path)
        assert str(caught.value).startswith(f"{path}:{line}: ")
        assert what in str(caught.value)

    @pytest.mark.parametrize("text", ["", "rules = 1\n", "rule = 1\n", "rule = []\n", "rule = [1]\n"])
    def test_files_without_rules(self, tmp_path: Path, text: str) -> None:
        with pytest.raises(InputError, match=r"rules\.toml"):
            toml_rules.parse(text, "rules.toml")

    @pytest.mark.parametrize(
        ("text", "line", "what"),
        [
            ("# a\n# severity: awful\nSELECT ?file {}", 2, "no severity 'awful'"),
            ("# name: a b\nSELECT ?file {}", 1, "not a name"),
            ("\nASK {}", 2, "ASK is not a rule"),
            ("", 1, "an empty text is not a rule"),
            ("SELECT ?file {\n  ?file nope:x 1 }", 2, "prefix"),
            ("INSERT DATA { <a:b> <a:b> <a:b> }", 1, "INSERT is not a rule"),
        ],
    )
    def test_queries(self, graph: KGraph, tmp_path: Path, text: str, line: int, what: str) -> None:
        path = tmp_path / "rule.rq"
        path.write_text(text)
        with pytest.raises((InputError, QueryError)) as caught:
            graph.check(path)
        assert str(caught.value).startswith(f"{path}:{line}: ")
        assert what in str(caught.value)

    def test_files(self, graph: KGraph, tmp_path: Path) -> None:
        for path in (tmp_path / "none.toml", tmp_path / "rules.txt", tmp_path):
            with pytest.raises(InputError, match=re.escape(str(path))):
                graph.check(path)
        (tmp_path / "bad.rq").write_bytes(b"# \xff")
        with pytest.raises(InputError, match="UTF-8"):
            graph.check(tmp_path)


def test_lines_of_statements() -> None:
    text = (
        '# [[rule]]\n[[rule]]\na = """\n[[rule]]\nb = 1\n"""\nc = [\n  1,\n]\n[[rule]] # x\n"d e" = 2\n[other]\nf = 1\n'
    )
    assert toml_lines.lines(text, "rule") == [{"": 2, "a": 3, "c": 7}, {"": 10, "d e": 11}]


def test_the_shipped_rules_can_be_read() -> None:
    root = Path(__file__).parent.parent
    assert [rule.name for check in load([root / "queries/rules"]) for rule in check.rules] == [
        "c10-stands-alone",
        "no-sources-included",
    ]
