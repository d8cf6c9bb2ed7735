"""The messages of a SCIP index, made from the field numbers that its specification gives.

Output: classes of the `protobuf` runtime, `message("Index")`. They are made when first asked for, since only who reads
or writes an index needs them; no generated code has to be kept in step with a compiler's version. Messages and fields
that we neither write nor read are left out: `protobuf` keeps what it does not know.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from kgraph.errors import MissingExtraError

_PACKAGE = "kgraph.scip"  # of our own: another library in the same process may register the names of the original

# By message: name of the field, its number, its type, and "*" where it is repeated.
_FIELDS: dict[str, str] = {
    "Index": "metadata 1 Metadata, documents 2 Document*, external_symbols 3 SymbolInformation*",
    "Metadata": "version 1 int32, tool_info 2 ToolInfo, project_root 3 string, text_document_encoding 4 int32",
    "ToolInfo": "name 1 string, version 2 string, arguments 3 string*",
    "Document": (
        "relative_path 1 string, occurrences 2 Occurrence*, symbols 3 SymbolInformation*, language 4 string, "
        "text 5 string, position_encoding 6 int32"
    ),
    "SymbolInformation": (
        "symbol 1 string, documentation 3 string*, relationships 4 Relationship*, kind 5 int32, "
        "display_name 6 string, signature_documentation 7 Document, enclosing_symbol 8 string"
    ),
    "Relationship": (
        "symbol 1 string, is_reference 2 bool, is_implementation 3 bool, is_type_definition 4 bool, "
        "is_definition 5 bool"
    ),
    "Occurrence": (
        "range 1 int32*, symbol 2 string, symbol_roles 3 int32, override_documentation 4 string*, "
        "syntax_kind 5 int32, enclosing_range 7 int32*"
    ),
}

UTF8 = 1  # of `Metadata.text_document_encoding`

# `Document.position_encoding`: what the characters of a range count.
UTF8_BYTES, UTF16_UNITS, CODE_POINTS = 1, 2, 3

# Bits of `Occurrence.symbol_roles`.
DEFINITION, IMPORT, WRITE, READ, GENERATED, TEST, FORWARD_DEFINITION = 0x1, 0x2, 0x4, 0x8, 0x10, 0x20, 0x40

# `SymbolInformation.kind`, those that have a kind of ours beside them.
KINDS: dict[str, int] = {
    **{"Class": 7, "Constructor": 9, "Enum": 11, "Enumerator": 12, "Field": 15, "Function": 17, "Macro": 25},
    **{"Method": 26, "Module": 29, "Namespace": 30, "Property": 41, "Struct": 49, "TypeAlias": 55, "Union": 59},
    **{"Variable": 61},
}


@cache
def _messages() -> dict[str, type[Any]]:
    try:
        from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    except ImportError:
        raise MissingExtraError("SCIP", "scip") from None

    file = descriptor_pb2.FileDescriptorProto(name="kgraph/scip.proto", package=_PACKAGE, syntax="proto3")
    types = {
        "string": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
        "int32": descriptor_pb2.FieldDescriptorProto.TYPE_INT32,
        "bool": descriptor_pb2.FieldDescriptorProto.TYPE_BOOL,
    }
    for name, fields in _FIELDS.items():
        message = file.message_type.add(name=name)
        for field, number, kind in (each.split() for each in fields.split(", ")):
            repeated, plain = kind.endswith("*"), kind.rstrip("*")
            added = message.field.add(name=field, number=int(number))
            added.label = added.LABEL_REPEATED if repeated else added.LABEL_OPTIONAL
            if plain in types:
                added.type = types[plain]
            else:
                added.type = added.TYPE_MESSAGE
                added.type_name = f".{_PACKAGE}.{plain}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.{name}")) for name in _FIELDS}


def message(name: str) -> type[Any]:
    """The class of a message; raises `MissingExtraError` where the `protobuf` runtime is not installed."""
    return _messages()[name]
