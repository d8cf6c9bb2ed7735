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
    element_fields: frozenset[str] = frozenset()  # that are an element themselves: `Task.Result` of C#
    same_methods: frozenset[str] = frozenset()  # that give something with the same elements: `Where` of C#
    value_types: frozenset[str] = frozenset()  # of which `T?` is another type than `T`
    override_word: str = ""  # the modifier without which a method overrides none of a class; "" where there is none
    element_functions: frozenset[str] = frozenset()  # that hand an element to a function: `Select` of C#
    needs_new: bool = False  # whether a type that is called is no construction


RELATIVE = "relative"  # the name under which the imports of a file are that may begin inside of its namespaces


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

CSHARP = ScopedLanguage(
    holders=_words(
        "ConcurrentBag ConcurrentQueue ConcurrentStack HashSet IAsyncEnumerable IAsyncEnumerator ICollection "
        "IEnumerable IEnumerator IList IOrderedEnumerable IOrderedQueryable IQueryable IReadOnlyCollection "
        "IReadOnlyList IReadOnlySet ISet ImmutableArray ImmutableList Lazy LinkedList List Memory Nullable "
        "ObservableCollection Queue ReadOnlyCollection ReadOnlyMemory ReadOnlySpan SortedSet Span Stack Task "
        "ThreadLocal ValueTask WeakReference"
    ),
    element_methods=_words(
        "Dequeue ElementAt ElementAtOrDefault Find First FirstOrDefault GetResult Last LastOrDefault Peek Pop "
        "Single SingleOrDefault"
    ),
    element_fields=_words("Current Result Value"),
    same_methods=_words(
        "Append AsEnumerable AsQueryable AsSpan Concat ConfigureAwait Distinct Except FindAll GetAwaiter GetEnumerator "
        "Intersect OrderBy OrderByDescending Prepend Reverse Skip SkipWhile Take TakeWhile ThenBy ThenByDescending "
        "ToArray ToHashSet ToImmutableArray ToImmutableList ToList Union Where"
    ),
    value_types=_words(
        "BigInteger CancellationToken DateOnly DateTime DateTimeOffset Guid TimeOnly TimeSpan bool byte char decimal "
        "double float int long nint nuint sbyte short uint ulong ushort"
    ),
    override_word="override",
    element_functions=_words(
        "All Any Average Count DistinctBy Exists Find FindAll FindIndex First FirstOrDefault ForEach GroupBy "
        "Last LastOrDefault Max MaxBy Min MinBy OrderBy OrderByDescending RemoveAll Select SelectMany Single "
        "SingleOrDefault SkipWhile Sum TakeWhile ThenBy ThenByDescending ToDictionary ToLookup Where"
    ),
    needs_new=True,
)

SCOPED_LANGUAGES: Mapping[str, ScopedLanguage] = {
    "C#": CSHARP,
    "Java": JAVA,
}
