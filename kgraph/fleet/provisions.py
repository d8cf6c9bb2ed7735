"""What each repository of a fleet offers to the others: names that an include, an import or a manifest can spell.

Input: the tables of one repository. Output: one frame, `PROVISIONS`: in an ecosystem a key, and the node that it leads
to.

What counts is what others get when they install the repository, not all that lies in it: Python modules below a root of
a project, headers below an include folder or the root, packages that a manifest declares, types by their full names.
Tests, documentation and examples offer nothing.
"""

from __future__ import annotations

import polars as pl

from kgraph.fleet import proto_clients
from kgraph.fleet.private_paths import (
    INCLUDE_FOLDERS,
    PRIVATE_TOPS,
    is_development,
    is_in_development_folder,
    is_private,
)

PROVISIONS = {
    "ecosystem": pl.String(),  # the type of a package URL; "header" for include directives
    "key": pl.String(),
    "to": pl.String(),  # id of a node
    "to_file": pl.String(),  # id of the file that it is, or stands in
    "weight": pl.Int64(),  # of several in one repository the greatest is meant
}
# `to_file` is the file that others get by the name of the package: its only entry point, or else the manifest.
PROJECTS = dict.fromkeys(("ecosystem", "package", "to", "to_file"), pl.String())
HEADER = "header"
GRADLE = "gradle"  # projects by group and name

_GEM_FILE = r"^(?:.*/)?lib/(.+)\.rb$"
_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_INDEX = r"/index\.(?:[cm]?js|tsx?)$"
_PACKAGE = r"^(?:@[^/]+/)?[^/]+$"  # of npm
_DECLARES = r"\.d\.[cm]?ts$"
_SOURCE = r"/src/"
_SOURCE_FOLDERS = ("", "src", "lib", "python")
_HEADERS = r"\.(h|hh|hpp|hxx|h\+\+|H|cuh|inl|ipp|tcc|tpp|inc)$"
_MADE_BY_BUILDS = r"^(?:.*[-_.])?(?:config|configure|version|export)\.\w+$"
_MANIFESTS = {
    "pyproject.toml": "pypi",
    "setup.py": "pypi",
    "setup.cfg": "pypi",
    "package.json": "npm",
    "Cargo.toml": "cargo",
    "go.mod": "golang",
    "pom.xml": "maven",
    "composer.json": "composer",
    ".gemspec": "gem",
}
# The languages whose imports spell the full names of types, by the part of a symbol's id that names them.
_TYPES = {"java": "maven", "kotlin": "maven", "php": "composer", "c": "nuget"}
_TOP_KINDS = ("Function", "Property", "TypeAlias", "Variable")
_OF_DOTNET = ("microsoft", "system", "windows")
_TYPE_KINDS = ("Class", "Struct", "Enum", "Namespace")


def places(symbols: pl.LazyFrame, edges: pl.LazyFrame, locations: pl.LazyFrame) -> pl.LazyFrame:
    """Symbols with the `file` that defines them; of functions of Python that are nothing but overloads, as in a stub,
    the one that declares them."""
    defined = edges.filter(pl.col("kind") == "definition").select(id="source", location="target")
    of_python = pl.col("source").str.starts_with("symbol/python/")
    declared = edges.filter(pl.col("kind") == "declaration", of_python).select(id="source", location="target")
    at = locations.select("file", location="id")
    overloads = declared.join(defined, on="id", how="anti").join(at, on="location").select("id", "file").unique()
    found = pl.concat([defined.join(at, on="location").select("id", "file"), overloads])
    return symbols.join(found, on="id")


def projects(placed: pl.LazyFrame, edges: pl.LazyFrame) -> pl.DataFrame:
    """The packages that the manifests of a repository declare: `PROJECTS`, names as `canonical` writes them."""
    name = pl.col("file").str.extract(r"([^/]+)$").str.replace(r"^.+(\.gemspec)$", "$1")
    forms = pl.col("modifiers").list
    declared = (
        placed.filter(pl.col("kind") == "Target", forms.contains("package") | forms.contains("library"))
        .filter(~is_in_development_folder())
        .with_columns(ecosystem=name.replace_strict(_MANIFESTS, default=None, return_dtype=pl.String))
        .drop_nulls("ecosystem")
    )
    built = edges.filter(pl.col("kind") == "builds").group_by(id="source").agg(entries=pl.col("target").unique().sort())
    contained = edges.filter(pl.col("kind") == "contains", pl.col("target").str.contains(_INDEX))
    own = (
        declared.filter(pl.col("ecosystem") != "golang")
        .join(built, on="id", how="left")
        .with_columns(index=pl.col("file").str.replace(r"[^/]+$", "index.js"))
        .join(contained.select(index="target", has_index=pl.lit(value=True)).unique(), on="index", how="left")
        .select("ecosystem", package=canonical("ecosystem", "qualified_name"), to="id", to_file=_entry())
    )
    parts = [own, _go_modules(declared, edges), _gradle(placed), _dotnet(placed)]
    return pl.concat(parts).unique().sort(pl.all()).collect()


