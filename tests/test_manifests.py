"""Manifests and lock files: one small file of each format in, the packages and targets that it names out."""

# ruff: noqa: E501 - files as they are

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgraph.build_facts import BuildFacts
from kgraph.extract import extract
from kgraph.extract.manifests import reader
from kgraph.extract.manifests.names import manifest_of
from kgraph.languages import detect_by_name
from kgraph.model import FileFacts

# path: text, packages ("line ecosystem/name specifier scope if condition", or "==" and the locked version), targets
CASES: dict[str, tuple[str, list[str], list[str]]] = {
    "pyproject.toml": (
        '[build-system]\nrequires = ["hatchling>=1"]\n[project]\nname = "a"\ndependencies = ["B[x]>=1; os_name == \'nt\'"]\n'
        '[project.scripts]\nrun = "a.cli:main"\n[tool.poetry.group.test.dependencies]\npytest = "^8"\npython = "^3.11"\n',
        [
            "2 pypi/hatchling >=1 build",
            '5 pypi/B >=1 runtime if os_name == "nt"',
            "9 pypi/pytest ^8 test",
        ],
        ["package a", "executable run: a/cli.py a/cli/__init__.py src/a/cli.py src/a/cli/__init__.py"],
    ),
    "setup.cfg": (
        "[metadata]\nname = a\n[options]\ninstall_requires =\n  b>=1\n  # no\n  c\n[options.extras_require]\ntest = d\n",
        ["5 pypi/b >=1 runtime", "7 pypi/c runtime", '9 pypi/d test if extra == "test"'],
        ["package a"],
    ),
    "setup.py": (
        "from setuptools import setup\nN = 'a'\nREQ = ['b>=1', other]\nimport os; os.abort\n"
        "setup(name=N, install_requires=REQ, extras_require={'dev': ['c']}, tests_require=compute())\n",
        ["3 pypi/b >=1 runtime", '5 pypi/c development if extra == "dev"'],
        ["package a"],
    ),
    "pytest.ini": ("[pytest]\npythonpath = src tests\n", [], []),
    "tox.ini": ("[testenv]\ndeps = pytest\n[pytest]\npythonpath = src\n", [], []),
    "requirements/test.txt": (
        "-r base.txt\nA_b==1 ; python_version < '4' # why\nhttps://x.org/y.whl\ngit+https://x/y\nc @ https://x.org/c.whl\n",
        ['2 pypi/A_b ==1 test if python_version < "4"', "5 pypi/c @ https://x.org/c.whl test"],
        [],
    ),
    "requirements.txt": ("a\n", ["1 pypi/a runtime"], []),
    "requirements-dev.txt": ("a\n", ["1 pypi/a development"], []),
    "Pipfile": (
        '[packages]\na = "*"\n[dev-packages]\nb = {version = "==1"}\n',
        ["2 pypi/a * runtime", "4 pypi/b ==1 development"],
        [],
    ),
    "Pipfile.lock": ('{\n"default": {\n"a": {"version": "==1.0"}\n}\n}\n', ["3 pypi/a == 1.0"], []),
    "composer.json": (
        '{\n"name": "me/mine",\n"require": {\n"php": ">=8",\n"ext-json": "*",\n"aws/aws-sdk-php": "^3.2"\n},\n'
        '"require-dev": {\n"phpunit/phpunit": "^9"\n},\n"autoload": {"psr-4": {"Me\\\\": ["./src/", "lib"]}}\n}\n',
        ["6 composer/aws/aws-sdk-php ^3.2 runtime", "9 composer/phpunit/phpunit ^9 development"],
        ["package me/mine: lib/**/*.php src/**/*.php"],
    ),
    "composer.lock": (
        '{\n"packages": [\n{"name": "a/b", "version": "v1.0"}],\n"packages-dev": [{"name": "c/d", "version": "2"}]\n}\n',
        ["3 composer/a/b == 1.0", "4 composer/c/d == 2"],
        [],
    ),
    "Gemfile": (
        'source "https://x.org"\nV = "~> 2"\ngem "a", V, platforms: [:ruby, :jruby]\ngem "b", ">= 1", "< 3", group: :test, require: "b/c"\n'
        'gem "local", path: "local"\ngroup :development, :test do\n  gem "c" unless windows?\nend\ngem "d", "#{v}", group: "assets"\n'
        "# gem 'no'\ngem computed\nspec.gem 'no'\nif a?\n  gem 'e'\nelsif b?\n  gem 'f'\nelse\n  gem 'g'\nend\n",
        [
            "3 gem/a ~> 2 runtime if platform ruby, jruby",
            "4 gem/b >= 1, < 3 test",
            "7 gem/c development if unless windows?",
            "9 gem/d optional if group assets",
            "14 gem/e runtime if if a?",
            "16 gem/f runtime if unless a?; if b?",
            "18 gem/g runtime if unless a?; unless b?",
        ],
        [],
    ),
    "lib/Gemfile": ("gemspec\ngem 'a'\n", ["2 gem/a development"], []),
    "Gemfile.lock": (
        "PATH\n  remote: .\n  specs:\n    own (1.0)\n      a\n\nGEM\n  remote: https://x.org/\n  specs:\n    a (2.1)\n      b (>= 1)\n"
        "    b (1.3-x86_64-linux)\n    b (1.3-arm64-darwin)\n\nDEPENDENCIES\n  own!\n\nBUNDLED WITH\n   2.4\n",
        ["10 gem/a == 2.1", "12 gem/b == 1.3"],
        [],
    ),
    "a.gemspec": (
        'Gem::Specification.new do |s|\n  s.name = "a"\n  s.executables << "run"\n  s.add_runtime_dependency "b", [">= 1", "< 2"]\nend\n',
        ["4 gem/b >= 1, < 2 runtime"],
        ["package a: lib/**/*.rb", "executable run: bin/run"],
    ),
    "Package.swift": (
        'let package = Package(name: "p", dependencies: [\n.package(url: "ssh://git@x.org/a/b.git", branch: "main"),\n'
        '.package(id: "m.n", exact: "1.0"), .package(path: "../c")], targets: [\n.target(name: "T"), .testTarget(name: "\\(name)")])\n',
        ["2 swift/x.org/a/b branch main runtime", "3 swift/m.n exact 1.0 runtime"],
        ["library T: Sources/T/ Source/T/ src/T/ srcs/T/"],
    ),
    "Package.resolved": (
        '{\n"pins": [\n{"identity": "b", "location": "https://x.org/a/b.git",\n"state": {"revision": "1a", "version": "2.0"}},\n'
        '{"location": "https://x.org/c",\n"state": {"branch": "main", "revision": "3b"}}\n], "version": 2\n}\n',
        ["3 swift/x.org/a/b == 2.0", "5 swift/x.org/c == 3b"],
        [],
    ),
    "poetry.lock": (
        '[[package]]\nname = "a"\nversion = "1.0"\n\n[[package]]\nname = "b"\nversion = "2"\n',
        ["1 pypi/a == 1.0", "5 pypi/b == 2"],
        [],
    ),
    "package.json": (
        '{\n  "name": "@s/a",\n  "main": "./lib/a.js",\n  "bin": {"a": "./bin/a.js"},\n  "scripts": {\n    "test": "jest"\n  },\n'
        '  "dependencies": {\n    "b": "^1",\n    "c": "workspace:*"\n  },\n  "devDependencies": {\n    "@types/d": "2"\n  }\n}\n',
        ["9 npm/b ^1 runtime", "13 npm/@types/d 2 development"],
        ["package @s/a: lib/a.js", "executable a: bin/a.js", "script test"],
    ),
    "package-lock.json": (
        '{"packages": {\n"": {"name": "a"},\n"node_modules/b": {"version": "1.0"},\n"node_modules/b/node_modules/@s/c": {"version": "2"}\n}}',
        ["3 npm/b == 1.0", "4 npm/@s/c == 2"],
        [],
    ),
    "yarn.lock": (
        '# yarn\n\n"@s/a@^1", "@s/a@^1.2":\n  version "1.3"\nb@^2:\n  version "2.0"\n"c@workspace:.":\n  version: 0\n',
        ["3 npm/@s/a == 1.3", "5 npm/b == 2.0"],
        [],
    ),
    "pnpm-lock.yaml": (
        "packages:\n\n  '@s/a@1.3.0(x@1)':\n    resolution: {}\n  /b/2.0.0:\n    dev: true\nsnapshots:\n  c@1.0.0:\n",
        ["3 npm/@s/a == 1.3.0", "5 npm/b == 2.0.0"],
        [],
    ),
    "Cargo.toml": (
        '[package]\nname = "a"\n[dependencies]\nb = "1"\nc = { path = "../c" }\nd = { version = "2", optional = true, package = "e" }\n'
        '[target.\'cfg(unix)\'.build-dependencies]\nf = "3"\n[[bin]]\nname = "tool"\npath = "src/tool.rs"\n',
        ["4 cargo/b 1 runtime", "6 cargo/e 2 optional", "8 cargo/f 3 build if cfg(unix)"],
        ["library a: src/lib.rs src/**/*.rs", "executable a: src/main.rs src/**/*.rs", "executable tool: src/tool.rs"],
    ),
    "Cargo.lock": (
        '[[package]]\nname = "own"\nversion = "1"\n[[package]]\nname = "a"\nversion = "2"\nsource = "registry+x"\n',
        ["4 cargo/a == 2"],
        [],
    ),
    "go.mod": (
        "module x.org/m\n\ngo 1.22\nrequire a.org/b v1.0.0\nrequire (\n\tc.org/d/v2 v2.1.0 // indirect\n)\nreplace a.org/b => ./b\n",
        ["4 golang/a.org/b v1.0.0 runtime", "6 golang/c.org/d/v2 v2.1.0 optional if indirect"],
        [],
    ),
    "go.sum": ("a.org/b v1.0.0 h1:x=\na.org/b v1.0.0/go.mod h1:y=\n", ["1 golang/a.org/b == v1.0.0"], []),
    "pom.xml": (
        "<project xmlns='http://maven.apache.org/POM/4.0.0'>\n<groupId>g</groupId><artifactId>a</artifactId>\n"
        "<properties><v>1.0</v></properties>\n<dependencyManagement><dependencies><dependency>\n<groupId>h</groupId>"
        "<artifactId>c</artifactId><version>2</version></dependency></dependencies></dependencyManagement>\n"
        "<dependencies><dependency><groupId>h</groupId>\n<artifactId>b</artifactId><version>${v}</version></dependency>\n"
        "<dependency><groupId>h</groupId><artifactId>c</artifactId><scope>test</scope></dependency></dependencies>\n"
        "</project>",
        ["6 maven/h/b 1.0 runtime", "8 maven/h/c 2 test"],
        ["library a"],
    ),
    "build.gradle.kts": (
        'dependencies {\n  implementation("g:a:1.0")\n  testImplementation(platform("g:b:2"))\n  api(project(":core:x"))\n'
        "  implementation group: 'g', name: 'c', version: '3'\n  implementation(libs.d)\n}\n",
        ["2 maven/g/a 1.0 runtime", "3 maven/g/b 2 test", "5 maven/g/c 3 runtime"],
        ["project "],
    ),
    "gradle/libs.versions.toml": (
        '[versions]\nx = "1"\n[libraries]\na = { module = "g:a", version.ref = "x" }\nb = "g:b:2"\n',
        ["4 maven/g/a 1 runtime", "5 maven/g/b 2 runtime"],
        [],
    ),
    "a.csproj": (
        '<Project>\n<ItemGroup>\n<PackageReference Include="A" Version="1" />\n<PackageReference Include="B">\n'
        '<Version>2</Version></PackageReference>\n<ProjectReference Include="..\\c\\c.csproj" />\n</ItemGroup></Project>',
        ["3 nuget/A 1 runtime", "4 nuget/B 2 runtime"],
        ["project : **/*.cs **/*.fs **/*.vb"],
    ),
    "Directory.Packages.props": (
        '<Project><ItemGroup>\n<PackageVersion Include="A" Version="1"/></ItemGroup></Project>',
        ["2 nuget/A 1 runtime"],
        [],
    ),
    "Directory.Build.props": (
        '<Project><ItemGroup>\n<PackageReference Include="A" Version="1"/></ItemGroup></Project>',
        ["2 nuget/A 1 runtime"],
        [],
    ),
    "conanfile.txt": (
        "[requires]\na/1.0@u/c\n[tool_requires]\nb/2 # x\n[generators]\nCMake\n",
        ["2 conan/a 1.0 runtime", "4 conan/b 2 build"],
        [],
    ),
    "vcpkg.json": (
        '{"dependencies": [\n"a",\n{"name": "b", "version>=": "1", "platform": "windows"}\n]}',
        ["2 vcpkg/a runtime", "3 vcpkg/b >=1 runtime if windows"],
        [],
    ),
    "MODULE.bazel": (
        'module(name = "m")\n# bazel_dep(name = "no")\nbazel_dep(\n    name = "a",\n    version = "1",\n    dev_dependency = True,\n)\n',
        ["3 bazel/a 1 development"],
        ["module m"],
    ),
    "CMakeLists.txt": (
        "find_package(A 1.2 REQUIRED)\nfind_package(B COMPONENTS x)\nfind_package(${C})\n",
        ["1 cmake/A 1.2 runtime", "2 cmake/B optional"],
        [],
    ),
}


