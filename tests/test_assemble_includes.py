"""Includes and imports: which file a spelling means. Paths in, outcomes out, as literals."""

from __future__ import annotations

import pytest

from kgraph.assemble.include_resolution import Resolution, resolve_includes
from kgraph.assemble.macro_includes import HeaderMacro
from kgraph.assemble.python.modules import ModuleIndex, resolve_imports
from kgraph.assemble.suffix_index import PathSuffixIndex, join
from kgraph.model import IncludeFact


def includes(files: list[str], *spelled: tuple[str, str]) -> list[str]:
    """What each (file, `"shape.h"` or `<shape.h>`) means: a path, or the outcome with its candidates or templates."""
    paths = PathSuffixIndex(files)
    facts = [
        (paths.number[file], IncludeFact(text[1:-1], 1, "quoted" if text[0] == '"' else "angled"))
        for file, text in spelled
    ]
    return [said(paths, resolution) for resolution in resolve_includes(paths, facts)]


def imports(files: list[str], *spelled: tuple[str, str, tuple[str, ...]]) -> list[str]:
    """The same for (file, module, names of `from module import ...`)."""
    paths = PathSuffixIndex(files)
    facts = [
        (paths.number[f], IncludeFact(text, 1, "from" if names else "import", names=names))
        for f, text, names in spelled
    ]
    return [said(paths, resolution) for resolution in resolve_imports(facts, ModuleIndex(paths))]


def said(paths: PathSuffixIndex, resolution: Resolution) -> str:
    files = resolution.targets + resolution.candidates + resolution.templates
    names = " ".join(paths.paths[n] for n in files)
    return names if resolution.outcome == "repository" else f"{resolution.outcome} {names}".strip()


def test_quoted_is_looked_for_beside_the_file_first() -> None:
    files = ["a/x.cpp", "a/util.h", "b/util.h"]
    assert includes(files, ("a/x.cpp", '"util.h"')) == ["a/util.h"]


def test_parts_that_go_up() -> None:
    files = ["src/a/x.cpp", "src/b/y.h", "inc/z.h", "src/b/w.h"]
    spelled = ['"../b/y.h"', '"../../inc/./z.h"', '"../../../out.h"', '"../b/gone.h"']
    means = ["src/b/y.h", "inc/z.h", "external", "missing"]
    assert includes(files, *(("src/a/x.cpp", text) for text in spelled)) == means


def test_roots_are_found_by_evidence() -> None:
    files = ["aten/src/ATen/core/stack.h", "aten/src/ATen/ATen.h", "torch/x.cpp", "torch/y.h"]
    spelled = [("torch/x.cpp", "<ATen/core/stack.h>"), ("torch/x.cpp", '"ATen/ATen.h"'), ("torch/x.cpp", "<torch/y.h>")]
    assert includes(files, *spelled) == ["aten/src/ATen/core/stack.h", "aten/src/ATen/ATen.h", "torch/y.h"]


def test_a_spelling_is_never_matched_by_its_base_name() -> None:
    files = ["torch/csrc/rpc/message.h", "torch/x.cpp"]
    assert includes(files, ("torch/x.cpp", "<google/protobuf/message.h>")) == ["external"]


@pytest.mark.parametrize("spelling", ["<complex.h>", "<math.h>", "<vector>", "<cuda.h>", "<sys/types.h>"])
def test_a_file_of_a_system_headers_name_is_not_it(spelling: str) -> None:
    name = spelling[1:-1]
    files = [f"c10/util/{name}", *(f"c10/util/h{n}.h" for n in range(9)), "c10/util/x.cpp", "torch/x.cpp"]
    assert includes(files, ("torch/x.cpp", spelling)) == ["external" if "/" not in name else f"c10/util/{name}"]


def test_the_nearest_root_wins() -> None:
    files = ["one/include/log/log.h", "two/include/log/log.h", "one/src/x.cpp", "two/src/x.cpp", "tools/x.cpp"]
    spelled = [(file, "<log/log.h>") for file in ("one/src/x.cpp", "two/src/x.cpp", "tools/x.cpp")]
    assert includes(files, *spelled) == [
        "one/include/log/log.h",
        "two/include/log/log.h",
        "ambiguous one/include/log/log.h two/include/log/log.h",
    ]


