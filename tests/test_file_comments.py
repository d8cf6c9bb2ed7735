"""What a file says of itself: its comment, and nothing that stands at its top by custom."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgraph.extract import extract
from kgraph.extract.file_comments import describing, leading_comment
from kgraph.extract.treesitter.nodes import documentation
from kgraph.model import FileFacts

BANNER = r"""/***************************************************************************
 *                                  _   _ ____  _
 *  Project                     ___| | | |  _ \| |
 *                             / __| | | | |_) | |
 *                            | (__| |_| |  _ <| |___
 *                             \___|\___/|_| \_\_____|
 *
 * Copyright (C) Somebody, <somebody@example.org>, et al.
 *
 * You may opt to use, copy, modify, merge, publish, distribute and/or sell
 * copies of the Software, and permit persons to whom the Software is
 * furnished to do so, under the terms of the COPYING file.
 *
 * SPDX-License-Identifier: curl
 *
 ***************************************************************************/
"""


def doc(content: str, language: str = "C") -> str:
    facts = extract(content.encode(), language)
    assert isinstance(facts, FileFacts)
    return facts.doc


def test_a_banner_and_a_licence_describe_nothing() -> None:
    assert doc(BANNER + '#include "a.h"\nint f(void);\n') == ""
    declared = extract((BANNER + "struct list;\n").encode(), "C")
    assert isinstance(declared, FileFacts)
    assert declared.symbols[0].doc == ""
    assert doc(BANNER + '\n/* Lists of strings. */\n\n#include "a.h"\nint f(void);\n') == "Lists of strings."


@pytest.mark.parametrize(
    "text",
    [
        "${generated_comment}",
        "@PACKAGE_INIT@",
        "@generated",
        "$Id: a.c 11 2010-06-13 joe $",
        "TODO: rename this file",
        "src/list.c",
        "=====\n  |  |\n-----",
        "@author Joe",
        "<DESC>",
    ],
)
def test_what_describes_nothing_is_left_out(text: str) -> None:
    assert describing(text) == ""
    assert describing(f"{text}\n\nSorts lists.") == "Sorts lists."


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("// Lists.\n#include <a.h>\nint f();\n", "Lists."),
        ("#pragma once\n// Lists.\n\n#include <a.h>\nint f();\n", "Lists."),
        ("#ifndef A_H\n#define A_H\n// Lists.\n\n#include <a.h>\nint f();\n#endif\n", "Lists."),
        ("#include <a.h>\n\n// Lists.\n\nint f();\n", "Lists."),
        ("#include <a.h>\n// Needed for ::getpid().\n#include <b.h>\n\nint f();\n", ""),
        ("#include <a.h>\n// Constants like M_PI.\n#define _USE_MATH_DEFINES\n\nint f();\n", ""),
        ("// Copyright Joe\n\n// For search.\n#include <b.h>\nint f();\n", ""),
        ("// Makes an f.\nint f();\n", ""),
        (
            "#ifndef A_H\n#define A_H\n\n// Of data.\n#ifndef DATA\n#define DATA\n#endif\n\nint f();\n#endif\n",
            "",
        ),
        ("// Lists.\n#ifndef A_H\n#define A_H\nint f();\n#endif\n", "Lists."),
        ("#include <a.h>\n#ifdef A /* for A alone */\n\nint f();\n#endif\n", ""),
    ],
)
def test_a_comment_on_a_directive_is_not_the_files(content: str, expected: str) -> None:
    assert doc(content, "C++") == expected


@pytest.mark.parametrize(
    ("language", "content", "expected"),
    [
        ("Shell", "#!/bin/sh\n# Copies all.\nset -e\n", "Copies all."),
        ("Shell", "# Copies one.\nf() {\n}\n", ""),
        ("CMake", "# Finds Snappy.\n#\n# Sets SNAPPY_FOUND.\n\nfind_path(a)\n", "Finds Snappy.\n\nSets SNAPPY_FOUND."),
        ("YAML", "# Labels of issues.\n\na: 1\n", "Labels of issues."),
        ("YAML", "# Of a alone.\na: 1\n", ""),
        ("Go", "// Copyright Joe\n\n// Package a sorts.\npackage a\n", "Package a sorts."),
        ("Rust", "//! Sorts.\n\nuse b;\n", "Sorts."),
        ("TypeScript", "/**\n * Sorts.\n */\nimport {a} from './a';\n", "Sorts."),
        ("TypeScript", "/** Sorts. */\nexport function f() {}\n", ""),
        ("PHP", "<?php\n/* Sorts. */\n\nnamespace a;\n", "Sorts."),
        ("Python", "# Sorts.\n\nimport os\n", "Sorts."),
        ("Python", "# Of the string below.\n\n'''Sorts.'''\n", "Sorts."),
    ],
)
def test_files_of_any_language_are_described_by_their_first_comment(language: str, content: str, expected: str) -> None:
    assert doc(content, language) == expected


@given(st.text("#/*- \nab!<?php;%{}", max_size=60), st.sampled_from(["Shell", "Go", "PHP", "SQL", "TeX"]))
def test_any_text_is_read(text: str, language: str) -> None:
    assert leading_comment(text, language) == leading_comment(text, language).strip()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('# /// script\n# dependencies = ["nox"]\n# ///\nimport sys\n', ""),
        ('# Runs all.\n\n# /// script\n# dependencies = ["nox"]\n# ///\nimport sys\n', "Runs all."),
        ("#!/usr/bin/env python\n# /// script\n# dependencies = []\n# ///\n\n# Runs all.\n\nimport sys\n", "Runs all."),
    ],
)
def test_what_a_script_needs_is_no_description(content: str, expected: str) -> None:
    assert doc(content, "Python") == expected


@pytest.mark.parametrize(
    ("language", "content", "expected"),
    [
        ("Go", "//go:build linux || darwin\n// +build linux darwin\n\npackage a\n", ""),
        ("Go", "//go:build linux\n\n// Package a counts.\npackage a\n", "Package a counts."),
        ("TypeScript", "/* eslint-disable no-eval */\n// @ts-nocheck\nimport a from './a'\n", ""),
        ("JavaScript", "/**\n * @vitest-environment jsdom\n */\n\nimport a from './a'\n", ""),
        ("Ruby", "# frozen_string_literal: true\n\n# Counts words.\n\nmodule A\nend\n", "Counts words."),
        ("Rust", "#![deny(missing_docs)]\n#![cfg_attr(\n    docsrs,\n)]\n\n//! Counts.\n\nmod a;\n", "Counts."),
        (
            "Rust",
            "//! # a\n//!\n//! Counts:\n//!\n//! - words\n//!   and lines\n//!\n"
            "//! ```\n//! a();\n//!\n//! b();\n//! ```\n\nmod a;\n",
            "# a\n\nCounts:\n\n- words\n  and lines\n\n```\na();\n\nb();\n```",
        ),
        ("Java", "/* Copyright X */\n\n/**\n * Counts.\n */\n@A\n@B(\"c\")\npackage a;\n", "Counts."),
        ("Java", "/* Written by A with members\n * of a group, released to the public domain. */\npackage a;\n", ""),
        (
            "Python",
            '"""\nCopyright (c) Somebody. All rights reserved.\n\nRedistribution is permitted. THIS SOFTWARE comes '
            'without warranty; in no event is there liability.\n"""\n\nx = 1\n',
            "",
        ),
        ("Python", '"""Finds the licence and copyright."""\n', "Finds the licence and copyright."),
    ],
)  # fmt: skip
def test_notes_to_tools_and_licences_describe_nothing(language: str, content: str, expected: str) -> None:
    assert doc(content, language) == expected


