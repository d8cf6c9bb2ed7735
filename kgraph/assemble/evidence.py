"""Evidence: what an inferred edge follows from, and how often that is right.

Output: a sentence for each rule of resolution, which the graph holds beside the edge (`kg:evidence`), and the precision
of each rule, which is the edge's confidence. A use that the rules of a language settle alone (an imported name of
Python, a name in the scope of a binding) is extracted, and has no confidence.
"""

from __future__ import annotations


class CppEvidence:
    """Rules of `cpp.overloads` and `cpp.inheritance`."""

    OWN_CLASS = "a member of its own class"
    RECEIVER_TYPE = "the declared type of what it is called on"
    QUALIFIED_NAME = "its qualified name"
    ENCLOSING_NAMESPACE = "a function of an enclosing namespace"
    SAME_FILE = "a function of the same file"
    ONLY_INCLUDED = "the only function of that name in what the file includes"
    ONLY_FUNCTION = "the only function of that name"
    ONLY_MEMBER = "the only member function of that name"
    CLASS_NAME = "the name of a class"
    DECLARED_OBJECT = "the class of an object that is made where it is declared"
    OVERLOAD_TYPES = "the overload that its arguments fit"
    ONE_OVERLOAD = "one of the overloads that its arguments may fit"
    MACRO_NAME = "the name of a macro"
    BASE_NAME = "the name of a base"
    OVERRIDDEN_METHOD = "the name and parameters of a virtual method of a base"
    OPERATOR = "an operator of the declared type of its operand"
    DESTRUCTOR = "the destructor of the declared type of what is destroyed"
    MENTIONED_MEMBER = "the name of a member in its class"
    MENTIONED_FIELD = "the declared type of what it is a member of"
    MENTIONED_PATH = "the qualified name that is mentioned"
    MENTIONED_NAME = "the name that is mentioned in its scope"
    MENTIONED_MACRO = "the name of a macro that is mentioned"


class CompiledEvidence:
    """What a compiler reports is extracted, and has no confidence, unless it read the file for a guessed machine."""

    GUESSED_TARGET = "a compiler whose target is guessed"


class PythonEvidence:
    """Rules of `python.resolver`."""

    OWN_CLASS = "member of its own class"
    BASE_CLASS = "member of a base class"
    RECEIVER_CLASS = "class of its receiver"
    ANNOTATED_CLASS = "annotated class of its receiver"
    CALL_RESULT = "result of a call"
    MRO = "order of its base classes"
    ELEMENT = "element of a container"
    ONE_OF_SEVERAL = "one of several values"
    ARGUMENT = "argument of a call"
    COMMAND_NAME = "the only command of that name"
    ADDRESS = "the only route that its address fits"
    ROUTE_NAME = "the only route of that name"
    MODULE_NAME = "the module that is run by its name"
    SCRIPT_NAME = "the only script of that name"
    DOTTED_NAME = "the dotted name in a text"
    IMPORTED_NAME = "imported name"  # extracted
    OWN_FILE = "name of its own file"  # extracted


class ScopedEvidence:
    """Rules of `scoped.resolver`: languages with lexical scopes and declared types."""

    OWN_TYPE = "a name of the type around it"  # extracted
    OWN_UNIT = "a name of its own package or module"  # extracted
    IMPORTED_NAME = "an imported name"  # extracted
    RECEIVER_TYPE = "a member of the declared type of its receiver"
    BASE_TYPE = "a member of a base of its receiver's type"
    EXTENSION = "an extension method of the declared type of its receiver"
    EXTENSION_IN_SCOPE = "the only extension method in scope of that name"
    TRAIT_IN_SCOPE = "a method of the only trait in scope that has one of that name"
    HELD_FUNCTION = "the function that a variable holds"
    ONE_OF_SEVERAL = "one of several functions that a variable may hold"
    OVERLOAD = "the overload with that number of arguments"
    OVERLOAD_TYPES = "the overload that its arguments fit"
    OVERLOAD_LABELS = "the overload with those argument labels"
    OVERRIDDEN = "the name and parameters of a method of a base type"
    BUILD_VARIANT = "one of the variants that builds choose from"
    METHOD_SET = "it has all methods of the interface"


EXTENSIONS = frozenset({ScopedEvidence.EXTENSION, ScopedEvidence.EXTENSION_IN_SCOPE})  # what is called is an argument


class BindingEvidence:
    """Rules of `bindings`."""

    IN_SCOPE = "name in its scope"  # extracted
    ONLY_ONE = "the only one of that name"
    OVERLOADS = "one of several overloads"
    ONLY_CALL = "the only call of its lambda"
    ENCLOSING_FUNCTION = "function around its lambda"
    LOADED_LIBRARY = "function of a loaded library"


TEST_NAME = "its name, and that it uses it"  # of `test_edges`

