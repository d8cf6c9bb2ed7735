"""What extraction and name resolution both need to know of languages with lexical scopes and declared types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScopedLanguage:
    """One language."""

    separator: str = "."  # between the parts of a qualified name
    # Types that hold what their last type argument says, and the methods that give an element of it.
    holders: frozenset[str] = frozenset()
    element_methods: frozenset[str] = frozenset()
    # Whether `x[T]` of a function or type is that with its type arguments, rather than an element of it.
    indexes_make_instances: bool = False
    calls_convert: bool = False  # whether `T(x)` of a type converts a value, rather than makes an instance
    bases_by_depth: bool = False  # whether members are looked up in all bases of one depth before any deeper one


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


JAVA = ScopedLanguage(
    holders=_words(
        "ArrayDeque ArrayList AtomicReference BlockingQueue Callable Class Collection CompletableFuture "
        "ConcurrentHashMap ConcurrentMap CopyOnWriteArrayList Deque EnumMap Future HashMap HashSet Iterable Iterator "
        "LinkedHashMap LinkedHashSet LinkedList List Map NavigableMap NavigableSet Optional PriorityQueue Provider "
        "Queue Set SoftReference SortedMap SortedSet Stack Stream Supplier ThreadLocal TreeMap TreeSet Vector "
        "WeakReference"
    ),
    element_methods=_words(
        "call cast computeIfAbsent element findAny findFirst first firstElement get getFirst getLast getOrDefault join "
        "last newInstance next orElse orElseGet orElseThrow peek peekFirst peekLast poll pollFirst pollLast pop remove "
        "removeFirst removeLast take"
    ),
)

GO = ScopedLanguage(indexes_make_instances=True, calls_convert=True, bases_by_depth=True)

SCOPED_LANGUAGES: Mapping[str, ScopedLanguage] = {
    "Go": GO,
    "Java": JAVA,
}
