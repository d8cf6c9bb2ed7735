"""Rules as SHACL shapes, by pyshacl (`pip install 'kgraph-code[shacl]'`).

Input: the text of a Turtle file. Output: a check with a rule per shape that has a target. The validator works on rdflib
graphs in memory, which take a kilobyte a triple; so it is given the part of the graph that the shapes can see: the
triples whose property they name, the types that they name and, for closed shapes, all that is said of any node. More
than `MAX_TRIPLES` triples are refused. Shapes that hold SPARQL or rules (`sh:sparql`, `sh:rule`, ...) are refused too:
a query is a rule by itself, and runs in the engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from kgraph.errors import InputError, MissingExtraError
from kgraph.query.table import short
from kgraph.query.unknown_terms import unknown_terms
from kgraph.rules.node_locations import NodeLocations
from kgraph.rules.undecided import check_shapes
from kgraph.rules.violations import Check, Rule, RuleResult, RuleSource, Severity, Violation
from kgraph.vocab import PREFIXES, expand

if TYPE_CHECKING:
    import rdflib

MAX_TRIPLES = 1_000_000  # triples that a validator may be given: a gigabyte or two

_SH = "http://www.w3.org/ns/shacl#"
_TYPE = expand("rdf:type")
_TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
_REFUSED = ("sparql", "rule", "js", "target", "expression", "values")
_SEVERITIES = {"Violation": Severity.ERROR, "Warning": Severity.WARNING, "Info": Severity.NOTE}


@dataclass(frozen=True, slots=True)
class ShapesCheck:
    """The shapes of one file, tried together."""

    text: str
    where: str  # the file
    rules: tuple[Rule, ...]
    names: dict[str, str]  # of the rules, by the IRIs of their shapes

    def find(self, source: RuleSource) -> RuleResult:
        shapes = _rdflib(self.text)
        report = _validate(_part(shapes, source.store(), self.where), shapes, self.where)
        places = NodeLocations(source)
        violations = sorted(self._violations(report, shapes, source.repository.base, places), key=repr)
        undecided = [each for rule in self.rules for each in check_shapes(rule.name, self.text, source.store())]
        own = set(shapes.subjects())
        named = " ".join(sorted({f"<{name}>" for name in shapes.objects() if name not in own}))
        notes = [f"{self.where}: {sentence}" for sentence in unknown_terms(named)]
        return RuleResult(violations, notes, undecided)

    def _violations(
        self, report: rdflib.Graph, shapes: rdflib.Graph, base: str, locations: NodeLocations
    ) -> Iterator[Violation]:
        from rdflib import SH, Literal, URIRef

        for result in report.subjects(SH.resultSeverity):
            focus = report.value(result, SH.focusNode)
            owner = self._owner(report.value(result, SH.sourceShape), shapes)
            messages = sorted(str(text) for text in report.objects(result, SH.resultMessage))
            path = report.value(result, SH.resultPath)
            value = report.value(result, SH.value)
            message = "; ".join(messages)
            if isinstance(path, URIRef):
                message = f"{short(ox.NamedNode(str(path)), base)}: {message}"
            if isinstance(value, URIRef | Literal) and value != focus and str(value) not in message:
                message += f" (it is {_short(value, base)})"
            node, file, line = locations.find(str(focus).removeprefix(base))
            if not str(focus).startswith(base + "file/") or "#" in str(focus):
                message = f"{_short(focus, base)}: {message}"
            yield Violation(owner, node, file, line, message, message)

    def _owner(self, shape: Any, shapes: rdflib.Graph) -> str:
        """The rule that a shape belongs to: itself, or that in which it is nested."""
        waiting, seen = [shape], {shape}
        while waiting:
            shape = waiting.pop(0)
            if str(shape) in self.names:
                return self.names[str(shape)]
            for outer in shapes.subjects(None, shape):
                if outer not in seen:
                    seen.add(outer)
                    waiting.append(outer)
        return self.rules[0].name


def parse(text: str, where: str) -> list[Check]:
    """The shapes in a Turtle file; those with targets are its rules."""
    try:
        triples = list(ox.parse(text, ox.RdfFormat.TURTLE, base_iri="https://w3id.org/kgraph/rules/"))
    except SyntaxError as error:
        message = re.sub(r"^Parser error at .*?: ", "", str(error.msg))
        raise InputError(f"not Turtle: {message}", where=f"{where}:{error.lineno or 1}") from error
    targeted: dict[str, None] = {}
    for triple in triples:
        name = triple.predicate.value.removeprefix(_SH)
        if triple.predicate.value.startswith(_SH) and name in _REFUSED:
            line = _line(text, f"sh:{name}", triple.predicate.value)
            raise InputError(
                f"sh:{name} is not understood here", where=f"{where}:{line}", hint="write it as a query, in an .rq file"
            )
        if triple.predicate.value.startswith(_SH) and name in _TARGETS and isinstance(triple.subject, ox.NamedNode):
            targeted[triple.subject.value] = None
    classes = _group_by_subject(triples, _TYPE)
    for shape in _group_by_subject(triples, _TYPE, _SH + "NodeShape"):
        if shape in classes and "http://www.w3.org/2000/01/rdf-schema#Class" in classes[shape]:
            targeted[shape] = None  # a class that is its own target
    if not targeted:
        raise InputError(
            "there is no shape with a name and a target in it",
            where=where,
            hint="<#Name> a sh:NodeShape ; sh:targetClass kg:File ; ...",
        )
    names = {shape: re.sub(r"[^\w.-]+", "-", re.split(r"[#/]", shape)[-1]) or "shape" for shape in targeted}
    rules = tuple(_rule(shape, name, triples, text, where) for shape, name in names.items())
    return [ShapesCheck(text, where, rules, names)]


def _group_by_subject(triples: list[ox.Triple], predicate: str, value: str = "") -> dict[str, list[str]]:
    """The values of a property by subject."""
    by_property: dict[str, list[str]] = {}
    for triple in triples:
        if triple.predicate.value == predicate and isinstance(triple.subject, ox.NamedNode):
            term = cast("ox.NamedNode | ox.Literal", triple.object)
            if not value or term.value == value:
                by_property.setdefault(triple.subject.value, []).append(term.value)
    return by_property


def _rule(shape: str, name: str, triples: list[ox.Triple], text: str, where: str) -> Rule:
    for described in (_SH + "description", expand("rdfs:comment"), _SH + "name", expand("rdfs:label"), _SH + "message"):
        if sentences := _group_by_subject(triples, described).get(shape):
            break
    severity = (_group_by_subject(triples, _SH + "severity").get(shape) or [_SH + "Violation"])[0].removeprefix(_SH)
    if severity not in _SEVERITIES:
        raise InputError(
            f"{severity!r} is not a severity of SHACL",
            where=f"{where}:{_line(text, re.split('[#/]', severity)[-1])}",
            hint="sh:Violation, sh:Warning, sh:Info",
        )
    sentence = sentences[0] if sentences else ""
    return Rule(name, _SEVERITIES[severity], sentence, f"{where}:{_line(text, name, shape)}")


def _line(text: str, *names: str) -> int:
    """The first line that names something; RDF libraries keep no lines."""
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("#") and any(re.search(rf"{re.escape(name)}(?![\w-])", line) for name in names):
            return number
    return 1


def _rdflib(text: str) -> rdflib.Graph:
    import rdflib

    return rdflib.Graph().parse(data=text, format="turtle", publicID="https://w3id.org/kgraph/rules/")


def _part(shapes: rdflib.Graph, store: ox.Store, where: str) -> rdflib.Graph:
    """What of the graph the shapes can see."""
    from rdflib import SH, Graph, URIRef

    named = {str(term) for triple in shapes for term in triple if isinstance(term, URIRef)}
    everything = any(shapes.objects(None, SH.closed)) or URIRef(_TYPE) in set(shapes.objects())
    if everything:  # which nodes a closed shape looks at is known only when it is tried
        patterns = ["?s ?property ?o"]
    else:
        patterns = [
            f"{_values('property', named - {_TYPE})} ?s ?property ?o",
            f"{_values('o', named)} ?s rdf:type ?o . ?s ?property ?o FILTER(?property = rdf:type)",
        ]
    graph = Graph()
    for pattern in patterns:
        answer = store.query(f"CONSTRUCT {{ ?s ?property ?o }} WHERE {{ {pattern} }}", prefixes=PREFIXES)
        for triple in cast("ox.QueryTriples", answer):
            graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
            if len(graph) > MAX_TRIPLES:
                raise InputError(
                    f"the shapes look at more than {MAX_TRIPLES:,} triples",
                    where=where,
                    hint="narrow their targets and paths, or write the rule as a query, in an .rq file",
                )
    return graph


def _values(variable: str, iris: set[str]) -> str:
    return f"VALUES ?{variable} {{ {' '.join(str(ox.NamedNode(iri)) for iri in sorted(iris))} }}"


def _node(term: Any) -> Any:
    from rdflib import Literal, URIRef

    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    plain = term.datatype.value == expand("xsd:string")
    return Literal(term.value, datatype=None if plain else URIRef(term.datatype.value))


def _validate(data: rdflib.Graph, shapes: rdflib.Graph, where: str) -> rdflib.Graph:
    try:
        import pyshacl
        from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ValidationFailure
    except ImportError:
        raise MissingExtraError("pyshacl", "shacl") from None
    try:
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    except (ShapeLoadError, ConstraintLoadError, ReportableRuntimeError) as error:
        raise InputError(str(error).strip().replace("\n", " "), where=where) from error
    if isinstance(report, ValidationFailure | bytes):
        raise InputError(str(report), where=where)
    return cast("rdflib.Graph", report)


def _short(term: Any, base: str) -> str:
    from rdflib import Literal, URIRef

    if isinstance(term, URIRef):
        return short(ox.NamedNode(str(term)), base)
    return short(ox.Literal(str(term)), base) if isinstance(term, Literal) else str(term)
