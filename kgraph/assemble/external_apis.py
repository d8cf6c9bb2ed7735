"""Catalogue of notable external functions and types: what is known to be risky (CWE), and what shows how a program
works.

Output: `NOTABLE_APIS`, by language family and spelled name.

Weaknesses are those of the Common Weakness Enumeration (CWE); its page of each names the functions, or the cited rule
does: the C rules of the SEI CERT standard, or Python's own warnings.
Short on purpose: a list of everything would drown what matters.
"""

from __future__ import annotations

from dataclasses import dataclass

CWE = "https://cwe.mitre.org/data/definitions/{}.html"
CERT_C = "https://wiki.sei.cmu.edu/confluence/display/c/{}"
PYTHON = "https://docs.python.org/3/library/{}"


@dataclass(frozen=True, slots=True)
class ApiNote:
    """Why an external function or type is worth asking for."""

    category: str  # "risk", "thread", "atomic", "gpu", "process", "network", "dynamic"
    description: str
    authority: str  # where that can be read
    weaknesses: tuple[str, ...] = ()  # numbers of the Common Weakness Enumeration


def _risk(names: str, description: str, authority: str, *weaknesses: int) -> dict[str, ApiNote]:
    entry = ApiNote("risk", description, authority, tuple(f"CWE-{number}" for number in weaknesses))
    return dict.fromkeys(names.split(), entry)


def _api_notes(category: str, names: str, description: str, authority: str) -> dict[str, ApiNote]:
    return dict.fromkeys(names.split(), ApiNote(category, description, authority))


_CPPREFERENCE = "https://en.cppreference.com/w/{}"
_POSIX = "https://pubs.opengroup.org/onlinepubs/9699919799/functions/{}.html"
_CUDA = "https://docs.nvidia.com/cuda/cuda-runtime-api/"

