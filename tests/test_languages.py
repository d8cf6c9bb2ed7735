"""Names and first lines in, languages out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kgraph.language_contents import detect_by_content, is_ambiguous
from kgraph.languages import C_FAMILY, detect_by_name, detect_by_shebang


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("a/b.c", "C"),
        ("b.C", "C++"),
        ("b.cc", "C++"),
        ("b.h", "C++"),
        ("b.inl", "C++"),
        ("b.tcc", "C++"),
        ("b.tpp", "C++"),
        ("b.ipp", "C++"),
        ("b.hxx", "C++"),
        ("b.cu", "CUDA"),
        ("b.cuh", "CUDA"),
        ("b.m", "Objective-C"),
        ("b.mm", "Objective-C++"),
        ("b.h.in", ""),
        ("b.py", "Python"),
        ("b.pyi", "Python"),
        ("b.pyw", "Python"),
        ("b.pyx", "Cython"),
        ("a.thor", "Ruby"),
        ("Podfile", "Ruby"),
        ("a.es6", "JavaScript"),
        ("README.md", "Markdown"),
        ("a.rst", "reStructuredText"),
        ("CMakeLists.txt", "CMake"),
        ("x.cmake", "CMake"),
        ("x.cmake.in", "CMake"),
        ("notes.txt", "Text"),
        ("LICENSE", "Text"),
        ("run.sh", "Shell"),
        ("a.yml", "YAML"),
        (".clang-format", "YAML"),
        ("a.json", "JSON"),
        ("a.toml", "TOML"),
        ("Dockerfile", "Dockerfile"),
        ("docker/Dockerfile.cuda", "Dockerfile"),
        ("base.dockerfile", "Dockerfile"),
        ("Makefile", "Makefile"),
        ("Makefile.am", "Makefile"),
        ("rules.mk", "Makefile"),
        ("BUILD", "Starlark"),
        ("BUILD.bazel", "Starlark"),
        ("WORKSPACE", "Starlark"),
        ("defs.bzl", "Starlark"),
        ("x.java", "Java"),
        ("x.js", "JavaScript"),
        ("x.ts", "TypeScript"),
        ("x.proto", "Protocol Buffer"),
        ("Index.cshtml", "Razor"),
        ("Index.cshtml.cs", "C#"),
        ("main.qml", "QML"),
        ("schema.gql", "GraphQL"),
        ("x.bat", "Batchfile"),
        ("x.ps1", "PowerShell"),
        ("x.S", "Assembly"),
        ("x.glsl", "GLSL"),
        ("x.metal", "Metal"),
        ("x.rs", "Rust"),
        ("x.go", "Go"),
        ("x.rb", "Ruby"),
        ("x.pl", "Perl"),
        ("x.html", "HTML"),
        ("x.css", "CSS"),
        ("x.xml", "XML"),
        ("setup.cfg", "INI"),
        ("x.ipynb", "Jupyter Notebook"),
        (".gitignore", "Ignore List"),
        ("x.png", ""),
        ("x", ""),
        ("", ""),
        (".", ""),
        ("a.", ""),
        ("a.d/x", ""),
    ],
)
def test_by_name(path: str, language: str) -> None:
    assert detect_by_name(path) == language
    assert detect_by_name(f"some where/{path}") == language


@pytest.mark.parametrize(
    ("line", "language"),
    [
        (b"#!/usr/bin/env python3", "Python"),
        (b"#!/usr/bin/python3.9 -u\n", "Python"),
        (b"#! /bin/sh", "Shell"),
        (b"#!/usr/bin/env -S FOO=1 bash -x", "Shell"),
        (b"#!/usr/bin/perl -w\r\n", "Perl"),
        (b"#!/usr/bin/env node", "JavaScript"),
        (b"#!/usr/bin/make -f", "Makefile"),
        (b"#!", ""),
        (b"#!/usr/bin/env", ""),
        (b"#!/opt/own\xff", ""),
        (b"int main() {}", ""),
        (b"", ""),
    ],
)
def test_by_shebang(line: bytes, language: str) -> None:
    assert detect_by_shebang(line) == language


def test_the_c_family_is_what_names_give() -> None:
    assert {detect_by_name(f"x.{suffix}") for suffix in ("c", "cc", "cu", "m", "mm")} == C_FAMILY


def test_importing_is_cheap() -> None:
    code = "import sys, kgraph.languages; print(len({'re', 'identify'} & set(sys.modules)), len(sys.modules))"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()[1]
    assert int(modules) < 150


@pytest.mark.parametrize(
    ("path", "start", "language"),
    [
        ("a.ts", "import {x} from './y';", "TypeScript"),
        ("a.ts", "const a = <T,>(x: T) => x;", "TypeScript"),
        ("a.ts", '<?xml version="1.0"?>\n<!DOCTYPE TS>', "XML"),
        ("a.ts", '\ufeff<!DOCTYPE TS><TS version="2.1">', "XML"),
        ("a.m", '#import "A.h"\n@implementation A\n', "Objective-C"),
        ("a.m", "// Copyright\nint x;\n", "Objective-C"),
        ("a.m", "int x;\n", "Objective-C"),
        ("a.m", "function y = f(x)\n% F of x\ny = x + 1;\nend\n", "MATLAB"),
        ("a.m", "% clear all // of it\nx = 3;\n", "MATLAB"),
        ("a.m", "## Copyright (C) Octave\nfunction f\nendfunction\n", "MATLAB"),
        ("a.m", "clc\nclear\nx = linspace(0, 1);\n", "MATLAB"),
        ("a.m", "x = [1, 2];  % two\n", "MATLAB"),
        ("a.m", "%---%\n:- module a.\n", "Mercury"),
        ("a.m", "(* ::Package:: *)\n", "Mathematica"),
        ("a.inc", "#define X 1\n", "C++"),
        ("a.inc", "{1, 2},\n{3, 4},\n", "C++"),
        ("a.inc", "/* a */ $(x)\n", "C++"),
        ("a.inc", "<?php\n$a = 1;\n", "PHP"),
        ("a.inc", "{$IFDEF X}\nprocedure A;\n", "Pascal"),
        ("a.inc", "; comment\n%macro x 2\n", "Assembly"),
        ("a.inc", 'SUMMARY = "x"\ninherit cmake\n', "BitBake"),
        ("a.inc", "FILES := $(wildcard *.c)\n", "Makefile"),
        ("a.inc", "      implicit none\n      integer i\n", "Fortran"),
        ("a.inc", "<div>x</div>\n", "HTML"),
        ("a.inc", ".. _a: https://b\n", "reStructuredText"),
        ("a.inc", "", "C++"),
    ],
)
def test_by_content(path: str, start: str, language: str) -> None:
    assert is_ambiguous(path)
    assert detect_by_content(path, start.encode()) == language


def test_most_names_tell_enough() -> None:
    assert not any(map(is_ambiguous, ("a.py", "a.tsx", "a.mm", "Makefile", "inc", "a/m", "a.ts.in")))