def _entry() -> pl.Expr:
    """The file that others get by the name of a package: its only entry point; of several the only source, where what
    stands beside it is made from that or leads to what is; the only one that is called `index`, as where browsers get
    another; of npm without any `index.js` beside the manifest; else the manifest."""
    entries = pl.col("entries").fill_null([])
    code = entries.list.filter(~pl.element().str.contains(_DECLARES))
    sources = code.list.filter(pl.element().str.contains(_SOURCE))
    choices = (
        entries,
        code,
        sources,
        *(each.list.filter(pl.element().str.contains(_INDEX)) for each in (sources, code)),
    )
    is_whole = pl.col("qualified_name").str.contains(_PACKAGE)  # rather than another entry point of it
    by_default = (pl.col("ecosystem") == "npm") & is_whole & pl.col("has_index").fill_null(value=False)
    found = pl.coalesce(pl.when(each.list.len() == 1).then(each.list.first()) for each in choices)
    return (
        pl.when(found.is_not_null())
        .then(found)
        .when(by_default & (entries.list.len() == 0))
        .then("index")
        .otherwise("file")
    )


_FIRST_STEPS = r"^((?:[^.]+\.){%d}[^.]+)(?:\.|$)"
_MAX_STEPS = 10  # of the names of packages


def _gradle(placed: pl.LazyFrame) -> pl.LazyFrame:
    """Projects of Gradle, which are published under the names of their folders.

    The group of a project is most often in a plugin of the build. What stands for it are the packages of its types: of
    `com.squareup.moshi` and all above, each is a row `com.squareup.moshi:moshi`; see `gradle_keys`.
    """
    scripts = pl.col("file").str.contains(r"/build\.gradle(?:\.kts)?$") & ~is_private()
    own = placed.filter(pl.col("kind") == "Target", pl.col("modifiers").list.contains("project"), scripts)
    projects = own.select("id", script="file", name="qualified_name", top=pl.col("file").str.replace(r"[^/]+$", "src/"))
    package = pl.col("qualified_name").str.extract(r"^((?:[a-z_][\w]*\.)*[a-z_][\w]*)\.[A-Z]")
    is_type = pl.col("id").str.contains(r"^symbol/(?:java|kotlin)/") & pl.col("kind").is_in(_TYPE_KINDS)
    types = placed.filter(is_type).select(package=package, top=pl.col("file").str.extract(r"^(.*?/src/)")).drop_nulls()
    found = projects.join(types.unique(), on="top")
    each = [found.with_columns(group=pl.col("package").str.extract(_FIRST_STEPS % n)) for n in range(_MAX_STEPS)]
    return (
        pl.concat(each)
        .drop_nulls("group")
        .select(
            ecosystem=pl.lit(GRADLE),
            package=pl.concat_str("group", pl.lit(":"), "name"),
            to="id",
            to_file="script",
        )
    )


def _dotnet(placed: pl.LazyFrame) -> pl.LazyFrame:
    """Projects of .NET, which are published under the names of their files."""
    scripts = pl.col("file").str.contains(r"\.(?:cs|fs|vb)proj$") & ~is_development()
    own = placed.filter(pl.col("kind") == "Target", pl.col("modifiers").list.contains("project"), scripts)
    return own.with_columns(ecosystem=pl.lit("nuget")).select(
        "ecosystem", package=canonical("ecosystem", "qualified_name"), to="id", to_file="file"
    )


