"""The classes of the vocabulary, each with the sentence that the ontology publishes.

A class for each kind of symbol and of use, and those of files, folders, places and what is outside the repository.
"""

from __future__ import annotations

from dataclasses import dataclass

from kgraph.model import Kind


@dataclass(frozen=True, slots=True)
class Class:
    """An RDF class: its local name in the `kg:` namespace, its super-class, and what it is."""

    name: str
    comment: str
    parent: str = ""  # prefixed name
    also: tuple[str, ...] = ()  # classes of other vocabularies that it is a kind of, prefixed
    close: tuple[str, ...] = ()  # classes of other vocabularies that mean nearly the same, prefixed


_SYMBOL_COMMENTS: dict[Kind, str] = {
    Kind.NAMESPACE: "A C++ namespace; each of its openings is a definition.",
    Kind.CLASS: "A class, of C++ or Python.",
    Kind.STRUCT: "A C or C++ struct.",
    Kind.UNION: "A C or C++ union.",
    Kind.ENUM: "An enumeration.",
    Kind.ENUMERATOR: "One value of an enumeration.",
    Kind.FUNCTION: "A function that is not a member of a class.",
    Kind.METHOD: "A member function.",
    Kind.CONSTRUCTOR: "A constructor.",
    Kind.DESTRUCTOR: "A destructor.",
    Kind.CONVERSION: "A conversion operator.",
    Kind.FIELD: "A data member, static or not.",
    Kind.VARIABLE: "A variable that is not a member of a class.",
    Kind.TYPE_ALIAS: "A typedef or alias declaration.",
    Kind.MACRO: "A preprocessor macro.",
    Kind.CONCEPT: "A C++20 concept.",
    Kind.MODULE: "A Python module.",
    Kind.PROPERTY: "A Python property, or a top-level key of a data file.",
    Kind.HEADING: "A section heading of a document.",
    Kind.TARGET: "Something that a build file makes; its modifiers say what: executable, library, test, ...",
    Kind.BUILD_TEST: "A test that a build file registers.",
}

# CodeOntology describes Java: near enough to find one's way, too far for a sub-class.
_CODE_ONTOLOGY: dict[Kind, tuple[str, ...]] = {
    Kind.NAMESPACE: ("woc:Package",),
    Kind.CLASS: ("woc:Class",),
    Kind.ENUM: ("woc:Enum",),
    Kind.METHOD: ("woc:Method",),
    Kind.CONSTRUCTOR: ("woc:Constructor",),
    Kind.FIELD: ("woc:Field",),
}

_USE_COMMENTS: dict[str, str] = {
    "Call": "Calls of a function, or of what is called like one; the particulars of `kg:calls`.",
    "Reference": "Mentions of a symbol that are not calls; the particulars of `kg:references`.",
    "Inheritance": "A class and its base; the particulars of `kg:inherits`.",
    "Override": "A method and the one that it overrides; the particulars of `kg:overrides`.",
    "Specialization": "A specialization and its template; the particulars of `kg:specializes`.",
    "Expansion": "Uses of a macro; the particulars of `kg:expands`.",
    "TypeUse": "A symbol and a type that it is declared with; the particulars of `kg:typeOf`.",
    "Binding": "A name of Python and the C++ symbol behind it; the particulars of `kg:binds`.",
    "Test": "A test and what it tests; the particulars of `kg:tests`.",
}

CLASSES: tuple[Class, ...] = (
    Class("Repository", "A source repository; the root of one build.", also=("schema:SoftwareSourceCode",)),
    Class("Folder", "A folder of the repository.", also=("nfo:Folder",)),
    Class("File", "A file of the repository.", also=("nfo:FileDataObject",)),
    Class("Symbol", "Something that source text declares and names; one per entity, however often declared."),
    *(
        Class(kind.value, comment, "kg:Symbol", close=_CODE_ONTOLOGY.get(kind, ()))
        for kind, comment in _SYMBOL_COMMENTS.items()
    ),
    Class("Location", "A range of lines of a file."),
    Class("Include", "One include directive or import statement."),
    Class("External", "Something outside the repository that an include or a use names."),
    Class("ExternalHeader", "A header that is not in the repository.", "kg:External"),
    Class("ExternalModule", "A module or package that is imported and not in the repository.", "kg:External"),
    Class("ExternalSymbol", "A function or type that is not in the repository, and worth asking for.", "kg:External"),
    Class("Use", "The particulars of one edge between who uses and what is used: where, how, and how sure it is."),
    *(Class(name, comment, "kg:Use") for name, comment in _USE_COMMENTS.items()),
    Class("Package", "A package of a package registry that a manifest or lock file names."),
    Class("Requirement", "One place where a manifest or lock file names a package."),
    Class("Relation", "The particulars of one `kg:related` edge: how near, and why."),
)

# The first words of reasons, the most telling first: the order in which the reasons of one relation are given.
