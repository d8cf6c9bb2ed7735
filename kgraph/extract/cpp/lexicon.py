"""The words of the C family that its readers treat alike, and how a word or a pair of parentheses is recognised.

Output: sets of words. Attributes that compilers and widespread libraries bring are listed here, because no repository
defines them; a repository's own macros are never listed, they are found by what they expand to.
"""

from __future__ import annotations

# Parentheses with up to four more levels inside; what nests deeper is not worth a slower pattern.
NESTED_PARENS = rb"\((?:[^()]++|\((?:[^()]++|\((?:[^()]++|\([^()]*+\))*+\))*+\))*+\)"

NESTED_ANGLES = rb"<(?:[^<>;{}()]|<(?:[^<>;{}()]|<[^<>;{}()]*+>)*+>)*+>"

WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


_OTHER_TO_SPACE = bytes(char if char in WORD_BYTES else 32 for char in range(256))


def blank(code: bytearray, start: int, end: int) -> None:
    """Make a piece of code spaces; nothing moves."""
    code[start:end] = b" " * (end - start)


def words_in(code: bytes | bytearray) -> frozenset[bytes]:
    """The words of a code, numbers among them. To ask whether there is one costs nothing; to look for it, a walk over
    the file."""
    return frozenset(bytes(code).translate(_OTHER_TO_SPACE).split())


def is_word_start(code: bytes | bytearray, start: int) -> bool:
    """Whether what begins at an offset is not the rest of a longer word."""
    return not start or code[start - 1] not in WORD_BYTES


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def byte_words(text: str) -> frozenset[bytes]:
    return frozenset(text.encode().split())


# What an attribute macro may expand to: nothing of this changes the shape of a declaration.
SKIPPED = words(
    """
    inline static extern virtual explicit constexpr consteval constinit register mutable thread_local noexcept override
    final const volatile __inline __inline__ __forceinline __forceinline__ __extension__ __thread _Thread_local
    _Noreturn
    __restrict __restrict__ restrict __cdecl __stdcall __fastcall __vectorcall __thiscall __pascal __volatile__
    __global__ __device__ __host__ __shared__ __constant__ __managed__ __grid_constant__ __noinline__ __signed__
    _Nonnull _Nullable _Null_unspecified
    """
)

# Some platform defines every one of these as nothing; they are keywords all the same.
KEYWORDS = (
    SKIPPED
    | words(
        """
        auto bool break case catch char class const const_cast continue decltype default delete do double else enum
        export false float for friend goto if int long namespace new nullptr operator private protected public return
        short signed sizeof static_assert struct switch template this throw true try typedef typeid typename union
        unsigned using void wchar_t while
        """
    )
) - words("__inline __inline__ __forceinline __forceinline__ restrict")

# Attributes that are defined outside of the repositories which use them. "()" says: its arguments go too.
FOREIGN_ATTRIBUTES = words(
    """
    __inline __inline__ __forceinline __forceinline__ __extension__ __thread _Thread_local _Noreturn __restrict
    __restrict__ __cdecl __stdcall __fastcall __vectorcall __thiscall __global__ __device__ __host__ __shared__
    __constant__ __managed__ __grid_constant__ __noinline__ __THROW __nonnull() __wur WINAPI APIENTRY CALLBACK
    STDMETHODCALLTYPE __attribute__() __attribute() __declspec() alignas() _Alignas() __asm__() __asm() asm()
    __launch_bounds__() Q_DECL_OVERRIDE Q_DECL_FINAL Q_DECL_NOTHROW Q_DECL_CONSTEXPR Q_INVOKABLE Q_SCRIPTABLE
    Q_REQUIRED_RESULT Q_CORE_EXPORT Q_GUI_EXPORT Q_WIDGETS_EXPORT Q_NETWORK_EXPORT GTEST_API_ PYBIND11_EXPORT
    BOOST_NOEXCEPT BOOST_CONSTEXPR JNIEXPORT JNICALL __unused __used __packed __must_check __init __exit __iomem
    __user __always_inline _Nonnull _Nullable _Null_unspecified
    """
)

# Words that begin or belong to a type, so that the word in front of them is no type.
TYPE_WORDS = byte_words(
    """
    auto bool char class const constexpr double enum explicit extern float friend inline int long namespace public
    private protected short signed static struct template typedef typename union unsigned using virtual void
    """
)
AFTER_PARAMETERS = byte_words("const noexcept override final throw requires try volatile")
NOT_A_MACRO = byte_words(
    "operator decltype typeof __typeof__ explicit requires noexcept sizeof return if while for switch new"
)
NOT_MADE_NAMES = byte_words("operator decltype void int bool char float double auto if while")

# What parameter types may or may not say without becoming other types.
CV = words("const volatile")
INDIFFERENT = words("register struct class union enum typename __restrict __restrict__ restrict _Nonnull _Nullable")
BUILTIN_TYPES = words(
    """
    void bool char short int long float double signed unsigned auto wchar_t char8_t char16_t char32_t __int128 __int64
    _Bool
    """
)
INTEGER_WORDS = words("short int long signed unsigned")