def gradle_keys(required: pl.DataFrame) -> pl.DataFrame:
    """Requirements of Maven as projects of Gradle answer them: the packages of a project's types begin with the group,
    as `com.squareup.moshi` does, or with its last step, as `okio` of `com.squareup.okio` does."""
    of_maven = required.filter(pl.col("ecosystem") == "maven")
    group, name = (pl.col("spelling").str.extract(r"^([^/:]+)[/:]([^/:]+)$", at) for at in (1, 2))
    keys = [group, group.str.extract(r"\.([^.]+)$")]
    parts = [of_maven.with_columns(ecosystem=pl.lit(GRADLE), package=pl.concat_str(k, pl.lit(":"), name)) for k in keys]
    return pl.concat([part.drop_nulls("package") for part in parts]).unique()


def _go_modules(declared: pl.LazyFrame, edges: pl.LazyFrame) -> pl.LazyFrame:
    """Modules of Go, by what the import paths of their packages have in front of the folders."""
    built = edges.filter(pl.col("kind") == "builds").select(id="source", built="target")
    top = pl.col("file").str.replace(r"/?go\.mod$", "")
    inside = pl.col("built").str.replace(r"/[^/]*$", "").str.strip_prefix(top).str.strip_chars("/")
    return (
        declared.filter(pl.col("ecosystem") == "golang")
        .join(built, on="id")
        .with_columns(inside=inside)
        .select(
            "ecosystem",
            package=pl.col("qualified_name").str.strip_suffix(pl.col("inside")).str.strip_chars_end("/"),
            to=pl.lit(None, pl.String),
            to_file=pl.lit(None, pl.String),
        )
    )


def canonical(ecosystem: str, name: str) -> pl.Expr:
    """The name of a package as its ecosystem compares it; of Maven the artifact alone, for not every manifest says the
    group."""
    spelled = pl.col(name)
    python = spelled.str.to_lowercase().str.replace_all(r"[-_.]+", "-")
    return (
        pl.when(pl.col(ecosystem) == "pypi")
        .then(python)
        .when(pl.col(ecosystem) == "cargo")
        .then(spelled.str.replace_all("-", "_"))
        .when(pl.col(ecosystem) == "nuget")
        .then(spelled.str.to_lowercase())
        .when(pl.col(ecosystem) == "maven")
        .then(spelled.str.extract(r"([^/:]+)$"))
        .otherwise(spelled)
    )


def provisions(
    files: pl.LazyFrame, placed: pl.LazyFrame, includes: pl.LazyFrame, declared: pl.DataFrame
) -> pl.DataFrame:
    """All that a repository offers. `placed` are symbols with their files, `declared` the projects."""
    protos = proto_clients.list_provisions(files, placed, includes)
    parts = [
        protos.with_columns(ecosystem=pl.lit(proto_clients.PROTO), to_file="to"),
        *(_modules(files, placed), _headers(files), _packages(declared)),
        *(_types(placed, declared), _go(placed), _ruby(files)),
    ]
    return pl.concat([part.select(*PROVISIONS).cast(pl.Schema(PROVISIONS)) for part in parts]).unique().sort(pl.all())


def _modules(files: pl.LazyFrame, placed: pl.LazyFrame) -> pl.DataFrame:
    """Python modules below the root of a project, or below that of a repository that has none."""
    is_project = pl.col("name").is_in(_PROJECT_FILES) & ~is_in_development_folder("id")
    folders = files.filter(is_project).select(pl.col("path").str.replace(r"/?[^/]+$", "")).collect().to_series()
    roots = {f"{folder}/{name}".strip("/") for folder in folders for name in _SOURCE_FOLDERS} or {""}
    path = pl.col("path").str.replace(r"(/__init__)?\.(py|pyi|pyx|pxd)$", "")
    inside = pl.col("qualified_name").str.replace_all(".", "/", literal=True)
    modules = (
        placed.filter(pl.col("kind") == "Module", pl.col("id").str.starts_with("symbol/python/"))
        .join(files.select("path", file="id"), on="file")
        .with_columns(stem=path, inside=inside, top=pl.col("qualified_name").str.extract(r"^([^.]*)"))
        .filter(pl.col("stem").str.ends_with(pl.col("inside")))
        .with_columns(root=pl.col("stem").str.strip_suffix(pl.col("inside")).str.strip_chars("/"))
        .filter(~pl.col("top").is_in(PRIVATE_TOPS), pl.col("root").is_in(sorted(roots)))
    )
    # Of a module and its stub, the module.
    weight = pl.when(pl.col("path").str.ends_with(".py")).then(2).otherwise(1)
    return modules.select(
        ecosystem=pl.lit("pypi"), key="qualified_name", to="id", to_file="file", weight=weight
    ).collect()


