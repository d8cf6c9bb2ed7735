"""Standard headers: those that come with a compiler or an operating system.

A repository often holds a file of such a name (`c10/util/complex.h`, `torch/csrc/cuda.h`), and `<complex.h>` does
not mean it. The names are facts of ISO C 17 (7.1.2), ISO C++ 23 (16.4.2.3) and POSIX.1-2017 (Base Definitions, 13).
"""

from __future__ import annotations

_C = """
assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic
stdbit stdbool stdckdint stddef stdint stdio stdlib stdnoreturn string tgmath threads time uchar wchar wctype"""

_CPP = """
algorithm any array atomic barrier bit bitset cassert ccomplex cctype cerrno cfenv cfloat charconv chrono
cinttypes ciso646 climits clocale cmath codecvt compare complex concepts condition_variable coroutine csetjmp
csignal cstdalign cstdarg cstdbool cstddef cstdint cstdio cstdlib cstring ctgmath ctime cuchar cwchar cwctype
deque exception execution expected filesystem flat_map flat_set format forward_list fstream functional future
generator initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map mdspan
memory memory_resource mutex new numbers numeric optional ostream print queue random ranges ratio regex
scoped_allocator semaphore set shared_mutex source_location span spanstream sstream stack stacktrace stdexcept
stdfloat stop_token streambuf string string_view strstream syncstream system_error thread tuple type_traits
typeindex typeinfo unordered_map unordered_set utility valarray variant vector version"""

_POSIX = """
aio arpa/inet cpio dirent dlfcn fcntl fmtmsg fnmatch ftw glob grp iconv langinfo libgen monetary mqueue ndbm
net/if netdb netinet/in netinet/tcp nl_types poll pthread pwd regex sched search semaphore spawn strings stropts
sys/ipc sys/mman sys/msg sys/resource sys/select sys/sem sys/shm sys/socket sys/stat sys/statvfs sys/time
sys/times sys/types sys/uio sys/un sys/utsname sys/wait syslog tar termios trace ulimit unistd utime utmpx
wordexp"""

_COMPILER = """
alloca cpuid emmintrin immintrin malloc memory nmmintrin pmmintrin smmintrin tmmintrin wmmintrin x86intrin
xmmintrin arm_neon windows"""

# The folders of an operating system's headers, of which a repository may hold a few as substitutes.
SYSTEM_FOLDERS: frozenset[str] = frozenset(["arpa", "asm", "bits", "linux", "mach", "machine", "net", "netinet", "sys"])

STANDARD_HEADERS: frozenset[str] = frozenset(_CPP.split()) | frozenset(
    name + ".h" for name in f"{_C} {_POSIX} {_COMPILER}".split()
)
