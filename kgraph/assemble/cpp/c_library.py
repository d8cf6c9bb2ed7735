"""Names of the C and C++ standard libraries and of POSIX that repositories like to reuse.

Output: sets of names.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Functions of C's and POSIX's libraries: a function of that name that a file does not see is not the one it calls.
C_LIBRARY = _words(
    """
    abort abs accept access acos alarm asctime asin assert atan atan2 atexit atof atoi atol atoll bind bsearch calloc
    ceil chdir chmod chown clock clock_gettime close closedir connect copy cos cosh ctime dlclose dlerror dlopen dlsym
    dup dup2 execl execv execve execvp exit exp fabs fchmod fclose fcntl fdopen feof ferror fflush fgetc fgets fileno
    flockfile floor fmod fopen fork fprintf fputc fputs fread free freeaddrinfo freopen frexp fscanf fseek fseeko
    fstat fsync ftell ftruncate funlockfile fwrite gai_strerror getaddrinfo getc getchar getcwd getenv gethostbyname
    gethostname getopt getpagesize getpid getrusage getsockname getsockopt gettimeofday gmtime gmtime_r htonl htons
    inet_ntop inet_pton ioctl isalnum isalpha isatty isdigit isinf islower isnan isprint isspace isupper isxdigit kill
    labs ldexp lgamma link listen localtime localtime_r log log10 log2 longjmp lseek lstat malloc malloc_usable_size
    max mblen memchr memcmp memcpy memmove memset min mkdir mkdtemp mkstemp mktime mmap modf move mprotect munmap
    nanosleep ntohl ntohs open opendir pause perror pipe poll pow pread printf pthread_cond_destroy pthread_cond_init
    pthread_cond_signal pthread_cond_wait pthread_create pthread_detach pthread_equal pthread_getspecific pthread_join
    pthread_key_create pthread_key_delete pthread_mutex_destroy pthread_mutex_init pthread_mutex_lock
    pthread_mutex_unlock pthread_once pthread_self pthread_setspecific putc putchar puts pwrite qsort raise rand
    random read readdir readlink realloc realpath recv recvfrom recvmsg remove rename rewind rint rmdir round sbrk
    scanf select send sendmsg sendto setenv setjmp setlocale setsockopt setvbuf shutdown sigaction sigemptyset signal
    sin sinh sleep snprintf socket socketpair sort sprintf sqrt srand sscanf stat strcasecmp strcat strchr strcmp
    strcpy strcspn strdup strerror strerror_r strftime strlen strncasecmp strncat strncmp strncpy strpbrk strptime
    strrchr strsignal strspn strstr strtod strtof strtok strtok_r strtol strtold strtoll strtoul strtoull swap symlink
    sysconf system tan tanh time timegm tmpfile tolower toupper trunc umask uname ungetc unlink usleep utime va_copy
    va_end va_start vfprintf vprintf vsnprintf vsprintf wait waitpid write
    """
)

# Of these, what people like to define as macros of their own; a macro by another of those names stands in for the
# function where a platform lacks it.
OFTEN_MACROS = _words("abs assert bind copy error isinf isnan log max min move round swap time trunc wait")

# Members that the standard library's classes have too: a unique one of the repository proves nothing.
# Classes of the C++ library that files name without `std::`, behind a using-directive.
TYPES_OF_THE_LIBRARY = _words(
    """
    vector array deque list forward_list set multiset map multimap unordered_set unordered_map unordered_multiset
    unordered_multimap stack queue priority_queue bitset pair tuple string wstring string_view function thread mutex
    unique_ptr shared_ptr weak_ptr istream ostream iostream ifstream ofstream stringstream istringstream ostringstream
    """
)
MEMBERS_OF_THE_LIBRARY = _words(
    """
    append assign at back begin c_str capacity clear close compare copy count data detach emplace emplace_back
    emplace_front empty end eof equal_range erase exchange fail find find_first_of first flush front get get_id good
    has_value ignore insert is_open join key_comp length load lock lower_bound max_size name next notify_all
    notify_one open pop pop_back pop_front push push_back push_front put rbegin read release rend replace reserve
    reset resize rfind second seek size sort store str string substr swap test top type unlock upper_bound use_count
    value wait what write
    """
)
