"""Which language a file is written in, by its name or its first line.

Input: a path, or the first line of a file whose name does not tell. Output: a name as GitHub's linguist spells it
(CUDA apart), "" where unknown.

The breadth comes from `identify`, pre-commit's library, which knows some 350 extensions by tags; this module keeps what
tags it turns into which language, and the places where a code graph wants another answer: a header is C++ until a scan
has seen what the repository holds, and a Bazel file is Starlark.
"""

from __future__ import annotations

import re

from identify.extensions import EXTENSIONS, NAMES
from identify.interpreters import INTERPRETERS

C_FAMILY = frozenset({"C", "C++", "CUDA", "Objective-C", "Objective-C++"})

# What is read as Python, and can use what Python files define.
PYTHON_FAMILY = frozenset({"Python", "Cython", "Jupyter Notebook"})
PYTHON_MODULES = frozenset({"Python", "Cython"})  # what can be imported

# Whose packages the imports of a language name: the type of a package URL.
_ECOSYSTEMS = {
    **dict.fromkeys(PYTHON_FAMILY, "pypi"),
    **dict.fromkeys(("JavaScript", "TypeScript", "TSX", "Vue", "Svelte"), "npm"),
    **dict.fromkeys(("Clojure", "Groovy", "Java", "Kotlin", "Scala"), "maven"),
    **dict.fromkeys(("C#", "F#", "Visual Basic .NET"), "nuget"),
    "Go": "golang",
    "PHP": "composer",
    "Ruby": "gem",
    "Rust": "cargo",
    "Swift": "swift",
}

# Whose files see what other files of their package, namespace or target declare, without an import.
PACKAGE_SCOPED = frozenset({"C#", "Go", "Groovy", "Java", "Kotlin", "Scala", "Swift"})

# What programs are written in, as opposed to documents, data and build files.
CODE = C_FAMILY | {
    *("C#", "Cython", "Dart", "Elixir", "Erlang", "F#", "Fortran", "Go", "Groovy", "Haskell", "Java", "JavaScript"),
    *(
        "Julia",
        "Kotlin",
        "Lua",
        "MATLAB",
        "OCaml",
        "Perl",
        "PHP",
        "PowerShell",
        "Python",
        "R",
        "Ruby",
        "Rust",
        "Scala",
        "Shell",
    ),
    *("Swift", "TSX", "TypeScript", "Vue", "Zig"),
}

# By identify's tag. A name may have several tags; the first row that fits wins, so a dialect stands before its family.
_TAGS: dict[str, str] = {
    "jupyter": "Jupyter Notebook",
    "objective-c++": "Objective-C++",
    "objective-c": "Objective-C",
    "svg": "SVG",
    "html": "HTML",
    "ejs": "EJS",
    "cuda": "CUDA",
    "c++": "C++",
    "c": "C",
    "cython": "Cython",
    "python": "Python",
    "pyi": "Python",
    "bazel": "Starlark",
    "cmake": "CMake",
    "makefile": "Makefile",
    "dockerfile": "Dockerfile",
    "fish": "fish",
    "shell": "Shell",
    "batch": "Batchfile",
    "powershell": "PowerShell",
    "markdown": "Markdown",
    "mdx": "MDX",
    "rst": "reStructuredText",
    "asciidoc": "AsciiDoc",
    "tex": "TeX",
    "pofile": "Gettext Catalog",
    "json5": "JSON5",
    "json": "JSON",
    "yaml": "YAML",
    "toml": "TOML",
    "ini": "INI",
    "gitmodules": "Git Config",
    "gitignore": "Ignore List",
    "dockerignore": "Ignore List",
    "npmignore": "Ignore List",
    "gitattributes": "Git Attributes",
    "dotenv": "Dotenv",
    "csv": "CSV",
    "tsv": "TSV",
    "xml": "XML",
    "dtd": "XML",
    "css": "CSS",
    "scss": "SCSS",
    "sass": "Sass",
    "less": "Less",
    "javascript": "JavaScript",
    "jsx": "JavaScript",
    "ts": "TypeScript",
    "tsx": "TSX",
    "vue": "Vue",
    "svelte": "Svelte",
    "java": "Java",
    "java-properties": "Java Properties",
    "kotlin": "Kotlin",
    "groovy": "Groovy",
    "scala": "Scala",
    "clojure": "Clojure",
    "c#": "C#",
    "f#": "F#",
    "vb": "Visual Basic .NET",
    "go": "Go",
    "go-mod": "Go Module",
    "go-sum": "Go Checksums",
    "rust": "Rust",
    "ruby": "Ruby",
    "perl": "Perl",
    "php": "PHP",
    "lua": "Lua",
    "luau": "Luau",
    "r": "R",
    "julia": "Julia",
    "swift": "Swift",
    "dart": "Dart",
    "ocaml": "OCaml",
    "haskell": "Haskell",
    "erlang": "Erlang",
    "elixir": "Elixir",
    "elm": "Elm",
    "scheme": "Scheme",
    "lean": "Lean",
    "nim": "Nim",
    "nix": "Nix",
    "zig": "Zig",
    "crystal": "Crystal",
    "fortran": "Fortran",
    "pascal": "Pascal",
    "asm": "Assembly",
    "metal": "Metal",
    "hlsl": "HLSL",
    "verilog": "Verilog",
    "system-verilog": "SystemVerilog",
    "vhdl": "VHDL",
    "proto": "Protocol Buffer",
    "textproto": "Protocol Buffer Text Format",
    "thrift": "Thrift",
    "graphql": "GraphQL",
    "idl": "IDL",
    "sql": "SQL",
    "terraform": "HCL",
    "hcl": "HCL",
    "jsonnet": "Jsonnet",
    "jinja": "Jinja",
    "m4": "M4",
    "meson": "Meson",
    "vim": "Vim Script",
    "awk": "Awk",
    "plantuml": "PlantUML",
    "diff": "Diff",
    "plain-text": "Text",
}