def test_a_small_include_folder_is_a_root() -> None:
    files = ["include/zlib.h", "include/zconf.h", "src/x.c"]
    assert includes(files, ("src/x.c", "<zlib.h>")) == ["include/zlib.h"]


def test_a_lone_name_in_quotes_is_the_only_file_of_that_name() -> None:
    files = ["src/x.c", "src/y.c", *(f"deps/hdr/{name}.h" for name in ("a", "b", "c", "cuda", "d", "hdr"))]
    spelled = [("src/x.c", '"hdr.h"'), ("src/x.c", '"cuda.h"'), ("src/y.c", "<cuda.h>")]
    assert includes(files, *spelled) == ["deps/hdr/hdr.h", "external", "external"]


def test_angle_brackets_do_not_mean_the_file_beside() -> None:
    files = ["src/x.c", "src/sds.h", "deps/hiredis/sds.h", "deps/hiredis/alloc.h", "src/net.h"]
    assert includes(files, ("src/x.c", "<sds.h>"), ("src/x.c", "<alloc.h>")) == [
        "deps/hiredis/sds.h",
        "deps/hiredis/alloc.h",
    ]


def test_a_wrapper_means_what_it_wraps() -> None:
    files = ["src/op/add.c", "src/op/add.h", "wrap/op/add.c", "wrap/op/self.c"]
    assert includes(files, ("wrap/op/add.c", "<op/add.c>")) == ["src/op/add.c"]
    assert includes(files, ("wrap/op/self.c", '"op/self.c"')) == ["wrap/op/self.c"]
    assert includes(["own/gloo/context.h"], ("own/gloo/context.h", "<gloo/context.h>")) == ["external"]
    assert includes(["lib/a.h"], ("lib/a.h", "<lib/a.h>")) == ["lib/a.h"]
    beside = ("src/op/add.h", "<add.c>"), ("wrap/op/add.c", '"add.c"')
    assert includes(files, *beside)[1] == "wrap/op/add.c"


def test_a_computed_include_means_what_its_macro_may_be_there() -> None:
    """The pattern of TH: `a.cpp` instantiates the template `t/a.h` by `gen.h`; `b.cpp` does so by another."""
    files = ["a.cpp", "b.cpp", "gen.h", "other.h", "t/a.h", "t/b.h", "own.cpp"]
    paths = PathSuffixIndex(files)
    n = paths.number

    def include(file: str, line: int, spelling: str, form: str = "quoted") -> tuple[int, IncludeFact]:
        return n[file], IncludeFact(spelling, line, form)  # type: ignore[arg-type]

    facts = [
        include("a.cpp", 1, "t/a.h"),
        include("a.cpp", 2, "gen.h"),
        include("b.cpp", 1, "gen.h"),
        include("b.cpp", 2, "t/b.h"),
        include("b.cpp", 3, "other.h"),
        include("gen.h", 1, "FILE", "macro"),
        include("other.h", 1, "FILE", "macro"),
        include("own.cpp", 2, "FILE", "macro"),
        include("own.cpp", 3, "UNKNOWN", "macro"),
    ]
    macros = {
        "FILE": [
            HeaderMacro(n["t/a.h"], 1, '"t/a.h"'),
            HeaderMacro(n["t/b.h"], 1, "<t/b.h>"),
            HeaderMacro(n["own.cpp"], 1, '"gen.h"'),
            HeaderMacro(n["own.cpp"], 1, "<gone.h>"),
        ]
    }
    means = [said(paths, resolution) for resolution in resolve_includes(paths, facts, macros)]
    assert means[5:] == ["t/a.h", "t/b.h", "gen.h", "missing"]


