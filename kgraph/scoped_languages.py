"""What extraction and name resolution both need to know of languages with lexical scopes and declared types."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PARAMETER_NAMES = "names"  # the name of the note of the parameters of a function that calls may leave out
TYPE_PARAMETERS = "types"  # the name of the note of the type parameters of a type, in their order
GIVEN_TYPE = "given"  # that of the type parameter of its type that a method gives
JVM_NAME = "@file:JvmName"  # the name of the note that says in which class Java sees the functions of a file of Kotlin
OWN_RECEIVER = "()@"  # the name of the note that a method gives an instance of the type that it was called on
# What the path of a method of Rust has for its receiver where nothing is known of that, and what tells a value from a
# type or module; the name in a module of what is imported without one.
UNTYPED = "_"
VALUE_MARKS = frozenset("~()[]@&!")
NAMELESS = "_"
SPACE_INSIDE = "\N{NO-BREAK SPACE}"  # what stands for a space in a path that stands in a list with spaces between
MODULE = "mod "  # what the name of a binding of Rust begins with that is the statement `mod x;`
EXPORT = "export "  # what the name of a binding begins with that a file offers to others, rather than sees
HIDDEN = "hidden"  # the modifier of what Kotlin's compiler hides from sources, but not from what was compiled before
INSIDE = "\t"  # what stands in a path before that of what something holds
ALTERNATIVE = "\f"  # what stands between the paths of several values of which something is one
COUNT = "#"  # what stands in the step of a call before the number of its arguments
HAS_TYPE_OF = "typeof"  # the note of a variable whose declaration says what type a value has, and not which it holds
ONE_OF = "one of "  # what the notes of a variable begin with that holds one of several values, by a condition
MAX_CHOICES = 8  # of these
IN_BLOCK = "in block"  # the note of a function of Ruby that is defined in a block outside of any class
ADDED_TO = "added to"  # that of a class of Ruby that a declaration looks to add to, rather than to make
# What the names of notes begin with that a class or module of Ruby has of modules by `extend`: for itself, and for what
# mixes it in.
TEST_HELPERS = "helpers of tests"  # the name among imports of the modules that RSpec gives all tests
EXTENDS, EXTENDS_OTHERS = "extends ", "extends others "
ALIAS = "alias "  # what the name of a binding begins with that a bundler's configuration states for others

_COMPONENT = "<"  # what the spelling of an import begins with that is the tag of a component, which nothing imports


def component_import(name: str) -> str:
    """The spelling of the import that the tag of a component amounts to."""
    return f"{_COMPONENT}{name}>"


def component_of(spelling: str) -> str:
    """The name of the component of which a spelling is the tag; "" where it is none."""
    return spelling[1:-1] if spelling[:1] == _COMPONENT else ""


def type_given(base: str, place: int) -> str:
    """The name of the note of what a type gives to a base, by its simple name, for the type parameter at a place."""
    return f"base {base} {place}"


@dataclass(frozen=True, slots=True)
class ScopedLanguage:
    """One language."""

    separator: str = "."  # between the parts of a qualified name
    has_overloads: bool = False  # whether parameters distinguish functions of one name
    # Types that hold what their last type argument says, and the methods that give an element of it.
    holders: frozenset[str] = frozenset()
    element_methods: frozenset[str] = frozenset()
    element_fields: frozenset[str] = frozenset()  # that are an element themselves: `Task.Result` of C#
    keyed_by_names: frozenset[str] = frozenset()  # holders all of whose fields are elements: `Record` of TypeScript
    same_methods: frozenset[str] = frozenset()  # that give something with the same elements: `Where` of C#
    value_types: frozenset[str] = frozenset()  # of which `T?` is another type than `T`
    override_word: str = ""  # the modifier without which a method overrides none of a class; "" where there is none
    element_functions: frozenset[str] = frozenset()  # that hand an element to a function: `Select` of C#
    needs_new: bool = False  # whether a type that is called is no construction
    # Whether `x[T]` of a function or type is that with its type arguments, rather than an element of it.
    indexes_make_instances: bool = False
    calls_convert: bool = False  # whether `T(x)` of a type converts a value, rather than makes an instance
    bases_by_depth: bool = False  # whether members are looked up in all bases of one depth before any deeper one
    keeping_methods: frozenset[str] = frozenset()  # those that give what holds the same
    has_labels: bool = False  # whether the labels of arguments distinguish overloads
    imports_of_own_file: bool = False  # whether an import may name what its own file declares
    aliases_are_called: bool = True  # whether the alias of a type may be called, as a name of its constructor


LAMBDA = "lambda"  # the type of an argument that is a function without a name, in C#
STATIC_EXTENSION = (
    "this type"  # the name of the note of what a static member is added to, which it is called on by name
)
RELATIVE = "relative"  # the name under which the imports of a file are that may begin inside of its namespaces


def words(text: str) -> frozenset[str]:
    """The words of a text: a set of names that is easy to read."""
    return frozenset(text.split())


JAVA = ScopedLanguage(
    has_overloads=True,
    imports_of_own_file=True,
    holders=words(
        "ArrayDeque ArrayList AtomicReference BlockingQueue Callable Class Collection CompletableFuture "
        "ConcurrentHashMap ConcurrentMap CopyOnWriteArrayList Deque EnumMap Future HashMap HashSet Iterable Iterator "
        "LinkedHashMap LinkedHashSet LinkedList List Map NavigableMap NavigableSet Optional PriorityQueue Provider "
        "Queue Set SoftReference SortedMap SortedSet Stack Stream Supplier ThreadLocal TreeMap TreeSet Vector "
        "WeakReference"
    ),
    element_methods=words(
        "call cast computeIfAbsent element findAny findFirst first firstElement get getFirst getLast getOrDefault join "
        "last newInstance next orElse orElseGet orElseThrow peek peekFirst peekLast poll pollFirst pollLast pop remove "
        "removeFirst removeLast take"
    ),
    same_methods=words(
        "distinct dropWhile filter iterator limit listIterator parallelStream reversed skip sequential sorted "
        "spliterator stream subList takeWhile toList unordered values"
    ),
    element_functions=words(
        "allMatch anyMatch dropWhile filter flatMap forEach forEachOrdered ifPresent ifPresentOrElse map mapToDouble "
        "mapToInt mapToLong mapToObj noneMatch peek removeIf takeWhile"
    ),
)

# Places among the results of a function under which stands what it hands to the function that is its last argument:
# as `this`, and from `HANDED` on as arguments; and under which stands the type of that argument.
LAST_TYPE, RECEIVER, HANDED = 89, 90, 91

# The same for a function at any place: ten times that place, and the place among its own parameters, from here on.
ARGUMENT, MOST_HANDED = 100, 10
FUNCTION_TYPE = MOST_HANDED - 1  # as the argument of a call without any: what a function of that type is given

# Types of functions of the standard libraries: which of their type arguments each parameter has.
FUNCTION_TYPES: Mapping[str, Sequence[int]] = {
    **dict.fromkeys(("Action", "BiConsumer", "BiPredicate"), tuple(range(8))),
    **dict.fromkeys(("BiFunction", "ToIntBiFunction", "ToLongBiFunction", "ToDoubleBiFunction"), (0, 1)),
    **dict.fromkeys(("BinaryOperator", "Comparator", "Comparison"), (0, 0)),
    **dict.fromkeys(("Consumer", "Function", "Predicate", "Converter", "UnaryOperator"), (0,)),
    **dict.fromkeys(("ToIntFunction", "ToLongFunction", "ToDoubleFunction"), (0,)),
}
FUNC = "Func"  # of .NET: any number of parameters, and the result

KOTLIN = ScopedLanguage(
    has_overloads=True,
    imports_of_own_file=True,
    # Both see the types of the other. A loop over a map gives its entries.
    holders=JAVA.holders
    - words("ConcurrentHashMap ConcurrentMap EnumMap HashMap LinkedHashMap Map NavigableMap SortedMap TreeMap")
    | words(
        "Array ArrayDeque Channel Deferred Flow KClass Lazy MutableCollection MutableIterable MutableIterator "
        "MutableList MutableSet MutableSharedFlow MutableStateFlow ReceiveChannel SendChannel Sequence SharedFlow "
        "StateFlow"
    ),
    element_methods=JAVA.element_methods
    | words(
        "await elementAt find findLast firstOrNull getOrElse getOrNull lastOrNull max maxBy maxByOrNull maxOrNull min "
        "minBy minByOrNull minOrNull random receive removeFirstOrNull removeLastOrNull single singleOrNull"
    ),
    element_fields=words("value"),
    same_methods=JAVA.same_methods
    | words(
        "asFlow asIterable asReversed asSequence distinct distinctBy drop dropLast dropWhile filter filterNot "
        "filterNotNull iterator minus onEach plus reversed shuffled sorted sortedBy sortedByDescending sortedWith take "
        "takeLast takeWhile toList toMutableList toMutableSet toSet toTypedArray"
    ),
    element_functions=words(
        "all any associate associateBy associateWith collect count distinctBy dropWhile filter filterNot find findLast "
        "first firstOrNull flatMap forEach groupBy indexOfFirst indexOfLast joinToString last lastOrNull map "
        "mapNotNull maxBy maxByOrNull maxOf minBy minByOrNull minOf none onEach partition removeAll removeIf single "
        "singleOrNull sortBy sortByDescending sortedBy sortedByDescending sumBy sumOf takeWhile"
    ),
)

CSHARP = ScopedLanguage(
    has_overloads=True,
    holders=words(
        "ConcurrentBag ConcurrentQueue ConcurrentStack HashSet IAsyncEnumerable IAsyncEnumerator ICollection "
        "IEnumerable IEnumerator IList IOrderedEnumerable IOrderedQueryable IQueryable IReadOnlyCollection "
        "IReadOnlyList IReadOnlySet ISet ImmutableArray ImmutableList Lazy LinkedList List Memory Nullable "
        "ObservableCollection Queue ReadOnlyCollection ReadOnlyMemory ReadOnlySpan SortedSet Span Stack Task "
        "ThreadLocal ValueTask WeakReference"
    ),
    element_methods=words(
        "Dequeue ElementAt ElementAtOrDefault Find First FirstOrDefault GetResult Last LastOrDefault Peek Pop "
        "Single SingleOrDefault"
    ),
    element_fields=words("Current Result Value"),
    same_methods=words(
        "Append AsEnumerable AsQueryable AsSpan Concat ConfigureAwait Distinct Except FindAll GetAwaiter GetEnumerator "
        "Intersect OrderBy OrderByDescending Prepend Reverse Skip SkipWhile Take TakeWhile ThenBy ThenByDescending "
        "ToArray ToHashSet ToImmutableArray ToImmutableList ToList Union Where"
    ),
    value_types=words(
        "BigInteger CancellationToken DateOnly DateTime DateTimeOffset Guid TimeOnly TimeSpan bool byte char decimal "
        "double float int long nint nuint sbyte short uint ulong ushort"
    ),
    override_word="override",
    element_functions=words(
        "All Any Average Count DistinctBy Exists Find FindAll FindIndex First FirstOrDefault ForEach GroupBy "
        "Last LastOrDefault Max MaxBy Min MinBy OrderBy OrderByDescending RemoveAll Select SelectMany Single "
        "SingleOrDefault SkipWhile Sum TakeWhile ThenBy ThenByDescending ToDictionary ToLookup Where"
    ),
    needs_new=True,
)

PHP = ScopedLanguage(separator="::", needs_new=True, imports_of_own_file=True)
SWIFT = ScopedLanguage(
    has_overloads=True,
    has_labels=True,
    holders=words("Array ArraySlice AnySequence AsyncStream ContiguousArray Optional Set"),
    element_methods=words("popFirst popLast randomElement remove removeFirst removeLast"),
    element_fields=words("first last"),
    same_methods=words("dropFirst dropLast filter prefix reversed shuffled sorted suffix union"),
    override_word="override",
    element_functions=words("allSatisfy compactMap contains filter first flatMap forEach map removeAll"),
)
KEY_PATH = "KeyPath"  # what the names of the types end with that a key path of Swift may be of
RUBY = ScopedLanguage(separator="::", needs_new=True, imports_of_own_file=True)
_BANG, _BANG_IN_PATHS = "!", "\N{LATIN LETTER RETROFLEX CLICK}"  # of which the one is a step of paths by itself


def ruby_step(name: str) -> str:
    """The name of a method as paths spell it: `save!` ends in what is a step of its own."""
    return name.replace(_BANG, _BANG_IN_PATHS)


GO = ScopedLanguage(
    holders=words("atomic.Pointer"),
    element_methods=words("Load Swap"),
    indexes_make_instances=True,
    calls_convert=True,
    bases_by_depth=True,
)
GO_INTERFACES: Mapping[str, Mapping[str, str]] = {
    "error": {"Error": "()(string)"},
    "fmt.Stringer": {"String": "()(string)"},
    "io.Closer": {"Close": "()(error)"},
    "io.Reader": {"Read": "([]uint8)(int,error)"},
    "io.Writer": {"Write": "([]uint8)(int,error)"},
    "io.ReadCloser": {"Read": "([]uint8)(int,error)", "Close": "()(error)"},
    "io.ReadWriter": {"Read": "([]uint8)(int,error)", "Write": "([]uint8)(int,error)"},
    "io.WriteCloser": {"Write": "([]uint8)(int,error)", "Close": "()(error)"},
    "io.StringWriter": {"WriteString": "(string)(int,error)"},
    "io.Seeker": {"Seek": "(int64,int)(int64,error)"},
    "io.ReaderAt": {"ReadAt": "([]uint8,int64)(int,error)"},
    "io.WriterAt": {"WriteAt": "([]uint8,int64)(int,error)"},
    "io.ByteReader": {"ReadByte": "()(uint8,error)"},
    "io.WriterTo": {"WriteTo": "(io.Writer)(int64,error)"},
    "io.ReaderFrom": {"ReadFrom": "(io.Reader)(int64,error)"},
    "io.ReadSeeker": {"Read": "([]uint8)(int,error)", "Seek": "(int64,int)(int64,error)"},
    "io.ReadWriteCloser": {
        "Read": "([]uint8)(int,error)",
        "Write": "([]uint8)(int,error)",
        "Close": "()(error)",
    },
    "net/http.Handler": {"ServeHTTP": "(net/http.ResponseWriter,*net/http.Request)()"},
    "net/http.Flusher": {"Flush": "()()"},
    "net/http.RoundTripper": {"RoundTrip": "(*net/http.Request)(*net/http.Response,error)"},
    "net/http.ResponseWriter": {
        "Header": "()(net/http.Header)",
        "Write": "([]uint8)(int,error)",
        "WriteHeader": "(int)()",
    },
    "encoding/json.Marshaler": {"MarshalJSON": "()([]uint8,error)"},
    "encoding/json.Unmarshaler": {"UnmarshalJSON": "([]uint8)(error)"},
    "encoding.TextMarshaler": {"MarshalText": "()([]uint8,error)"},
    "encoding.TextUnmarshaler": {"UnmarshalText": "([]uint8)(error)"},
    "sort.Interface": {"Len": "()(int)", "Less": "(int,int)(bool)", "Swap": "(int,int)()"},
}
"""The methods of interfaces of Go's standard library that others embed, with their signatures."""