# By extension, in lower case; read before identify's.
_EXTENSIONS: dict[str, str] = {
    "h": "C++",
    "tcc": "C++",
    "txx": "C++",
    "h++": "C++",
    "cppm": "C++",
    "cxxm": "C++",
    "c++m": "C++",
    "ccm": "C++",
    "ixx": "C++",
    "mpp": "C++",
    "hip": "C++",
    "inc": "C++",  # where its content does not tell otherwise
    "cl": "OpenCL",
    "build": "Starlark",
    "meson": "INI",  # a cross file or native file
    "sky": "Starlark",
    "star": "Starlark",
    "glsl": "GLSL",
    "glslh": "GLSL",
    "vert": "GLSL",
    "frag": "GLSL",
    "comp": "GLSL",
    "geom": "GLSL",
    "tesc": "GLSL",
    "tese": "GLSL",
    "mkd": "Markdown",
    "dox": "Doxygen",
    "rest": "reStructuredText",
    "cfg": "INI",
    "pbtxt": "Protocol Buffer Text Format",
    "prototxt": "Protocol Buffer Text Format",
    "gradle": "Gradle",
    "jsonc": "JSON with Comments",
    "mts": "TypeScript",
    "cts": "TypeScript",
    "el": "Emacs Lisp",
    "lisp": "Common Lisp",
    "tcl": "Tcl",
    "smt2": "SMT",
    "smt": "SMT",
    "swg": "SWIG",
    "y": "Yacc",
    "l": "Lex",
    "f": "Fortran",
    "cc": "C++",
    "dockerfile": "Dockerfile",
    **dict.fromkeys(("podspec", "thor", "rabl", "rbi", "rbw", "prawn", "arb", "axlsx"), "Ruby"),
    **dict.fromkeys(("es6", "jsm"), "JavaScript"),
    "mak": "Makefile",
    "ebuild": "Shell",
    "ksh": "Shell",
    "am": "Makefile",
    "ac": "M4",
    "awk": "Awk",
    "makefile": "Makefile",
    "plist": "XML",
    # Pages and forms whose code names what others declare.
    **dict.fromkeys(("cshtml", "razor", "vbhtml"), "Razor"),
    **dict.fromkeys(("aspx", "ascx", "asax", "ashx", "master"), "ASP.NET"),
    **dict.fromkeys(("xaml", "axaml"), "XAML"),
    **dict.fromkeys(("jsp", "jspx", "tagx"), "Java Server Pages"),
    **dict.fromkeys(("erb", "haml", "slim"), "Ruby templates"),
    "astro": "Astro",
    "pug": "Pug",
    "qml": "QML",
    # Languages that nobody reads here.
    **dict.fromkeys(("adb", "ads"), "Ada"),
    **dict.fromkeys(("cob", "cbl"), "COBOL"),
    "gd": "GDScript",
    "hx": "Haxe",
    "rkt": "Racket",
    "sol": "Solidity",
    "vala": "Vala",
    # What identify has by one name alone.
    **dict.fromkeys(("gql", "graphqls"), "GraphQL"),
    **dict.fromkeys(("ddl", "pgsql", "psql", "tsql"), "SQL"),
}