def test_what_is_not_there() -> None:
    files = [
        "caffe2/core/macros.h.in",
        "caffe2/core/a.h",
        "caffe2/core/templates/F.h",
        "caffe2/contrib/gloo/g.h",
        "proto/m.proto",
        "caffe2/x.cpp",
        "compat/sys/param.h",
    ]
    spelled = [
        ("<sys/param.h>", "compat/sys/param.h"),
        ("<sys/inotify.h>", "external"),
        ('"caffe2/core/macros.h"', "generated caffe2/core/macros.h.in"),
        ('"proto/m.pb.h"', "generated proto/m.proto"),
        ("<caffe2/core/F.h>", "generated caffe2/core/templates/F.h"),
        ("<gloo/types.h>", "external"),
        ('"caffe2/core/gone.h"', "missing"),
        ('"config.h"', "missing"),
        ('"gtest/gtest.h"', "external"),
        ("<vector>", "external"),
        ('"string.h"', "external"),
        ("</usr/include/x.h>", "external"),
        ("<caffe2/core/a.h>", "caffe2/core/a.h"),
    ]
    assert includes(files, *(("caffe2/x.cpp", text) for text, _ in spelled)) == [means for _, means in spelled]


FILES = [
    "pkg/__init__.py",
    "pkg/a.py",
    "pkg/sub/__init__.py",
    "pkg/sub/b.py",
    "pkg/_C/__init__.pyi.in",
    "pkg/stub.pyi",
    "pkg/types.py",
    "tools/run.py",
    "tools/helper.py",
    "bench/one/m.py",
    "bench/one/n.py",
    "src/other/__init__.py",
    "src/other/o.py",
    "far/helper.py",
]


@pytest.mark.parametrize(
    ("file", "module", "names", "means"),
    [
        ("pkg/a.py", "pkg.sub.b", (), "pkg/sub/b.py"),
        ("pkg/a.py", "pkg.sub", ("b",), "pkg/sub/b.py"),
        ("pkg/a.py", "pkg.sub", ("name",), "pkg/sub/__init__.py"),
        ("pkg/a.py", "pkg.sub", ("b", "name"), "pkg/sub/__init__.py pkg/sub/b.py"),
        ("pkg/a.py", "pkg", ("*",), "pkg/__init__.py"),
        ("pkg/sub/b.py", ".", ("b",), "pkg/sub/b.py"),
        ("pkg/sub/b.py", "..a", ("f",), "pkg/a.py"),
        ("pkg/sub/b.py", "..", ("a",), "pkg/a.py"),
        ("pkg/sub/b.py", ".....x", ("a",), "missing"),
        ("pkg/a.py", "types", (), "external"),
        ("pkg/a.py", "os.path", (), "external"),
        ("pkg/a.py", "numpy", (), "external"),
        ("pkg/a.py", "pkg.gone", (), "missing"),
        ("pkg/a.py", "pkg._C", ("x",), "generated pkg/_C/__init__.pyi.in"),
        ("pkg/a.py", "pkg.stub", (), "pkg/stub.pyi"),
        ("tools/run.py", "helper", (), "tools/helper.py"),
        ("pkg/a.py", "helper", (), "external"),
        ("tools/run.py", "tools.helper", (), "tools/helper.py"),
        ("bench/one/m.py", ".", ("n",), "bench/one/n.py"),
        ("bench/one/m.py", "bench.one", ("n",), "bench/one/n.py"),
        ("pkg/a.py", "other.o", (), "src/other/o.py"),
    ],
)
def test_imports(file: str, module: str, names: tuple[str, ...], means: str) -> None:
    assert imports(FILES, (file, module, names)) == [means]


def test_two_packages_of_one_name_are_ambiguous_from_afar() -> None:
    files = ["a/util/__init__.py", "b/util/__init__.py", "a/x.py", "c/x.py"]
    assert imports(files, ("a/x.py", "util", ()), ("c/x.py", "util", ())) == [
        "a/util/__init__.py",
        "ambiguous a/util/__init__.py b/util/__init__.py",
    ]


def test_module_names() -> None:
    modules = ModuleIndex(PathSuffixIndex(FILES))
    names = {
        path: modules.name(path) for path in ("pkg/sub/b.py", "pkg/sub/__init__.py", "tools/run.py", "src/other/o.py")
    }
    assert names == {
        "pkg/sub/b.py": "pkg.sub.b",
        "pkg/sub/__init__.py": "pkg.sub",
        "tools/run.py": "run",
        "src/other/o.py": "other.o",
    }


def test_join() -> None:
    assert join("a/b", "../c.h") == "a/c.h"
    assert join("", "./c.h") == "c.h"
    assert join("a", "../../c.h") is None