SCRIPT = ScopedLanguage(
    holders=words(
        "Array ArrayLike AsyncGenerator AsyncIterable AsyncIterator Generator Iterable IterableIterator Map Promise "
        "PromiseLike ReadonlyArray ReadonlyMap ReadonlySet Record Set WeakMap WeakRef WeakSet"
    ),
    keyed_by_names=frozenset({"Record"}),
    element_methods=words("at deref find findLast get pop shift"),
    keeping_methods=words(
        "catch concat fill filter finally flat reverse slice sort splice toReversed toSorted toSpliced values with"
    ),
    aliases_are_called=False,
)
"""JavaScript, TypeScript, and the scripts of Vue and Svelte."""

RUST = ScopedLanguage(
    separator="::",
    imports_of_own_file=True,
    holders=words(
        "Option Result Vec VecDeque HashSet BTreeSet BinaryHeap LinkedList HashMap BTreeMap RefCell Cell Mutex RwLock "
        "OnceCell OnceLock Iterator IntoIterator DoubleEndedIterator ExactSizeIterator LazyLock"
    ),
    element_methods=words(
        "unwrap expect unwrap_or unwrap_or_else unwrap_or_default unwrap_unchecked borrow borrow_mut or_insert "
        "or_insert_with get_unchecked get_unchecked_mut swap_remove into_inner"
    ),
    keeping_methods=words(
        "as_ref as_mut as_deref as_deref_mut as_slice as_mut_slice iter iter_mut into_iter cloned copied get get_mut "
        "first first_mut last last_mut next next_back peek pop pop_front pop_back front back lock read write try_lock "
        "try_borrow try_borrow_mut take rev skip step_by filter take_while skip_while peekable fuse drain "
        "values values_mut into_values entry find ok map_err ok_or ok_or_else or or_else min_by_key max_by_key min_by "
        "max_by chain inspect nth to_vec get_or_insert_with insert by_ref"
    ),
    element_functions=words(
        "all and_then any dedup_by_key filter filter_map find find_map flat_map for_each inspect is_none_or is_ok_and "
        "is_some_and map map_or map_or_else map_while max_by_key min_by_key partition position retain retain_mut "
        "rposition skip_while sort_by_cached_key sort_by_key sort_unstable_by_key sum take_if take_while try_for_each"
    ),
)

SCOPED_LANGUAGES: Mapping[str, ScopedLanguage] = {
    "C#": CSHARP,
    "Go": GO,
    "Java": JAVA,
    "JavaScript": SCRIPT,
    "Kotlin": KOTLIN,
    "PHP": PHP,
    "Ruby": RUBY,
    "Rust": RUST,
    "Svelte": SCRIPT,
    "Swift": SWIFT,
    "TSX": SCRIPT,
    "TypeScript": SCRIPT,
    "Vue": SCRIPT,
}
