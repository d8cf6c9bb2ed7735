"""A small repository with a history, laid out like PyTorch: what the cookbook, the notebooks and agents are tried on.

It has what a large one has: folders that need each other in a circle, files that include each other, a header that
everybody includes, files that change together though nothing ties them, a template, a missing header, tests, documents.
"""

# ruff: noqa: E501 - files as they are

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp
from typing import Literal

import kgraph
from tests.test_scan import git, write


def built(files: dict[str, str | bytes]) -> kgraph.KGraph:
    """The graph of some files, in a folder of their own that stays until the machine tidies up."""
    return kgraph.build(write(Path(mkdtemp()) / "tree", files), jobs=1)


def pages_of(files: dict[str, str | bytes], form: Literal["markdown", "html", "mkdocs"] = "markdown") -> Path:
    """The folder of the pages of some files, which stays as long."""
    folder = Path(mkdtemp()) / "pages"
    built(files).pages(folder, form=form)
    return folder


FILES: dict[str, str | bytes] = {
    "README.md": "# Tensors\n\nStart with [the tensor](c10/core/TensorImpl.h) and [the guide](docs/guide.md).\n",
    "docs/guide.md": "# Guide\n\n## Errors\n\nSee [Exception.h](../c10/util/Exception.h).\n",
    "CMakeLists.txt": "add_library(c10 c10/core/TensorImpl.cpp)\nadd_subdirectory(aten)\n",
    "aten/CMakeLists.txt": "add_library(aten src/ATen/Tensor.cpp)\n",
    "c10/macros/Macros.h": "#pragma once\n#define C10_API\n#define C10_UNUSED\n",
    "c10/macros/cmake_macros.h.in": "#cmakedefine C10_BUILD_SHARED_LIBS\n",
    "c10/util/Exception.h": (
        "// Errors, and how they are thrown.\n#pragma once\n#include <c10/macros/Macros.h>\n#include <exception>\n"
        "#include <string>\nnamespace c10 {\n/// An error with a message.\nclass C10_API Error : public std::exception {\n"
        " public:\n  explicit Error(std::string msg);\n  const char* what() const noexcept override;\n private:\n"
        "  std::string msg_;\n};\nvoid warn(const std::string& msg);\n}\n"
    ),
    "c10/util/Exception.cpp": (
        "#include <c10/util/Exception.h>\n#include <c10/util/Logging.h>\n\nnamespace c10 {\n"
        "Error::Error(std::string msg) : msg_(msg) {}\nconst char* Error::what() const noexcept { return msg_.c_str(); }\n"
        "void warn(const std::string& msg) { log(msg); }\n}\n"
    ),
    "c10/util/Logging.h": (
        "#pragma once\n#include <c10/util/Exception.h>\n#include <c10/macros/cmake_macros.h>\nnamespace c10 {\n"
        "void log(const std::string& text);\n}\n"
    ),
    "c10/core/Device.h": "#pragma once\n#include <c10/util/Exception.h>\nnamespace c10 {\nstruct C10_API Device {\n  int index;\n};\n}\n",
    "c10/core/TensorImpl.h": (
        "#pragma once\n#include <c10/core/Device.h>\n#include <c10/core/Storage.h>\n#include <c10/util/Logging.h>\n"
        "namespace c10 {\nstruct TensorImpl;\n/// What a tensor is made of.\nstruct C10_API TensorImpl {\n"
        "  virtual ~TensorImpl();\n  int dim() const;\n  Device device_;\n};\n}\n"
    ),
    "c10/core/TensorImpl.cpp": (
        "#include <c10/core/TensorImpl.h>\n#include <ATen/Tensor.h>\nnamespace c10 {\nTensorImpl::~TensorImpl() = default;\n"
        "int TensorImpl::dim() const { return 1; }\n}\n"
    ),
    "c10/core/Storage.h": "#pragma once\n#include <c10/core/Allocator.h>\nnamespace c10 {\nstruct Storage {};\n}\n",
    "c10/core/Allocator.h": "#pragma once\n#include <c10/core/Storage.h>\nnamespace c10 {\nstruct Allocator {};\n}\n",
    "aten/src/ATen/Tensor.h": (
        "#pragma once\n#include <c10/core/TensorImpl.h>\nnamespace at {\nclass TORCH_API Tensor {\n public:\n"
        "  Tensor add(const Tensor& other) const;\n};\nTensor relu(const Tensor& self);\n}\n"
    ),
    "aten/src/ATen/Tensor.cpp": (
        "#include <ATen/Tensor.h>\n#include <ATen/Config.h>\nnamespace at {\n"
        "Tensor Tensor::add(const Tensor& other) const { return other; }\nTensor relu(const Tensor& self) { return self; }\n}\n"
    ),
    "aten/src/ATen/ops.h": "#pragma once\n#include <ATen/Tensor.h>\nnamespace at {\nTensor mul(const Tensor& a, const Tensor& b);  // as relu\n}\n",
    "torch/csrc/Module.cpp": (
        '#include <ATen/ops.h>\n#include "torch/csrc/utils.h"\n#include <Python.h>\n\nstatic int init() { return 0; }\n'
    ),
    "torch/csrc/utils.h": "#pragma once\n#include <c10/util/Exception.h>\nnamespace torch {\nint parse(const char* text);\n}\n",
    "torch/csrc/utils.cpp": '#include "torch/csrc/utils.h"\nnamespace torch {\nint parse(const char* text) { return 0; }\n}\n',
    "torch/__init__.py": "from .nn import Module\nfrom torch import utils\n",
    "torch/utils.py": "import os\n\n\ndef parse(text):\n    return os.fspath(text)\n",
    "torch/nn/__init__.py": "from .modules.module import Module\nfrom .modules.linear import Linear\nfrom . import functional\n",
    "torch/nn/functional.py": "import torch\n\n\ndef relu(x):\n    return x\n",
    "torch/nn/modules/__init__.py": "",
    "torch/nn/modules/module.py": (
        '"""The base of all modules."""\n\n\nclass Module:\n    """Something with parameters."""\n\n'
        "    def forward(self, x):\n        raise NotImplementedError\n"
    ),
    "torch/nn/modules/linear.py": (
        "from .. import functional as F\nfrom .module import Module\n\n\nclass Linear(Module):\n"
        "    def forward(self, x):\n        return F.relu(x)\n"
    ),
    "test/test_nn.py": "import torch\nfrom torch.nn import Module, Linear\n\n\nclass TestNN:\n    def test_linear(self):\n        assert Linear()\n",
    "c10/test/exception_test.cpp": '#include <c10/util/Exception.h>\n#include <gtest/gtest.h>\nTEST(Exception, What) {\n  c10::warn("x");\n}\n',
    "tools/codegen/gen.py": "import yaml\n\n\ndef generate(schema):\n    return yaml.safe_load(schema)\n",
    "tools/codegen/native.yaml": "- func: relu\n- func: mul\n",
    "caffe2/operator.h": "#pragma once\n#include <missing/blob.h>\n#include <c10/util/Logging.h>\nstruct Operator {};\n",
    "caffe2/operator.cpp": '#include "caffe2/operator.h"\nint run(Operator& op) { return 0; }\n',
    "caffe2/python/old.py": "print 'python 2'\n",
    "odd name #1%.py": "x = 1\n",
}

# Files that change together, and how often.
TOGETHER: tuple[tuple[int, tuple[str, ...]], ...] = (
    (5, ("torch/csrc/Module.cpp", "tools/codegen/gen.py")),
    (4, ("c10/util/Exception.h", "c10/util/Exception.cpp")),
    (3, ("aten/src/ATen/Tensor.cpp", "tools/codegen/native.yaml")),
    (3, ("torch/nn/modules/linear.py", "test/test_nn.py")),
)


def project(root: Path) -> Path:
    """The repository with its history in an empty folder."""
    root.mkdir(parents=True, exist_ok=True)
    write(root, FILES)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    for times, paths in TOGETHER:
        for number in range(times):
            for path in paths:
                comment = "//" if path.endswith((".h", ".cpp")) else "#"
                with (root / path).open("a", encoding="utf-8") as file:
                    file.write(f"{comment} change {number}\n")
            git(root, "commit", "-qam", f"change {number} of {paths[0]}")
    return root
