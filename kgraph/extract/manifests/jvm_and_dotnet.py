"""The manifests of Maven, Gradle and NuGet; Conan's and Bazel's lists.

Input: the text of a file. Output: `BuildFacts`. Of Gradle's programs the dependencies that are spelled as literals
are read; what they compute is not known. XML that declares entities is refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from xml.parsers import expat

from kgraph.build_facts import BuildFacts, PackageFact, ProjectItem, Scope, TargetFact
from kgraph.extract.manifests.key_lines import KeyLines, mapping, string

_MAX_DEPTH = 100
_Element = tuple[str, str, dict[str, str], int]  # path of names, text, attributes, line


class _RefusedError(ValueError):
    """XML that declares entities, or nests too deeply."""


def _elements(text: str) -> list[_Element]:
    """The elements of an XML document in the order of their ends, names without their namespaces."""
    elements: list[_Element] = []
    stack: list[tuple[str, list[str], dict[str, str], int]] = []
    parser = expat.ParserCreate()

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > _MAX_DEPTH:
            raise _RefusedError
        stack.append((name.rpartition(":")[2], [], attributes, parser.CurrentLineNumber))

    def end(_: str) -> None:
        path = "/".join(each[0] for each in stack)
        _, pieces, attributes, line = stack.pop()
        elements.append((path, "".join(pieces).strip(), attributes, line))

    def characters(piece: str) -> None:
        if stack:
            stack[-1][1].append(piece)

    def entity(*_: object) -> None:
        raise _RefusedError

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.EntityDeclHandler = characters, entity
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        raise _RefusedError from error
    return elements


_MAVEN_SCOPES: dict[str, Scope] = {"test": "test", "provided": "build", "import": "build"}
_PROPERTY = re.compile(r"\$\{([\w.-]+)\}")


def pom(text: str) -> BuildFacts:
    """Dependencies, the versions that `dependencyManagement` gives, and the project itself."""
    elements = _elements(text)
    properties = {path.rpartition("/")[2]: value for path, value, _, _ in elements if "/properties/" in path}
    own = {path.removeprefix("project/"): value for path, value, _, _ in elements if path.count("/") <= 2}
    group = own.get("groupId") or own.get("parent/groupId", "")
    version = own.get("version") or own.get("parent/version", "")
    properties |= {"project.groupId": group, "project.version": version, "pom.version": version}

    def known(value: str) -> str:
        return _PROPERTY.sub(lambda match: properties.get(match[1], match[0]), value)

    packages = []
    managed: dict[str, str] = {}
    waiting: list[PackageFact] = []
    fields: dict[str, str] = {}
    for path, value, _, line in elements:
        head, _, last = path.rpartition("/")
        if head.endswith("dependencies/dependency"):
            fields[last] = value
        elif path.endswith("dependencies/dependency"):
            name = f"{known(fields.get('groupId', ''))}/{known(fields.get('artifactId', ''))}"
            specifier = known(fields.get("version", ""))
            scope = _MAVEN_SCOPES.get(fields.get("scope", ""), "runtime")
            if fields.get("optional") == "true":
                scope = "optional"
            fields = {}
            if "/dependencyManagement/" in path:
                managed[name] = specifier
            elif "/plugin/" not in path and "$" not in name and not name.startswith("/"):
                waiting.append(PackageFact("maven", name, line, specifier, scope))
    for fact in waiting:
        specifier = fact.specifier or managed.get(fact.name, "")
        packages.append(PackageFact("maven", fact.name, fact.line, specifier, fact.scope))
    artifact = own.get("artifactId", "")
    project = f"maven/{group}/{artifact}" if group and artifact else ""
    line = next((line for path, _, _, line in elements if path == "project/artifactId"), 1)
    needs = tuple(f"maven/{fact.name}" for fact in packages)
    code = tuple(f"src/{part}/**/*.{end}" for part in ("main", "test") for end in ("java", "kt", "scala", "groovy"))
    targets = (TargetFact(artifact, "library", line, code, needs=needs, links=True),) if artifact else ()
    return BuildFacts(tuple(packages), targets, project=project)


_CONFIGURATION = (
    r"(?P<what>api|implementation|compileOnly|compileOnlyApi|runtimeOnly|annotationProcessor|kapt|ksp|classpath|compile|"
    r"testImplementation|testCompileOnly|testRuntimeOnly|testCompile|androidTestImplementation|debugImplementation|"
    r"releaseImplementation|testFixturesApi|testFixturesImplementation|testAnnotationProcessor)"
)
_GRADLE = re.compile(
    r"^\s*" + _CONFIGURATION + r"\b\s*\(?\s*(?:platform\s*\(\s*|enforcedPlatform\s*\(\s*)?"
    r"(?:[\"'](?P<group>[\w.-]+):(?P<name>[\w.-]+)(?::(?P<version>[^\"':@]*))?[^\"']*[\"']"
    r"|group\s*[:=]\s*[\"'](?P<group2>[\w.-]+)[\"']\s*,\s*name\s*[:=]\s*[\"'](?P<name2>[\w.-]+)[\"']"
    r"(?:\s*,\s*version\s*[:=]\s*[\"'](?P<version2>[^\"']*)[\"'])?"
    r"|project\s*\(?\s*(?:path\s*[:=]\s*)?[\"'](?P<project>:[\w:.-]*)[\"'])"
)


def gradle(text: str) -> BuildFacts:
    """Dependencies that are literals; the projects that a project needs; its sources, by Gradle's layout."""
    packages = []
    needs = []
    for number, line in enumerate(text.split("\n"), start=1):
        match = _GRADLE.match(line[:1000])
        if not match:
            continue
        if match["project"]:
            needs.append(f"gradle:{match['project']}")
            continue
        what = match["what"]
        scope: Scope = "test" if what.startswith(("test", "androidTest")) else "runtime"
        if what in ("compileOnly", "compileOnlyApi", "annotationProcessor", "kapt", "ksp", "classpath"):
            scope = "build"
        name = f"{match['group'] or match['group2']}/{match['name'] or match['name2']}"
        version = match["version"] or match["version2"] or ""
        packages.append(PackageFact("maven", name, number, "" if "$" in version else version, scope))
    layout = ("java/**/*.java", "java/**/*.kt", "kotlin/**/*.kt", "groovy/**/*.groovy", "scala/**/*.scala")
    code = tuple(f"src/*/{each}" for each in layout)
    # The name of a project is that of its folder, which a file does not know.
    return BuildFacts(tuple(packages), (TargetFact("", "project", 1, code, needs=tuple(needs), links=True),))