def build_of(path: str, text: str) -> BuildFacts:
    facts = extract(text.encode(), detect_by_name(path), manifest=manifest_of(path))
    assert isinstance(facts, FileFacts), facts
    assert facts.read_as == "syntax", path
    return facts.build


@pytest.mark.parametrize("path", CASES)
def test_each_format(path: str) -> None:
    text, packages, targets = CASES[path]
    build = build_of(path, text)
    found = []
    for each in build.packages:
        name = f"{each.line} {each.ecosystem}/{each.name}"
        parts = ("==", each.locked) if each.locked else (each.specifier, each.scope)
        found.append(" ".join(filter(None, (name, *parts))) + (f" if {each.condition}" if each.condition else ""))
    assert found == packages
    made = [
        f"{each.form} {each.name}" + (": " + " ".join(each.sources) if each.sources else "") for each in build.targets
    ]
    for target in targets if path != "MODULE.bazel" else ():
        assert any(each == target or each.startswith(f"{target}:") for each in made), made


def test_each_format_has_a_case() -> None:
    assert {manifest_of(path) for path in CASES} - {""} == set(reader.READERS) - {"packages.config"}


def test_usings_of_projects_are_read() -> None:
    text = '<Project><ItemGroup><Using Include="A;B" Alias="C" /><Using Remove="D" /></ItemGroup>'
    text += '<Import Project="..\\x.props" /></Project>'
    items = [(each.form, each.name, each.alias) for each in build_of("a.targets", text).items]
    assert items == [("using", "A", "C"), ("using", "B", "C"), ("removed using", "D", ""), ("import", "../x.props", "")]


