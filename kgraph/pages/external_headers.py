"""Headers and modules outside the repository of which something is known.

Two tables: where each is documented, and what including it brings into a file. Only facts that the name alone
settles stand here: `<thread>` is threads whoever writes it. A row of `HEADERS` or `MODULES` is subject, what it is, and
for risks the weakness of the Common Weakness Enumeration (https://cwe.mitre.org) with who says so.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from kgraph.assemble.standard_headers import STANDARD_HEADERS
from kgraph.languages import PYTHON_FAMILY, ecosystem

_PYTHON_DOCS = "https://docs.python.org/3/library/"
_CWE = "https://cwe.mitre.org/data/definitions/{}.html"


def reference(spelling: str, form: str, language: str) -> str:
    """The page that documents something external that a file of the language names, "" where none is known."""
    if form in ("import", "from"):
        document = _DOCUMENTS.get(ecosystem(language))
        return document(spelling) if document else ""
    if spelling in _CPP_HEADERS:
        return f"https://en.cppreference.com/w/cpp/header/{spelling}"
    if spelling in _C_HEADERS:
        return f"https://en.cppreference.com/w/c/header/{spelling.removesuffix('.h')}"
    if spelling in STANDARD_HEADERS and spelling.endswith(".h") and spelling not in _NO_POSIX:
        return f"https://pubs.opengroup.org/onlinepubs/9699919799/basedefs/{spelling.replace('/', '_')}.html"
    return ""


def _python_document(module: str) -> str:
    top = module.split(".")[0]
    if top not in sys.stdlib_module_names or top.startswith("_"):
        return "https://docs.python.org/3/library/__future__.html" if top == "__future__" else ""
    return f"{_PYTHON_DOCS}{_PYTHON_PAGES.get(top, top)}.html"


def _go_document(path: str) -> str:
    is_public = "." not in path.partition("/")[0] or path.startswith("golang.org/x/")
    return f"https://pkg.go.dev/{path}" if is_public and _GO_PATH.fullmatch(path) else ""


def _node_document(module: str) -> str:
    name = module.removeprefix("node:").partition("/")[0]
    return f"https://nodejs.org/api/{name}.html" if module.startswith("node:") and name.isidentifier() else ""


# By ecosystem: the page of a module of the language's own library.
_DOCUMENTS: dict[str, Callable[[str], str]] = {
    "pypi": _python_document,
    "golang": _go_document,
    "npm": _node_document,
}
_GO_PATH = re.compile(r"\w[\w./-]*", re.ASCII)


# Modules that have no page of their own, but stand on another's.
_PYTHON_PAGES = {"posixpath": "os.path", "ntpath": "os.path", "genericpath": "os.path", "sre_compile": "re"}

_CPP_HEADERS = frozenset(name for name in STANDARD_HEADERS if not name.endswith(".h"))
_C_NAMES = """
assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic
stdbit stdbool stdckdint stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype"""
_C_HEADERS = frozenset(f"{name}.h" for name in _C_NAMES.split())
_COMPILERS = """
alloca.h cpuid.h emmintrin.h immintrin.h malloc.h memory.h nmmintrin.h pmmintrin.h smmintrin.h tmmintrin.h
wmmintrin.h x86intrin.h xmmintrin.h arm_neon.h windows.h"""
_NO_POSIX = frozenset(_COMPILERS.split())


@dataclass(frozen=True, slots=True)
class HeaderNote:
    """What a header or module brings."""

    subject: str  # "performance" or "security"
    topic: str
    what: str
    cwe: int = 0
    source: str = ""

    @property
    def weakness(self) -> str:
        """The page of the weakness."""
        return _CWE.format(self.cwe) if self.cwe else ""


def weakness_page(weakness: str) -> str:
    """The page of a weakness by its number, "CWE-120"; "" for what is none."""
    number = weakness.removeprefix("CWE-")
    return _CWE.format(number) if number.isdecimal() else ""


def _rows(subject: str, topic: str, what: str, names: str, cwe: int = 0, source: str = "") -> dict[str, HeaderNote]:
    return {name: HeaderNote(subject, topic, what, cwe, source) for name in names.split()}


_PY = "the Python library's documentation warns of it"
_CERT = "SEI CERT C Coding Standard"

# By the spelling of a header.
HEADERS: dict[str, HeaderNote] = {
    **_rows("performance", "threads", "threads", "thread pthread.h threads.h omp.h tbb/tbb.h future"),
    **_rows("performance", "locks", "locks and waiting", "mutex shared_mutex condition_variable semaphore.h semaphore"),
    **_rows("performance", "atomics", "atomic operations", "atomic stdatomic.h"),
    **_rows(
        "performance",
        "vector instructions",
        "vector instructions by hand",
        "immintrin.h emmintrin.h xmmintrin.h pmmintrin.h smmintrin.h tmmintrin.h nmmintrin.h wmmintrin.h x86intrin.h "
        "arm_neon.h altivec.h",
    ),
    **_rows(
        "performance",
        "GPU",
        "the CUDA runtime or its libraries",
        "cuda.h cuda_runtime.h cuda_runtime_api.h cuda_fp16.h cublas_v2.h cudnn.h cusparse.h cufft.h curand.h nccl.h "
        "cub/cub.cuh curand_kernel.h nvrtc.h",
    ),
    **_rows("performance", "GPU", "the HIP runtime", "hip/hip_runtime.h hip/hip_runtime_api.h"),
    **_rows("performance", "mapped memory", "files mapped into memory", "sys/mman.h"),
    **_rows("performance", "message passing", "MPI", "mpi.h"),
    **_rows("security", "dynamic loading", "code loaded at run time", "dlfcn.h", 114, _CERT),
    **_rows("security", "network", "sockets", "sys/socket.h netinet/in.h arpa/inet.h netdb.h winsock2.h"),
    **_rows("security", "processes", "processes started and awaited", "sys/wait.h spawn.h"),
    **_rows(
        "security", "non-local jumps", "jumps that run no destructors", "setjmp.h csetjmp", 248, _CERT + ", ERR52-CPP"
    ),
    **_rows("security", "signals", "signal handlers", "signal.h csignal", 479, _CERT + ", SIG30-C"),
}

# By the name of a module, or a package of it.
MODULES: dict[str, HeaderNote] = {
    **_rows("performance", "threads", "threads", "threading concurrent.futures _thread"),
    **_rows("performance", "processes", "work in several processes", "multiprocessing"),
    **_rows("performance", "asynchronous work", "an event loop", "asyncio"),
    **_rows("performance", "vector work", "arrays worked on as a whole", "numpy"),
    **_rows("performance", "GPU", "CUDA from Python", "pycuda cupy numba.cuda"),
    **_rows(
        "security",
        "deserialisation",
        "objects made from bytes: runs what they say",
        "pickle dill cloudpickle shelve",
        502,
        _PY,
    ),
    **_rows("security", "deserialisation", "code objects made from bytes", "marshal", 502, _PY),
    **_rows("security", "processes", "other programs started", "subprocess pty", 78, _PY),
    **_rows("security", "native code", "calls into native code, without checks of types", "ctypes cffi", 843),
    **_rows("security", "network", "sockets and servers", "socket socketserver http.server ftplib telnetlib"),
    **_rows("security", "network", "data fetched over the network", "urllib.request requests http.client"),
    **_rows("security", "XML", "XML parsers that expand entities", "xml.etree xml.dom xml.sax", 776, _PY),
    **_rows("security", "archives", "archives unpacked to paths that they name", "tarfile", 22, _PY),
    **_rows("security", "temporary files", "temporary files and folders", "tempfile"),
    **_rows("security", "interpreted code", "code made and run at run time", "code codeop runpy", 94),
}


def note_of(spelling: str, form: str, language: str) -> HeaderNote | None:
    """What an external header or module brings into a file of the language, None where nothing is known."""
    if form not in ("import", "from"):
        return HEADERS.get(spelling)
    name = spelling if language in PYTHON_FAMILY else ""
    while name:
        if name in MODULES:
            return MODULES[name]
        name = name.rpartition(".")[0]
    return None
