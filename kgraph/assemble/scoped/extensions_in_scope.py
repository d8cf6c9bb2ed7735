"""Extension methods that are called on values of which the type is not known, or is one of another package.

Input: the name that is called and the extension methods of that name that a file sees. Output: whether the only one of
them may be meant. Extensions of C# and Kotlin are found by the names that a file imports, whatever they are called on;
so where one alone is in sight it is most likely meant, unless types of the standard library, or for a value of unknown
type those of the repository, have a method of that name.
"""

from __future__ import annotations

from kgraph.assemble.scoped.meanings import ExternalName, PathMeaning
from kgraph.scoped_languages import words

# Methods of .NET's types and LINQ (https://learn.microsoft.com/dotnet/api/).
COMMON_OF_DOTNET = words(
    "Add AddAfter AddBefore AddFirst AddLast AddOrUpdate AddRange Aggregate All Any Append AppendFormat AppendLine "
    "AsEnumerable AsMemory AsReadOnly AsSpan AsTask Average Build Cancel Cast Chunk Clear Clone Close Compare "
    "CompareTo Concat Configure ConfigureAwait Contains ContainsKey ContainsValue ContinueWith Convert Copy CopyTo "
    "CopyToAsync Count CountBy Create DefaultIfEmpty Delete Dequeue Deserialize Dispose DisposeAsync Distinct "
    "DistinctBy ElementAt ElementAtOrDefault EndsWith Enqueue EnsureCapacity Equals Except ExceptBy ExceptWith "
    "Execute ExecuteAsync Exists Find FindAll FindAsync FindIndex FindLast First FirstAsync FirstOrDefault "
    "FirstOrDefaultAsync Flush FlushAsync ForEach Format Get GetAsync GetAwaiter GetEnumerator GetHashCode GetOrAdd "
    "GetOrCreate GetProperty GetRange GetRequiredService GetResult GetService GetServices GetString GetType GetValue "
    "GetValueOrDefault GroupBy GroupJoin Handle HasFlag Include Index IndexOf IndexOfAny Insert InsertRange Intersect "
    "IntersectWith Invoke InvokeAsync IsEmpty IsMatch IsNullOrEmpty IsSubsetOf Join Last LastIndexOf LastOrDefault "
    "Load Log LogDebug LogError LogInformation LogTrace LogWarning LongCount Match Matches Max MaxBy Min MinBy "
    "MoveNext OfType Open Order OrderBy OrderByDescending OrderDescending Overlaps PadLeft PadRight Parse Peek Pop "
    "Post PostAsync Prepend Push PutAsync Range Read ReadAllText ReadAsStringAsync ReadAsync ReadByte ReadLine "
    "ReadLineAsync ReadToEnd Register Remove RemoveAll RemoveAt RemoveRange RemoveWhere Repeat Replace Reset Resolve "
    "Reverse Run RunAsync Save SaveChanges SaveChangesAsync Seek Select SelectMany Send SendAsync SequenceEqual "
    "Serialize Set SetEquals SetResult SetValue Shuffle Single SingleOrDefault Skip SkipLast SkipWhile Slice Sort "
    "Split Start StartAsync StartsWith Stop StopAsync Substring Subtract Sum Take TakeLast TakeWhile ThenBy "
    "ThenByDescending ThenInclude Throw ToArray ToArrayAsync ToCharArray ToDictionary ToHashSet ToImmutableArray "
    "ToImmutableList ToList ToListAsync ToLookup ToLower ToLowerInvariant ToString ToUpper ToUpperInvariant Trim "
    "TrimEnd TrimStart TryAdd TryAddSingleton TryDequeue TryGet TryGetValue TryParse TryPeek TryPop TryRemove Union "
    "UnionBy UnionWith Update Use Validate Wait WaitAsync Where With Write WriteAsync WriteByte WriteLine "
    "WriteLineAsync WriteTo Zip"
)
# Functions of Kotlin's and Java's standard libraries, and of coroutines (https://kotlinlang.org/api/core/).
COMMON_OF_KOTLIN = words(
    "accept add addAll addFirst addLast all also and any append appendLine apply applyTo asFlow asIterable asList "
    "asReversed asSequence associate associateBy associateWith async average await awaitAll bind build call cancel "
    "capitalize catch ceil chunked clear clone close coerceAtLeast coerceAtMost coerceIn collect collectLatest "
    "combine compareTo component1 component2 component3 connect contains containsAll containsKey copy copyInto copyTo "
    "count create debounce decode delete distinct distinctBy distinctUntilChanged div drop dropLast dropWhile emit "
    "emitAll encode endsWith entries equals execute exists fill filter filterIndexed filterIsInstance filterKeys "
    "filterNot filterNotNull filterValues finally find findLast first firstNotNullOf firstNotNullOfOrNull firstOrNull "
    "flatMap flatMapLatest flatten flowOn flush fold forEach forEachIndexed format from get getAndSet getOrDefault "
    "getOrElse getOrNull getOrPut getOrThrow getValue group groupBy hasNext hashCode head ifBlank ifEmpty inc indexOf "
    "indexOfFirst indexOfLast insert intersect invoke isBlank isEmpty isNotBlank isNotEmpty isNullOrBlank "
    "isNullOrEmpty iterator join joinToString keys last lastIndexOf lastOrNull launch launchIn let lines listIterator "
    "load lock log lowercase map mapIndexed mapKeys mapLatest mapNotNull mapTo mapValues match matches max maxBy "
    "maxByOrNull maxOf maxOrNull merge min minBy minByOrNull minOf minOrNull minus minusAssign name next none not "
    "observe of offer onCompletion onEach onFailure onStart onSuccess open or padEnd padStart parse partition peek "
    "plus plusAssign poll pop post process provideDelegate push put putAll putIfAbsent query random range rangeTo "
    "read readBytes readLine readLines readText receive recover reduce register remove removeAll removeAt removeFirst "
    "removeIf removeLast removePrefix removeSuffix render repeat replace replaceAll replaceFirst reset resolve resume "
    "retainAll retry reversed run runCatching save scan select send set setValue shuffled single singleOrNull size "
    "skip slice sort sortBy sorted sortedBy sortedByDescending sortedWith split start startsWith stateIn stop stream "
    "subList submit subscribe substring substringAfter substringAfterLast substringBefore substringBeforeLast sum "
    "sumBy sumOf take takeIf takeLast takeUnless takeWhile test then times to toByteArray toDouble toFloat toHashSet "
    "toInt toIntOrNull toList toLong toMap toMutableList toMutableMap toMutableSet toPath toRegex toSet toSortedMap "
    "toString toTypedArray toUri transform trim trimEnd trimIndent trimMargin trimStart truncate union unlock update "
    "uppercase use validate value values visit wait with withContext withIndex withLock write writeText xor zip"
)


def is_of_unknown_type(of: PathMeaning | None) -> bool:
    """Whether nothing says of which type something is: no declaration of it was found, or it is what something of
    another package gives or holds."""
    if not isinstance(of, ExternalName):
        return of is None
    outer, _, last = of.name.rpartition(".")
    return "(" in of.name or bool(outer and last[:1].islower())