def _headers(files: pl.LazyFrame) -> pl.DataFrame:
    """Headers as others spell them: by the path from an include folder, or from the root.

    The name alone of a header in the root, as `zlib.h`, counts where the repository has no include folder, and the name
    is not one of those that builds make.
    """
    headers = files.filter(pl.col("path").str.contains(_HEADERS), ~is_private("id"))
    in_folder = pl.col("path").str.contains(INCLUDE_FOLDERS)
    has_folder = headers.select(in_folder.any()).collect().item()
    in_root = ~pl.col("path").str.contains("/") & ~pl.col("path").str.contains(_MADE_BY_BUILDS) & (not has_folder)
    spelled = (
        (pl.col("path"), in_root, 1),
        (pl.col("path").str.replace(rf"^.*{INCLUDE_FOLDERS}", ""), in_folder, 3),
        (pl.col("path"), pl.col("path").str.contains("/"), 2),
        (pl.col("path").str.strip_prefix("src/"), pl.col("path").str.starts_with("src/"), 1),
    )
    return pl.concat(
        [
            headers.filter(fits).select(ecosystem=pl.lit(HEADER), key=key, to="id", to_file="id", weight=pl.lit(weight))
            for key, fits, weight in spelled
        ]
    ).collect()


def _packages(declared: pl.DataFrame) -> pl.DataFrame:
    """What npm and Cargo import by the name of a package."""
    own = declared.filter(pl.col("ecosystem").is_in(["npm", "cargo"]))
    return own.select("ecosystem", "to", "to_file", key="package", weight=pl.lit(1))


def _types(placed: pl.LazyFrame, declared: pl.DataFrame) -> pl.DataFrame:
    """Types and namespaces by their full names, in languages whose imports spell these.

    What a repository adds to namespaces of .NET itself, `System` and `Microsoft.Extensions.DependencyInjection`, it
    offers to nobody, unless its packages are called so.
    """
    packages = declared.filter(pl.col("ecosystem") == "nuget")["package"].str.extract(r"^([^.]+)").unique().sort()
    top = pl.col("qualified_name").str.extract(r"^([^.]+)").str.to_lowercase()
    is_foreign = (pl.col("ecosystem") == "nuget") & top.is_in(_OF_DOTNET) & ~top.is_in(packages.implode())
    family = pl.col("id").str.extract(r"^symbol/([^/]+)/")
    # A namespace of C# may have one step; a type without any is in none, and imported by nobody.
    is_named = pl.col("qualified_name").str.contains(r"[.\\]") | (pl.col("kind") == "Namespace")
    # Kotlin imports functions, properties and aliases of a package, too.
    is_top = pl.col("qualified_name").str.contains(r"^(?:[a-z_]\w*\.)+\w+$") & pl.col("kind").is_in(_TOP_KINDS)
    is_type = (pl.col("kind").is_in(_TYPE_KINDS) & is_named) | (is_top & (family == "kotlin"))
    return (
        placed.filter(is_type)
        .with_columns(ecosystem=family.replace_strict(_TYPES, default=None, return_dtype=pl.String))
        .drop_nulls("ecosystem")
        .filter(~is_development())
        .filter(~is_foreign)
        .select("ecosystem", key="qualified_name", to="id", to_file="file", weight=pl.lit(1))
        .collect()
    )


def _go(placed: pl.LazyFrame) -> pl.DataFrame:
    """Packages of Go by their import paths."""
    own = placed.filter(pl.col("kind") == "Target", pl.col("file").str.contains(r"/go\.mod$"))
    own = own.filter(pl.col("modifiers").list.contains("package"))
    return own.select(
        ecosystem=pl.lit("golang"), key="qualified_name", to="id", to_file="file", weight=pl.lit(1)
    ).collect()


def _ruby(files: pl.LazyFrame) -> pl.DataFrame:
    """What `require` of Ruby gets of a gem: files by their path from its folder `lib`."""
    own = files.filter(pl.col("path").str.contains(_GEM_FILE), ~is_development("id"))
    key = pl.col("path").str.extract(_GEM_FILE)
    return own.select(ecosystem=pl.lit("gem"), key=key, to="id", to_file="id", weight=pl.lit(1)).collect()