@pytest.mark.parametrize("text", ["key=value\n", "<Settings><Using Include='A'/></Settings>", ""])
def test_other_formats_in_files_of_properties_say_nothing(text: str) -> None:
    assert not build_of("a.props", text)


def test_other_files_are_no_manifests() -> None:
    names = ("requirements.md", "notes.txt", "my_setup.py", "package.jsonc", "Cargo.toml.orig", "src/pom.xml.in")
    assert {manifest_of(name) for name in names} == {""}


@pytest.mark.parametrize("manifest", reader.READERS)
@pytest.mark.parametrize(
    "content", [b"", b"[", b"{", b"<a", b"\xff\xfe\x00", b"[[[[" * 5_000, b'{"a":' * 50_000, b"(" * 9_000]
)
def test_damage_is_a_sentence_or_nothing(manifest: str, content: bytes) -> None:
    found = reader.read(content, manifest)
    assert isinstance(found, str) or not found.packages


def test_entities_are_not_expanded() -> None:
    text = '<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><project><artifactId>&b;</artifactId></project>'
    assert reader.read(text.encode(), "pom.xml") == "cannot be read as pom.xml"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(reader.READERS)),
    st.recursive(
        st.none() | st.text(max_size=5),
        lambda x: (
            st.lists(x)
            | st.dictionaries(st.sampled_from(["name", "packages", "dependencies", "exports", "bin", "version"]), x)
        ),
    ),
)
def test_no_shape_of_json_breaks_a_reader(manifest: str, value: object) -> None:
    reader.read(json.dumps(value).encode(), manifest)


def test_roots_are_folders_as_spelled() -> None:
    """Below the folder of the manifest: absolute ones and those with variables are none."""
    text = (
        b'[tool.setuptools.packages.find]\nwhere = ["src/", "./lib", ".", "/etc", "${X}"]\n'
        b'[tool.pytest.ini_options]\npythonpath = ["..", "src"]\n[tool.hatch.build]\nsources = {"a/b" = "", "c" = "d"}\n'
    )
    found = reader.read(text, "pyproject.toml")
    assert not isinstance(found, str)
    assert found.roots == ("src", "lib", "a/b", "..")
    for damaged in (
        b"[tool]\nsetuptools = 1",
        b"[tool.poetry]\npackages = [1, {from = 2}]",
        b"[tool.hatch]\nbuild = []",
    ):
        found = reader.read(damaged, "pyproject.toml")
        assert not isinstance(found, str)
        assert found.roots == ()
