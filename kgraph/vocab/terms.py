"""The properties of the vocabulary, each with the sentence that the ontology publishes.

The ontology (`kgraph.ttl`), its page and the SHACL shapes are made from these tables and from `tables`, so that they
cannot drift from what a build writes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Property:
    """An RDF property: prefixed name, what it says, what has it and what its value is.

    A domain or range of several classes names them with a space between; "" is anything.
    """

    name: str
    comment: str
    domain: str = ""
    range: str = ""
    parent: str = ""
    nature: Literal["edge", "attribute"] = "attribute"  # "edge": from node to node
    values: tuple[str, ...] = ()  # of a text that is one of a few
    at_least: int | None = None  # of a number
    not_above: str = ""  # the property whose value this one's never exceeds


REASONS = (
    *("implements", "declares", "tests", "tested", "included", "includes", "imported", "imports", "linked", "links"),
    *("named", "variant", "changed", "mentions", "offers", "shares"),
)

_SYMBOL = "kg:Symbol"
_USER, _USED = "kg:File kg:Symbol", "kg:Symbol kg:External"
_DEPENDS = "kg:dependsOn"

PROPERTIES: tuple[Property, ...] = (
    # Edges.
    Property(
        "kg:contains",
        "A container and what is in it: repository to folder, folder to folder or file, file to the symbols "
        "that it declares outside of any class or function, symbol to its members.",
        "kg:Repository kg:Folder kg:File kg:Symbol",
        "kg:Folder kg:File kg:Symbol",
        "",
        "edge",
    ),
    Property("kg:dependsOn", "One thing needs another: includes, imports, calls, ...", nature="edge"),
    Property(
        "kg:includes",
        "A file of the C family or of Cython includes a file or an external header; a template or a program names a "
        "template; a notebook runs a file.",
        "kg:File",
        "kg:File kg:External",
        "kg:dependsOn",
        "edge",
    ),
    Property(
        "kg:imports",
        "A file imports a file or an external module.",
        "kg:File",
        "kg:File kg:External",
        "kg:dependsOn",
        "edge",
    ),
    Property(
        "kg:needs",
        "A file uses what another one declares, which it neither includes nor imports: files of one package of Go or "
        "Java, of one namespace of C#, and what a module re-exports. Not found for C, C++ and Python.",
        "kg:File",
        "kg:File",
        "kg:dependsOn",
        "edge",
    ),
    Property(
        "kg:links",
        "A document links to a file or folder of the repository.",
        "kg:File",
        "kg:File kg:Folder",
        "",
        "edge",
    ),
    Property(
        "kg:related",
        "Another file that belongs with this one: at most ten for each file; `kg:Relation` says why.",
        "kg:File",
        "kg:File",
        "",
        "edge",
    ),
    *(
        Property(f"kg:{name}", comment, domain, range_, parent, "edge")
        for name, comment, domain, range_, parent in (
            ("calls", "A function calls a function; `kg:Call` says where.", _USER, _USED, _DEPENDS),
            ("references", "A symbol or file mentions a symbol; `kg:Reference` says where.", _USER, _USED, _DEPENDS),
            ("inherits", "A class has another one as its base; `kg:Inheritance` says how.", _SYMBOL, _USED, _DEPENDS),
            ("overrides", "A method overrides one of a base class.", _SYMBOL, _USED, ""),
            ("specializes", "A specialization is one of a template.", _SYMBOL, _SYMBOL, ""),
            ("expands", "A symbol or file uses a macro; `kg:Expansion` says where.", _USER, _USED, ""),
            ("typeOf", "A symbol is declared with a type; `kg:TypeUse` says where.", _USER, _USED, ""),
            (
                "binds",
                "A name of Python stands for a C++ symbol; `kg:Binding` says where.",
                "kg:File kg:Symbol kg:External",
                _USED,
                "",
            ),
            ("tests", "A file tests another one; `kg:Test` says how.", "kg:File", "kg:File", ""),
            ("builds", "A target is built of a source or header.", _SYMBOL, "kg:File", ""),
            ("linksAgainst", "A target is linked with a target or package.", _SYMBOL, "kg:Symbol kg:Package", _DEPENDS),
            ("buildsAfter", "A target needs another one to be built before.", _SYMBOL, _SYMBOL, _DEPENDS),
            ("runs", "A test that a build file registers runs a target.", _SYMBOL, _SYMBOL, ""),
            ("requires", "A manifest requires a package; see `kg:Requirement`.", "kg:File", "kg:Package", _DEPENDS),
            ("providedBy", "A module belongs to a package that a manifest requires.", "kg:External", "kg:Package", ""),
        )
    ),
    Property(
        "kg:from",
        "The file whose related files these are; who uses: the innermost symbol around, or the file.",
        "kg:Relation kg:Use",
        "kg:File kg:Symbol kg:External",
        "",
        "edge",
    ),
    Property(
        "kg:to",
        "A file that belongs with it; what is used.",
        "kg:Relation kg:Use",
        "kg:File kg:Symbol kg:External",
        "",
        "edge",
    ),
    Property(
        "kg:declaration", "Where a symbol is declared without being defined.", "kg:Symbol", "kg:Location", "", "edge"
    ),
    Property("kg:definition", "Where a symbol is defined.", "kg:Symbol", "kg:Location", "", "edge"),
    Property("kg:target", "What an include was resolved to.", "kg:Include", "kg:File kg:External", "", "edge"),
    Property("kg:includer", "The only file that reads an include as this.", "kg:Include", "kg:File", "", "edge"),
    Property("kg:candidate", "A file that an ambiguous include may mean.", "kg:Include", "kg:File", "", "edge"),
    Property(
        "kg:generatedFrom",
        "The file of the repository from which a program made a file, or makes the file that an include names.",
        "kg:Include kg:File",
        "kg:File",
        "",
        "edge",
    ),
    Property(
        "kg:inFile",
        "The file that a location, an include, a use or a requirement stands in.",
        "kg:Location kg:Include kg:Use kg:Requirement",
        "kg:File",
        "",
        "edge",
    ),
    Property(
        "kg:package", "The package that a manifest or lock file names.", "kg:Requirement", "kg:Package", "", "edge"
    ),
    # Attributes.
    Property(
        "kg:path",
        'Path from the root of the repository, "." for the root itself; what is not UTF-8 is shown as \\xff.',
        "kg:Folder kg:File",
        "xsd:string",
    ),
    Property(
        "kg:qualifiedName",
        'Name with its scopes: "at::native::add", "torch.nn.Module.forward".',
        "kg:Symbol",
        "xsd:string",
    ),
    Property("kg:signature", "The declaration on one line, without its body.", "kg:Symbol", "xsd:string"),
    Property("kg:language", "Language of a file, by its name or its first line.", "kg:File", "xsd:string"),
    Property("kg:size", "Size in bytes.", "kg:File", "xsd:integer", at_least=0),
    Property(
        "kg:lines",
        "Number of lines; a last line without a line end counts.",
        "kg:File",
        "xsd:integer",
        at_least=0,
    ),
    Property("kg:blob", "Git blob id of the content.", "kg:File", "xsd:string"),
    Property("kg:submodule", "Commit id that a git submodule's folder is pinned to.", "kg:Folder", "xsd:string"),
    Property(
        "kg:startLine",
        "First line, counted from 1.",
        "kg:Location kg:Include kg:Requirement",
        "xsd:integer",
        at_least=1,
        not_above="kg:endLine",
    ),
    Property("kg:endLine", "Last line, inclusive.", "kg:Location", "xsd:integer", at_least=1),
    Property(
        "kg:access",
        '"public", "protected" or "private".',
        "kg:Symbol",
        "xsd:string",
        values=("public", "protected", "private"),
    ),
    Property("kg:documentation", "Comment or docstring without its markers.", "kg:File kg:Symbol", "xsd:string"),
    Property(
        "kg:modifier",
        'A specifier or decorator as spelled: "static", "virtual", "@property".',
        "kg:Symbol",
        "xsd:string",
    ),
    Property("kg:base", "A base class as spelled, with its access.", "kg:Symbol", "xsd:string"),
    Property("kg:madeBy", "The macro whose use makes the definition.", "kg:Symbol", "xsd:string"),
    Property(
        "kg:mentions",
        "How often the name of a function stands in the files that can see it, beside its declarations, in comments "
        "and strings too. Only of functions that one file or one class can see; absent without related files.",
        "kg:Symbol",
        "xsd:integer",
        at_least=0,
    ),
    Property(
        "kg:unresolvedCalls",
        "How many calls of something by the name of a function, in the languages that may call it, lead to nothing in "
        "the graph, nor to what is known to be elsewhere: it may be what they call. Absent where there are none.",
        "kg:Symbol",
        "xsd:integer",
        at_least=1,
    ),
    Property(
        "kg:unresolvedBases",
        "How many bases by the name of a type, in the languages whose types may derive from it, lead to nothing in the "
        "graph, nor to what is known to be elsewhere: it may be what they name. Absent where there are none.",
        "kg:Symbol",
        "xsd:integer",
        at_least=1,
    ),
    Property("kg:spelling", "What an include or import names, as spelled.", "kg:Include kg:External", "xsd:string"),
    Property(
        "kg:form",
        '"angled", "quoted", "macro" (computed by a macro), "import", "from", or "template" (of web pages).',
        "kg:Include",
        "xsd:string",
        values=("angled", "quoted", "macro", "import", "from", "template"),
    ),
    Property(
        "kg:condition",
        "The #if conditions around an include, or the `if` or `try` around an import; the environment marker, "
        "feature or platform that a requirement is limited to.",
        "kg:Include kg:Requirement",
        "xsd:string",
    ),
    Property("kg:importedName", "A name that `from ... import` takes.", "kg:Include", "xsd:string"),
    Property(
        "kg:resolution",
        '"repository", "external", "ambiguous", "generated" (the build makes it from a template of '
        'the repository) or "missing".',
        "kg:Include",
        "xsd:string",
        values=("repository", "external", "ambiguous", "generated", "missing"),
    ),
    Property(
        "kg:readAs",
        'How a file was read: "semantic", "syntax", "listed" (counted, not parsed) or "skipped".',
        "kg:File",
        "xsd:string",
        values=("semantic", "syntax", "listed", "skipped"),
    ),
    Property(
        "kg:analysed",
        "What was looked for in a file, whether or not there was any: its declarations, its imports and includes, its "
        "uses. What was not is missing from every answer.",
        "kg:File",
        "xsd:string",
        values=("declarations", "imports", "uses"),
    ),
    Property(
        "kg:diagnostic", "Why a file was skipped, or what its parser could not make sense of.", "kg:File", "xsd:string"
    ),
    Property(
        "kg:rank", "Place in the list of a file's related files, from 1.", "kg:Relation", "xsd:integer", at_least=1
    ),
    Property("kg:score", "What the formula gives; greater is nearer.", "kg:Relation", "xsd:decimal", at_least=0),
    Property(
        "kg:reason",
        'Why the files belong together, up to three: "implements shape.h", "tests this file", '
        '"changed together in 20 of 38 commits". It is said of `kg:to`; "this file" and "here" are `kg:from`.',
        "kg:Relation",
        "xsd:string",
    ),
    Property("kg:line", "A line that the use stands on, counted from 1.", "kg:Use", "xsd:integer", at_least=1),
    Property(
        "kg:role",
        'How something is used: "read", "write", "address" of a variable, "public", "virtual", ... of a base; '
        '"conditional" where a call or reference of Python or the C family stands in branches alone: bodies of `if`, '
        "`except` or `catch`, `case`.",
        "kg:Use",
        "xsd:string",
    ),
    Property(
        "kg:confidence",
        "How likely an inferred use is true: the share that was, when its kind of evidence was measured against a "
        "compiler. A use without it was extracted: the text or a compiler says it.",
        "kg:Use",
        "xsd:decimal",
        at_least=0,
    ),
    Property(
        "kg:evidence", 'What an inferred use was concluded from: "the only one of that name".', "kg:Use", "xsd:string"
    ),
    Property(
        "kg:category",
        'Why an external symbol is worth asking for: "risk", "thread", "atomic", "gpu", "process", ...',
        "kg:External",
        "xsd:string",
    ),
    Property(
        "kg:weakness",
        'The weakness that careless use of an external symbol leads to, by its number: "CWE-120".',
        "kg:External",
        "xsd:string",
    ),
    Property(
        "kg:ecosystem",
        "Where a package or an imported module comes from, by the type of its package URL: "
        '"pypi", "npm", "cargo", "golang", "maven", ...',
        "kg:Package kg:External",
        "xsd:string",
    ),
    Property("kg:lockedVersion", "The version that a lock file pins.", "kg:Package kg:Requirement", "xsd:string"),
    Property(
        "kg:versionSpecifier", 'The versions that are required, as spelled: ">=1.2,<2".', "kg:Requirement", "xsd:string"
    ),
    Property(
        "kg:scope",
        'What a package is required for: "runtime", "development", "test", "build" or "optional".',
        "kg:Requirement",
        "xsd:string",
        values=("runtime", "development", "test", "build", "optional"),
    ),
    Property("kg:formula", "How related files were scored.", "prov:Activity", "xsd:string"),
    Property("kg:weight", 'A signal of the formula and its weight: "text 1".', "prov:Activity", "xsd:string"),
    Property("kg:option", "An option that the build was given.", "prov:Activity", "xsd:string"),
    # Of other vocabularies.
    Property("rdfs:label", "Short name.", "", "xsd:string"),
    Property("schema:codeRepository", "URL of the origin remote.", "kg:Repository", "xsd:string"),
    Property(
        "dcterms:hasVersion",
        "Commit id of the revision that was read, or whose history was.",
        "kg:Repository prov:Activity",
        "xsd:string",
    ),
    Property("dcterms:description", "What an external symbol is known for.", "kg:External", "xsd:string"),
    Property("dcterms:identifier", 'Package URL: "pkg:pypi/numpy".', "kg:Package", "xsd:string"),
    Property("dcterms:source", "Where that can be read.", "kg:External", "xsd:string"),
    Property("prov:wasGeneratedBy", "The build that made the graph.", "kg:Repository", "prov:Activity", "", "edge"),
    Property("dcterms:creator", "The version of kgraph that ran a build.", "prov:Activity", "xsd:string"),
)