_C: dict[str, ApiNote] = {
    **_risk("gets", "reads a line without a bound", CWE.format(242), 242, 120),
    **_risk("strcpy wcscpy stpcpy lstrcpy", "copies without a bound", CWE.format(676), 676, 120, 787),
    **_risk("strcat wcscat lstrcat", "appends without a bound", CWE.format(676), 676, 120, 787),
    **_risk("sprintf vsprintf swprintf vswprintf", "formats without a bound", CWE.format(676), 676, 120, 134),
    **_risk("scanf sscanf fscanf vscanf vsscanf", "%s reads without a bound", CWE.format(120), 120, 676),
    **_risk("strncpy wcsncpy", "may leave no terminator", CERT_C.format("STR32-C"), 170),
    **_risk("strncat", "its bound is often taken wrong", CERT_C.format("STR07-C"), 787, 193),
    **_risk(
        "memcpy memmove wmemcpy bcopy", "copies as many bytes as its argument says", CERT_C.format("ARR38-C"), 120, 805
    ),
    **_risk("alloca _alloca", "allocates on the stack without a check", CWE.format(770), 770, 789),
    **_risk("realloc", "loses the block where it fails", CERT_C.format("MEM31-C"), 401, 415),
    **_risk("atoi atol atoll atof", "cannot report an error", CERT_C.format("ERR34-C"), 190, 391),
    **_risk("strtok", "keeps hidden state", CERT_C.format("CON33-C"), 362),
    **_risk("asctime ctime gmtime localtime", "returns shared storage", CERT_C.format("CON33-C"), 362),
    **_risk("tmpnam tempnam mktemp tmpnam_r", "a name that another may take first", CWE.format(377), 377, 367),
    **_risk("rand srand random drand48", "predictable numbers", CERT_C.format("MSC30-C"), 338),
    **_risk("system", "runs a shell", CERT_C.format("ENV33-C"), 78, 676),
    **_risk("popen _popen", "runs a shell", CERT_C.format("ENV33-C"), 78),
    **_risk("getwd", "writes without a bound", CWE.format(120), 120),
    **_risk("access", "checks a file that may change before its use", CERT_C.format("FIO45-C"), 367),
    **_risk("chmod chown", "changes whatever the path then names", CERT_C.format("FIO45-C"), 367, 732),
    **_risk("setjmp longjmp sigsetjmp siglongjmp", "jumps past destructors", CERT_C.format("MSC22-C"), 676),
    **_risk("signal", "differs from system to system", CERT_C.format("SIG01-C"), 364, 479),
    **_risk("vfork", "shares memory with the child", CERT_C.format("POS33-C"), 676),
    **_risk(
        "MD5 MD5_Init MD5_Update MD5_Final SHA1 SHA1_Init SHA1_Update SHA1_Final", "a broken hash", CWE.format(328), 328
    ),
    **_risk(
        "dlopen LoadLibrary LoadLibraryA LoadLibraryW LoadLibraryEx",
        "runs code found at run time",
        CWE.format(427),
        427,
    ),
    **_api_notes("dynamic", "dlsym GetProcAddress", "looks a function up at run time", _POSIX.format("dlsym")),
    **_api_notes(
        "thread",
        "pthread_create thrd_create _beginthreadex CreateThread",
        "starts a thread",
        _POSIX.format("pthread_create"),
    ),
    **_api_notes(
        "thread", "std::thread std::jthread std::async", "starts a thread", _CPPREFERENCE.format("cpp/thread")
    ),
    **_api_notes(
        "thread",
        "pthread_mutex_lock pthread_mutex_unlock pthread_mutex_init pthread_cond_wait pthread_cond_signal "
        "pthread_rwlock_rdlock pthread_rwlock_wrlock pthread_spin_lock sem_wait sem_post",
        "locks or waits",
        _POSIX.format("pthread_mutex_lock"),
    ),
    **_api_notes(
        "thread",
        "std::mutex std::recursive_mutex std::shared_mutex std::timed_mutex std::future std::promise",
        "locks or waits",
        _CPPREFERENCE.format("cpp/thread"),
    ),
    **_api_notes("gpu", "<<<>>>", "starts a kernel on a GPU", "https://docs.nvidia.com/cuda/cuda-c-programming-guide/"),
    **_api_notes(
        "thread",
        "std::lock_guard std::unique_lock std::scoped_lock std::shared_lock std::call_once std::condition_variable",
        "locks or waits",
        _CPPREFERENCE.format("cpp/thread"),
    ),
    **_api_notes(
        "thread", "omp_set_num_threads omp_get_thread_num omp_get_max_threads", "uses OpenMP", "https://www.openmp.org/"
    ),
    **_api_notes(
        "atomic",
        "std::atomic_thread_fence std::atomic std::atomic_load std::atomic_store std::atomic_fetch_add "
        "atomic_thread_fence __sync_fetch_and_add __sync_bool_compare_and_swap __sync_val_compare_and_swap "
        "__sync_synchronize __atomic_load_n __atomic_store_n __atomic_fetch_add __atomic_compare_exchange_n",
        "an atomic operation",
        _CPPREFERENCE.format("cpp/atomic"),
    ),
    **_api_notes(
        "atomic",
        "atomicAdd atomicSub atomicCAS atomicExch atomicMin atomicMax atomicOr atomicAnd atomicXor",
        "an atomic operation on a GPU",
        "https://docs.nvidia.com/cuda/cuda-c-programming-guide/",
    ),
    **_api_notes(
        "gpu",
        "cudaMalloc cudaMallocAsync cudaMallocHost cudaHostAlloc cudaMallocManaged cudaFree "
        "cudaFreeHost hipMalloc hipFree",
        "memory of a GPU",
        _CUDA,
    ),
    **_api_notes(
        "gpu",
        "cudaMemcpy cudaMemcpyAsync cudaMemset cudaMemsetAsync cudaMemcpy2D hipMemcpy hipMemcpyAsync",
        "copies to or from a GPU",
        _CUDA,
    ),
    **_api_notes(
        "gpu",
        "cudaDeviceSynchronize cudaStreamSynchronize cudaEventSynchronize cudaStreamWaitEvent __syncthreads __syncwarp",
        "waits for a GPU",
        _CUDA,
    ),
    **_api_notes(
        "gpu",
        "cudaLaunchKernel cuLaunchKernel hipLaunchKernelGGL cudaLaunchCooperativeKernel",
        "starts work on a GPU",
        _CUDA,
    ),
    **_api_notes(
        "process",
        "fork execl execlp execle execv execvp execve posix_spawn CreateProcess CreateProcessA CreateProcessW",
        "starts a process",
        _POSIX.format("fork"),
    ),
    **_api_notes("process", "mmap munmap shm_open shmget", "maps or shares memory", _POSIX.format("mmap")),
    **_api_notes(
        "network",
        "socket connect bind listen accept recv recvfrom send sendto",
        "talks over a network",
        _POSIX.format("socket"),
    ),
}