def version_catalog(text: str) -> BuildFacts:
    """Gradle's version catalog: `gradle/libs.versions.toml`."""
    data = tomllib.loads(text)
    lines = KeyLines(text)
    versions = mapping(data, "versions")
    packages = []
    for key, value in mapping(data, "libraries").items():
        if isinstance(value, str):
            group, _, rest = value.partition(":")
            name, _, version = rest.partition(":")
        else:
            group, _, name = string(value, "module").partition(":")
            group, name = group or string(value, "group"), name or string(value, "name")
            own = versions.get(string(value, "version", "ref"), "")
            version = string(value, "version") or (own if isinstance(own, str) else "")
        if group and name:
            packages.append(PackageFact("maven", f"{group}/{name}", lines.key(key, "libraries"), version))
    return BuildFacts(tuple(packages))


def dotnet_project(text: str) -> BuildFacts:
    """NuGet's references of a project, the projects that it references, and its sources."""
    packages = []
    needs = []
    name = ""
    version = ""
    elements = _elements(text)
    for path, value, attributes, line in elements:
        last = path.rpartition("/")[2]
        if last == "Version" and path.endswith("PackageReference/Version"):
            version = value
        elif last in ("PackageReference", "PackageVersion", "GlobalPackageReference"):
            package = attributes.get("Include") or attributes.get("Update", "")
            wanted = attributes.get("Version") or attributes.get("VersionOverride") or version
            version = ""
            if package and "$" not in package:
                packages.append(PackageFact("nuget", package, line, "" if "$" in wanted else wanted))
        elif last == "ProjectReference" and (project := attributes.get("Include", "")):
            needs.append("path:" + project.replace("\\", "/"))
        elif last == "package" and attributes.get("id"):  # of packages.config
            packages.append(PackageFact("nuget", attributes["id"], line, attributes.get("version", "")))
        elif last == "AssemblyName" and "$" not in value:
            name = value
    code = tuple(f"**/*.{end}" for end in ("cs", "fs", "vb"))
    outside = ("bin/**", "obj/**")
    target = TargetFact(name, "project", 1, code, outside, tuple(needs), links=True)
    return BuildFacts(tuple(packages), (target,), items=tuple(_project_items(elements)))


