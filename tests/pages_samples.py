"""A small repository whose pages are known: the folder that the old system's page describes, in our own words."""

# ruff: noqa: E501 - whole files stand on a line

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import kgraph
from tests.test_scan import write

FUSER = "torch/csrc/jit/codegen/fuser"

FILES: dict[str, str | bytes] = {
    "README.md": f"# A small engine\n\nIt runs graphs. See [the fuser]({FUSER}/README.md) and [fallback]({FUSER}/fallback.h).\n",
    "setup.py": "import subprocess\nimport pickle\nfrom tools import gen\n\nsubprocess.run(['make'])\n",
    "tools/gen.py": '"""Makes the `operators`.\n\nReads a list."""\nimport os\n\n\nclass Gen:\n    """A generator."""\n\n    def __enter__(self):\n        return self\n\n    def __exit__(self, *args):\n        return None\n\n    @property\n    def path(self):\n        return os.getcwd()\n',
    "test/cpp/test_fallback.cpp": (
        "#include <gtest/gtest.h>\n#include <torch/csrc/jit/codegen/fuser/fallback.h>\n\n"
        "TEST(Fallback, Runs) {\n  Stack stack;\n  torch::jit::fuser::runFallback(1, stack);\n}\n"
    ),
    "test/test_gen.py": "import unittest\nfrom tools.gen import Gen\n\n\nclass TestGen(unittest.TestCase):\n    def test_path(self):\n        assert Gen().path\n",
    "ATen/core/functional.h": "#pragma once\n#include <vector>\n\ntemplate <class T>\nT last(const std::vector<T>& all) { return all.back(); }\n",
    "ATen/core/stack.h": "#pragma once\n#include <ATen/core/functional.h>\n\nstruct Stack {};\n",
    "c10/util/Exception.h": "#pragma once\n// Errors with a trace.\n#include <stdexcept>\n\n#define CHECK(x) if (!(x)) throw 1\n",
    "torch/csrc/jit/ir/ir.h": "#pragma once\n#include <c10/util/Exception.h>\n#include <ATen/core/stack.h>\n\nstruct Node {\n  virtual ~Node();\n  virtual int run(Stack& stack) = 0;\n};\n",
    "torch/csrc/jit/runtime/custom_operator.h": "#pragma once\n#include <torch/csrc/jit/ir/ir.h>\n\nstruct RegisterOperators : public Node {\n  explicit RegisterOperators(int n);\n  int run(Stack& stack) override;\n};\n",
    "torch/csrc/jit/runtime/interpreter.h": "#pragma once\n#include <torch/csrc/jit/ir/ir.h>\n#include <atomic>\n\nstruct InterpreterState {\n  std::atomic<int> count;\n};\n",
    f"{FUSER}/README.md": "# Fuser\n\nThe fuser compiles groups of operators at run time.\n\n## Files\n\nSee [the fallback](fallback.cpp).\n",
    f"{FUSER}/kernel_cache.h": "#pragma once\n#include <cstdint>\n\nnamespace torch {\nnamespace jit {\nnamespace fuser {\n// What is known of a key.\nint retrieve(int64_t key);\n} // namespace fuser\n} // namespace jit\n} // namespace torch\n",
    f"{FUSER}/fallback.h": (
        "#pragma once\n\n#include <ATen/core/stack.h>\n#include <cstdint>\n\nnamespace torch {\nnamespace jit {\n"
        "namespace fuser {\n\n// Runs what could not be fused.\nvoid runFallback(int64_t key, Stack& stack);\n\n"
        "} // namespace fuser\n} // namespace jit\n} // namespace torch\n"
    ),
    f"{FUSER}/fallback.cpp": (
        "#include <torch/csrc/jit/codegen/fuser/fallback.h>\n\n#include <ATen/core/functional.h>\n"
        "#include <ATen/core/stack.h>\n#include <c10/util/Exception.h>\n"
        "#include <torch/csrc/jit/codegen/fuser/kernel_cache.h>\n#include <torch/csrc/jit/ir/ir.h>\n"
        "#include <torch/csrc/jit/runtime/custom_operator.h>\n#include <torch/csrc/jit/runtime/interpreter.h>\n\n"
        "#include <stdexcept>\n\nnamespace torch {\nnamespace jit {\nnamespace fuser {\n\nnamespace {\n"
        "c10::AliasAnalysisKind aliasAnalysisIsSpecialCase() {\n  return {};\n}\n} // namespace\n\n"
        "// Makes the operators known.\nRegisterOperators reg_fused_operators({1});\n\n"
        "void runFallback(int64_t key, Stack& stack) {\n  CHECK(retrieve(key));\n}\n\n"
        "} // namespace fuser\n} // namespace jit\n} // namespace torch\n"
    ),
    f"{FUSER}/cuda/kernel.cu": "__global__ void scale(float* x, float by) {\n  x[threadIdx.x] *= by;\n}\n",
}

_ENVIRONMENT = {
    "GIT_AUTHOR_NAME": "n",
    "GIT_AUTHOR_EMAIL": "n@example.org",
    "GIT_COMMITTER_NAME": "n",
    "GIT_COMMITTER_EMAIL": "n@example.org",
    "GIT_AUTHOR_DATE": "2021-03-04T05:06:07Z",
    "GIT_COMMITTER_DATE": "2021-03-04T05:06:07Z",
    "GIT_CONFIG_GLOBAL": os.devnull,
}


def commit(root: Path, message: str = "first") -> None:
    """Commit all files; the commit's id depends on nothing but them."""
    for args in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", message]):
        subprocess.run(["git", *args], cwd=root, check=True, env={**os.environ, **_ENVIRONMENT})


def make(root: Path, files: dict[str, str | bytes] = FILES) -> Path:
    """A repository of the files."""
    root.mkdir(parents=True, exist_ok=True)
    write(root, files)
    commit(root)
    return root


@cache
def shared() -> kgraph.KGraph:
    """The graph of the sample, for tests that only read it."""
    return kgraph.build(make(Path(mkdtemp()) / "engine"), related=True, jobs=1)