_PYTHON: dict[str, ApiNote] = {
    **_risk("eval exec builtins.eval builtins.exec", "runs text as code", CWE.format(95), 95),
    **_risk(
        "pickle.load pickle.loads pickle.Unpickler cPickle.load cPickle.loads dill.load dill.loads "
        "marshal.load marshal.loads "
        "shelve.open joblib.load",
        "reading what others wrote can run their code",
        PYTHON.format("pickle.html"),
        502,
    ),
    **_risk("yaml.load yaml.load_all yaml.unsafe_load", "may build any object", CWE.format(502), 502),
    **_risk(
        "os.system os.popen subprocess.getoutput subprocess.getstatusoutput "
        "subprocess.Popen(shell=True) subprocess.run(shell=True) subprocess.call(shell=True) "
        "subprocess.check_call(shell=True) subprocess.check_output(shell=True)",
        "runs a shell",
        CWE.format(78),
        78,
    ),
    **_risk(
        "tempfile.mktemp os.tempnam os.tmpnam",
        "a name that another may take first",
        PYTHON.format("tempfile.html"),
        377,
    ),
    **_risk("hashlib.md5 hashlib.sha1", "a broken hash", CWE.format(328), 328),
    **_risk(
        "random.random random.randint random.choice random.randrange",
        "predictable numbers",
        PYTHON.format("random.html"),
        338,
    ),
    **_risk(
        "xml.etree.ElementTree.parse xml.etree.ElementTree.fromstring xml.dom.minidom.parse "
        "xml.dom.minidom.parseString xml.sax.parse",
        "hostile documents exhaust memory",
        PYTHON.format("xml.html"),
        776,
    ),
    **_risk("tarfile.open zipfile.ZipFile", "members may name paths outside", PYTHON.format("tarfile.html"), 22),
    **_risk("ssl._create_unverified_context", "trusts any server", CWE.format(295), 295),
    **_api_notes(
        "process",
        "subprocess.Popen subprocess.run subprocess.call subprocess.check_call "
        "subprocess.check_output os.fork os.execv os.execvp",
        "starts a process",
        PYTHON.format("subprocess.html"),
    ),
    **_api_notes(
        "process",
        "multiprocessing.Process multiprocessing.Pool concurrent.futures.ProcessPoolExecutor",
        "starts processes",
        PYTHON.format("multiprocessing.html"),
    ),
    **_api_notes(
        "thread",
        "threading.Thread threading.Timer concurrent.futures.ThreadPoolExecutor _thread.start_new_thread",
        "starts a thread",
        PYTHON.format("threading.html"),
    ),
    **_api_notes(
        "thread",
        "threading.Lock threading.RLock threading.Condition threading.Semaphore threading.Event",
        "locks or waits",
        PYTHON.format("threading.html"),
    ),
    **_api_notes(
        "dynamic",
        "importlib.import_module __import__ builtins.__import__",
        "imports a module named at run time",
        PYTHON.format("importlib.html"),
    ),
    **_api_notes(
        "dynamic",
        "ctypes.CDLL ctypes.PyDLL ctypes.WinDLL ctypes.cdll.LoadLibrary cffi.FFI",
        "calls foreign functions",
        PYTHON.format("ctypes.html"),
    ),
    **_api_notes(
        "network",
        "socket.socket urllib.request.urlopen requests.get requests.post",
        "talks over a network",
        PYTHON.format("socket.html"),
    ),
}

NOTABLE_APIS: dict[str, dict[str, ApiNote]] = {"cpp": _C, "python": _PYTHON}

# A row of the table `externals`.
Row = tuple[str, str, str, str | None, str | None, list[str], str | None, str | None]


def row(family: str, name: str) -> Row:
    """The row of an external symbol that is in `NOTABLE_APIS`."""
    from kgraph.vocab.iri import external_id

    api = NOTABLE_APIS[family][name]
    return (
        external_id(f"symbol/{family}", name),
        "ExternalSymbol",
        name,
        None,
        api.category,
        sorted(api.weaknesses),
        api.description,
        api.authority,
    )