# The precision of each rule, measured: of the C family with `benchmarks/truth.py` (see `docs/accuracy.md`), of Python
# with `benchmarks/truth_python.py`, of languages with lexical scopes with `benchmarks/truth_uses.py` against their
# compilers, rounded down (overrides in Java are by a sample of javaparser's: of 3,440 that were found, 3,170 have
# `@Override`, and twelve of the others that were read do override), of bindings on a sample that was read, of tests on
# 60 pairs of PyTorch and numpy that were read, of which four tested something else of that name. What Python's values,
# elements and arguments give is by 66 edges of PyTorch that were drawn by chance and read, none of them wrong as far as
# could be seen, and some hundred of flask, httpx and requests: two were wrong (and their cause mended). That is few for
# a figure, so it is set lower, and so is that of functions that a variable may hold. Of 130 operators and conversions
# in leveldb, yaml-cpp, fmt and 25 units of Catch2, the compiler confirmed 125, of 52 destructors all: few, so theirs is
# set lower too. That of a trait in scope is by 150 edges of axum, serde and tokio that were drawn by chance and read.
# Of 75 names that are looked up at run time, drawn by chance in sqlite-utils, datasette, typer, starlette and flask and
# read (47 commands and modules, 28 routes), two were wrong, and their kinds mended: a command of another file's test,
# and a route beside an application that is mounted there. That is few, so theirs is set lower.
# Of 2,204 calls of one of several overloads in fltk, fmt, leveldb, spdlog, yaml-cpp and Catch2, the compiler confirmed
# 1,592, most of them in fmt; in the others it is from .34 to .64, and of 30 in PyTorch that were read 15 were right, so
# it is set to what most projects have.
# That of a guessed target is no measurement: how much differs between machines depends on the code. Of 160 mentions of
# the C family in PyTorch, 32 by each rule, none was found wrong.
CONFIDENCE: dict[str, float] = {
    CppEvidence.OWN_CLASS: 0.999,
    CppEvidence.RECEIVER_TYPE: 0.993,
    CppEvidence.QUALIFIED_NAME: 0.996,
    CppEvidence.ENCLOSING_NAMESPACE: 0.997,
    CppEvidence.SAME_FILE: 0.999,
    CppEvidence.ONLY_INCLUDED: 0.99,
    CppEvidence.ONLY_FUNCTION: 0.966,
    CppEvidence.ONLY_MEMBER: 0.967,
    CppEvidence.CLASS_NAME: 0.996,
    CppEvidence.DECLARED_OBJECT: 0.99,
    CppEvidence.OVERLOAD_TYPES: 0.99,
    CppEvidence.ONE_OVERLOAD: 0.55,
    CppEvidence.MACRO_NAME: 0.999,
    CppEvidence.BASE_NAME: 0.987,
    CppEvidence.OVERRIDDEN_METHOD: 0.983,
    CppEvidence.OPERATOR: 0.96,
    CppEvidence.DESTRUCTOR: 0.98,
    CppEvidence.MENTIONED_MEMBER: 0.98,
    CppEvidence.MENTIONED_FIELD: 0.98,
    CppEvidence.MENTIONED_PATH: 0.98,
    CppEvidence.MENTIONED_NAME: 0.95,
    CppEvidence.MENTIONED_MACRO: 0.98,
    CompiledEvidence.GUESSED_TARGET: 0.95,
    PythonEvidence.OWN_CLASS: 0.99,
    PythonEvidence.BASE_CLASS: 0.99,
    PythonEvidence.RECEIVER_CLASS: 0.98,
    PythonEvidence.ANNOTATED_CLASS: 0.99,
    PythonEvidence.CALL_RESULT: 0.95,
    PythonEvidence.MRO: 0.99,
    PythonEvidence.ELEMENT: 0.9,
    PythonEvidence.ONE_OF_SEVERAL: 0.9,
    PythonEvidence.ARGUMENT: 0.9,
    PythonEvidence.COMMAND_NAME: 0.95,
    PythonEvidence.ADDRESS: 0.9,
    PythonEvidence.ROUTE_NAME: 0.9,
    PythonEvidence.MODULE_NAME: 0.95,
    PythonEvidence.SCRIPT_NAME: 0.95,
    PythonEvidence.DOTTED_NAME: 0.95,
    ScopedEvidence.RECEIVER_TYPE: 0.99,
    ScopedEvidence.BASE_TYPE: 0.98,
    ScopedEvidence.EXTENSION: 0.99,
    ScopedEvidence.EXTENSION_IN_SCOPE: 0.96,
    ScopedEvidence.TRAIT_IN_SCOPE: 0.96,
    ScopedEvidence.HELD_FUNCTION: 0.99,
    ScopedEvidence.ONE_OF_SEVERAL: 0.9,
    ScopedEvidence.OVERLOAD: 0.97,
    ScopedEvidence.OVERLOAD_TYPES: 0.95,
    ScopedEvidence.OVERLOAD_LABELS: 0.97,
    ScopedEvidence.OVERRIDDEN: 0.97,
    ScopedEvidence.BUILD_VARIANT: 0.99,
    ScopedEvidence.METHOD_SET: 0.99,
    BindingEvidence.ONLY_ONE: 0.95,
    BindingEvidence.OVERLOADS: 0.7,
    BindingEvidence.ONLY_CALL: 0.95,
    BindingEvidence.ENCLOSING_FUNCTION: 1.0,
    BindingEvidence.LOADED_LIBRARY: 0.9,
    TEST_NAME: 0.93,
}
