"""Queries: the shipped ones, those in files and texts, their parameters, and their answers.

Input: what to ask (a name, a file, a text), values for its parameters, and a store. Output: rows, triples or a bool,
which `formats` writes and `table` shows to people. The store is handed in: the caller that opens it also
says for how long.
"""

from __future__ import annotations

from kgraph.query.diagnostics import diagnose_answer
from kgraph.query.execution import bind_parameters, execute
from kgraph.query.header import TYPES, AnswerColumn, Parameter, Query, parse
from kgraph.query.library import find, from_file, load_shipped, names
from kgraph.query.rows import Answer, Rows, Triples, Value, value
from kgraph.query.symbol_names import find_qualified_name, with_qualified_names

__all__ = [
    "TYPES",
    "Answer",
    "AnswerColumn",
    "Parameter",
    "Query",
    "Rows",
    "Triples",
    "Value",
    "bind_parameters",
    "diagnose_answer",
    "execute",
    "find",
    "find_qualified_name",
    "from_file",
    "load_shipped",
    "names",
    "parse",
    "value",
    "with_qualified_names",
]
