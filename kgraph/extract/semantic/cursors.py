"""The numbers by which libclang tells what a cursor is, and what they are to us.

They are part of its stable interface (`clang-c/Index.h`).
"""

from __future__ import annotations

from kgraph.model import ROLES, Kind

RECURSE, CONTINUE = 2, 1
IN_MACRO = 0x80000000
KIND_NUMBERS = {kind: number for number, kind in enumerate(Kind)}
BITS = {role: 1 << bit for bit, role in enumerate(ROLES)}

# libclang's kinds of cursors, as our kinds.
KINDS: dict[int, Kind] = {
    2: Kind.STRUCT,
    3: Kind.UNION,
    4: Kind.CLASS,
    5: Kind.ENUM,
    6: Kind.FIELD,
    7: Kind.ENUMERATOR,
    8: Kind.FUNCTION,
    9: Kind.VARIABLE,
    11: Kind.CLASS,  # of Objective-C: interface, protocol, property, instance variable, methods, implementation
    13: Kind.CLASS,
    14: Kind.FIELD,
    15: Kind.FIELD,
    16: Kind.METHOD,
    17: Kind.METHOD,
    18: Kind.CLASS,
    20: Kind.TYPE_ALIAS,
    21: Kind.METHOD,
    22: Kind.NAMESPACE,
    24: Kind.CONSTRUCTOR,
    25: Kind.DESTRUCTOR,
    26: Kind.CONVERSION,
    30: Kind.FUNCTION,  # a template of any function
    31: Kind.CLASS,  # a template of a class, struct or union
    32: Kind.CLASS,  # a partial specialization
    36: Kind.TYPE_ALIAS,
    501: Kind.MACRO,
    601: Kind.TYPE_ALIAS,
    604: Kind.CONCEPT,
}
OVERRIDING = frozenset({16, 17, 21, 25, 26})
CLASSES = frozenset({2, 3, 4, 31, 32})
MESSAGES = frozenset({16, 17})  # methods of Objective-C
CONTAINERS = frozenset({11, 12, 13, 18, 19})  # what has such methods
OBJECTIVE_C = CONTAINERS | MESSAGES | {14, 15}
FUNCTIONS = MESSAGES | frozenset({8, 21, 24, 25, 26, 30})
VARIABLES = frozenset({Kind.VARIABLE, Kind.FIELD})
TYPES = CLASSES | {5}  # and enums
TEMPLATES = frozenset({30, 31, 32})
FUNCTION, USING = 8, 35
UNION, FIELD, PARAMETER, DESTRUCTOR, TEMPLATE = 3, 6, 10, 25, 30
UNEXPOSED_EXPRESSION, STRING, LIST, DELETE = 100, 109, 119, 135
FIRST_EXPRESSION, LAST_EXPRESSION = 100, 199
MAX_OVERLOADS = 8  # more of them say nothing of a use
UNEXPOSED, VARIABLE, CONSTRUCTOR, BASE, UNIT, FRIEND, MACRO_USE = 1, 9, 24, 44, 350, 603, 502
OPERATOR_ASSIGN, UNARY_ADDRESS, UNARY_STEPS = 22, 5, frozenset({1, 2, 3, 4})
ACCESS = {1: "public", 2: "protected", 3: "private"}
EXTERNAL = 4  # linkage
INTERNAL = frozenset({2, 3})  # linkage: static, or of an anonymous namespace
DEFINITION, MADE, IS_FRIEND, ACCESS_SHIFT = 1, 2, 4, 3