# By whole name; read before everything else.
_NAMES: dict[str, str] = {
    "BUCK": "Starlark",
    "BUCK.oss": "Starlark",
    "TARGETS": "Starlark",
    "PACKAGE": "Starlark",
    "WORKSPACE.bzlmod": "Starlark",
    "CMakeLists.txt": "CMake",
    "CMakeCache.txt": "CMake",
    "configure.ac": "M4",
    "configure.in": "M4",
    ".bazelrc": "",
    ".gitconfig": "Git Config",
    ".editorconfig": "EditorConfig",
    ".clang-format": "YAML",
    ".clang-tidy": "YAML",
    ".clangd": "YAML",
    "CODEOWNERS": "CODEOWNERS",
    "Kconfig": "Kconfig",
    "Pipfile.lock": "JSON",
    "composer.lock": "JSON",
    "Doxyfile": "INI",
    **dict.fromkeys(("Podfile", "Guardfile", "Capfile", "Thorfile", "Dangerfile", "Appraisals", "Steepfile"), "Ruby"),
}

# `x.cmake.in` is read as what it will become; not so templates of C++ or Python, which their placeholders break.
_TEMPLATES = frozenset({"CMake", "Makefile", "Shell"})

_known: dict[str, str] = {}  # by extension as spelled
_INTERPRETER_VERSION = re.compile(r"[-.\d]+$")


def ecosystem(language: str) -> str:
    """The ecosystem whose modules a language imports: the type of a package URL, or else the language in lower case."""
    return _ECOSYSTEMS.get(language) or language.lower().replace(" ", "-")


def import_verb(language: str) -> str:
    """What files of a language do to others: "include" in the C family, "import" elsewhere."""
    return "include" if language in C_FAMILY or language == "Assembly" else "import"


def _choose_by_tags(tags: set[str]) -> str:
    return next((language for tag, language in _TAGS.items() if tag in tags), "")


def _choose_by_extension(extension: str) -> str:
    if extension in ("C", "H"):  # what tells C++ from C on file systems that heed case
        return "C++"
    lower = extension.lower()
    if lower in _EXTENSIONS:
        return _EXTENSIONS[lower]
    return _choose_by_tags(EXTENSIONS.get(lower, set()))


def detect_by_name(path: str) -> str:
    """The language of a file of this path or name; "" where its name does not tell."""
    name = path.rpartition("/")[2]
    if name in _NAMES:
        return _NAMES[name]
    if name in NAMES:
        return _choose_by_tags(NAMES[name])
    stem, dot, extension = name.rpartition(".")
    if dot and stem:
        language = _known.get(extension)
        if language is None:
            language = _known[extension] = _choose_by_extension(extension)
        if language:
            return language
        if extension == "in" and (template := detect_by_name(stem)) in _TEMPLATES:
            return template
    # "Dockerfile.cuda", "Makefile.am": the name before its first dot.
    first = name.partition(".")[0]
    if first != name and first in NAMES and "plain-text" not in NAMES[first]:
        return _choose_by_tags(NAMES[first])
    return "Dockerfile" if name.startswith("Dockerfile") else ""


def detect_by_shebang(first_line: bytes) -> str:
    """The language of a script that starts with this line: "#!/usr/bin/env python3"; "" where it is no shebang."""
    if not first_line.startswith(b"#!"):
        return ""
    words = first_line[2:].decode("ascii", "replace").split()
    if words and words[0].rpartition("/")[2] == "env":
        # The options of env, and `NAME=value` settings, stand before the interpreter.
        words = [word for word in words[1:] if not word.startswith("-") and "=" not in word]
    if not words:
        return ""
    interpreter = words[0].rpartition("/")[2]
    tags = INTERPRETERS.get(interpreter) or INTERPRETERS.get(_INTERPRETER_VERSION.sub("", interpreter))
    if tags:
        return _choose_by_tags(tags)
    return {"make": "Makefile", "cmake": "CMake", "tclsh": "Tcl", "lua": "Lua", "Rscript": "R"}.get(interpreter, "")


# The names of files that a compiler is called with, as a regular expression.
UNITS = r"\.(c|cc|cpp|cxx|cu|m|mm)$"


# A decorator of Python, "@typing.overload" or by whatever name `typing` goes: the function is but declared.
OVERLOAD_MARKER = r"^@(?:.*\.)?overload$"


def is_overload_marker(modifier: str) -> bool:
    """Whether it is one that `OVERLOAD_MARKER` matches."""
    return re.search(OVERLOAD_MARKER, modifier) is not None