def _project_items(elements: list[_Element]) -> Iterator[ProjectItem]:
    """The usings of a project, whatever their condition, and the files that it imports."""
    for path, _, attributes, _ in elements:
        last = path.rpartition("/")[2]
        if last == "Using":
            names = [each.strip() for each in attributes.get("Include", "").split(";")]
            yield from (ProjectItem("using", each, attributes.get("Alias", "")) for each in names if each)
            names = [each.strip() for each in attributes.get("Remove", "").split(";")]
            yield from (ProjectItem("removed using", each) for each in names if each)
        elif last == "Import" and (project := attributes.get("Project")):
            yield ProjectItem("import", project.replace("\\", "/"))


def read_shared_project(text: str) -> BuildFacts:
    """What projects share, in files such as `Directory.Build.props`, which make nothing; () of other formats."""
    if not text.lstrip().startswith("<"):
        return BuildFacts()
    elements = _elements(text)
    if not elements or elements[-1][0] != "Project":
        return BuildFacts()
    said = dotnet_project(text)
    return BuildFacts(said.packages, items=said.items)


def package_list(text: str) -> BuildFacts:
    """NuGet's `Directory.Packages.props` and `packages.config`, which make nothing."""
    return BuildFacts(dotnet_project(text).packages)


def conan(text: str) -> BuildFacts:
    """Conan's requirements: `fmt/10.1.0@user/channel` a line."""
    packages = []
    section = ""
    scopes: dict[str, Scope] = {"requires": "runtime", "tool_requires": "build", "build_requires": "build"}
    scopes["test_requires"] = "test"
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split("#")[0].strip()
        if words.startswith("["):
            section = words.strip("[]")
        elif words and section in scopes:
            name, _, version = words.partition("@")[0].partition("/")
            packages.append(PackageFact("conan", name, number, version, scopes[section]))
    return BuildFacts(tuple(packages))


_BAZEL_DEP = re.compile(r"\bbazel_dep\s*\(([^)]*)\)")
_ARGUMENT = re.compile(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|(\w+))")


def bazel_module(text: str) -> BuildFacts:
    """Bazel's modules that a `MODULE.bazel` names."""
    return BuildFacts(tuple(_bazel_deps(text)))


def _bazel_deps(text: str) -> Iterator[PackageFact]:
    line, done = 1, 0
    text = re.sub(r"#[^\n]*", "", text)
    for match in _BAZEL_DEP.finditer(text):
        line += text.count("\n", done, match.start())
        done = match.start()
        values = {each[1]: each[2] or each[3] or "" for each in _ARGUMENT.finditer(match[1])}
        if values.get("name"):
            scope: Scope = "development" if values.get("dev_dependency") == "True" else "runtime"
            yield PackageFact("bazel", values["name"], line, values.get("version", ""), scope)