@pytest.mark.parametrize(
    ("language", "content"),
    [
        ("TypeScript", "/** Gives a. */\n// eslint-disable-next-line no-eval\nexport function f(): void {}\n"),
        ("TypeScript", "// Gives a.\n// @ts-ignore\nexport function f(): void {}\n"),
        ("Go", "package a\n\n// Gives a.\n//\n//go:noinline\nfunc f() {}\n"),
        ("Go", "package a\n\n// Gives a.\n//nolint:unused\nfunc f() {}\n"),
        ("TypeScript", "/**\n * Gives a.\n * @see `app.use('/b/*')`\n */\nexport const f = () => 1\n"),
        ("Rust", "/// Gives a.\n#[inline]\npub fn f() {}\n"),
        ("Java", "class A {\n  /** Gives a. */\n  // noinspection unused\n  void f() {}\n}\n"),
    ],
)
def test_a_note_to_a_tool_is_not_what_a_declaration_is_about(language: str, content: str) -> None:
    facts = extract(content.encode(), language)
    assert isinstance(facts, FileFacts)
    assert [symbol.doc.partition("\n")[0] for symbol in facts.symbols if symbol.name == "f"] == ["Gives a."]


def test_a_signature_is_whole_and_without_comments() -> None:
    parameters = ", ".join(f"parameter{number}: string" for number in range(14))
    first = "\n  // eslint-disable-next-line no-any\n  url = 'http://a', /* the rest */"
    content = f"export function f({first} {parameters}): void {{}}\n"
    facts = extract(content.encode(), "TypeScript")
    assert isinstance(facts, FileFacts)
    assert facts.symbols[0].signature == f"export function f( url = 'http://a', {parameters}): void"


def test_code_in_a_comment_of_lines_keeps_its_indentation() -> None:
    """Go's documentation marks code by a tab behind the `//`."""
    lines = b"// Key is a key:\n//\n//\tswitch key {\n//\tdefault:\n//\t}\n//\n// It says so.\ntype Key int".split(
        b"\n"
    )
    assert documentation(lines, 8, b"//") == "Key is a key:\n\n\tswitch key {\n\tdefault:\n\t}\n\nIt says so."
    indented = b"//\tAll of it\n//\tis indented.\ntype Key int".split(b"\n")
    assert documentation(indented, 3, b"//") == "All of it\nis indented."
