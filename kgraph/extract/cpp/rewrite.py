"""Spells C and C++ in a way that the parser finds easier, without losing a declaration.

Input: scanned code. Output: the same code, edited in place at equal length: template parameters, using declarations and
trailing return types are gone, operators are words, `int (*f)(char)` reads `int *f`, C's names read as C++'s.

On purpose this is text against text: every rule removes something that no symbol is read from, and names, signatures
and parameter types are cut from the original anyway.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain

from kgraph.extract.cpp.lexicon import NESTED_ANGLES, NESTED_PARENS, NOT_MADE_NAMES, blank, byte_words, is_word_start

# The patterns begin with literals, never with \b, which would have the engine try every single position, and none looks
# further ahead than a declaration may be long.
_OPERATOR = re.compile(
    rb"operator(?!\w)(\s*+\(\s*+\)(?:\s*+" + NESTED_ANGLES + rb")?+|[^(){};]{1,300}?(?:\(\s*+\))?(?=\s*+\())"
)
_USING = re.compile(rb"using\s++[^=;{}]{1,1000}+;")
_FRIEND = re.compile(rb"friend\s++(?:class|struct|union)\s[^;(){}]{1,1000}+;")
_TEMPLATE_BEFORE = re.compile(rb"\btemplate\s*+<[^;{}]*>\s*+\Z")
_DELETED = re.compile(rb"=\s*+delete\s*+(?=;)")
_TRAILING_TYPE = re.compile(rb"->(?:[^;{}()]{1,1000}+|" + NESTED_PARENS + rb"){1,20}+(?=[;{])")
_INSTANTIATION = re.compile(rb"template\s++(?!<)[^;{}]{1,2000}+;")
_EXTERN_BEFORE = re.compile(rb"\bextern\s*+\Z")
_TEMPLATE = re.compile(rb"template\s*+<")
_SIGN = re.compile(rb"[<>();]")
_TEMPLATE_OR_SIGN = re.compile(rb"template\s*+<|[<>();]")
_MAX_WASTED = 10_000
_POINTER = re.compile(
    rb"(\(\s*+(?:\w++\s*+::\s*+)*+\*\s*+(?:const\b\s*+)?+)\w*+\s*+(\)\s*+"
    + NESTED_PARENS
    + rb"(?:\s*+(?:const|volatile)\b)*+(?:\s*+&{1,2}+(?=\s*+[,)]))?+(?:\s*+noexcept\b)?+)"
)
_DIMENSIONS = rb"(?:\[[^\[\]]*+\]\s*+)++"
# `(&name)[3]`, `(*name)[3]`; `(&name(int))[3]`, `(A::*name(int))(char)`: a parenthesis and what closes it.
_ARRAY = re.compile(rb"(\(\s*+(?:\*|&{1,2}+)\s*+)\w*+\s*+(\)\s*+" + _DIMENSIONS + rb")")
_RETURNED = re.compile(
    rb"(\(\s*+(?:\w++\s*+::\s*+)*+(?:\*|&{1,2}+)\s*+)\w++\s*+"
    + NESTED_PARENS
    + rb"\s*+(\)\s*+(?:"
    + _DIMENSIONS
    + rb"|"
    + NESTED_PARENS
    + rb"))(?=\s*+[;{=])"
)
_ANY_POINTER = re.compile(rb"\(\s*+(?:\w++\s*+::\s*+)*+[*&]")
_ANY_MEMBER_POINTER = re.compile(rb"::\s*+\*")
_MEMBER_POINTER = re.compile(rb"(?<=[\w>*&])\s++((?:\w++\s*+::\s*+)++)(?=\*\s*+(?:const\b\s*+)?+\w++\s*+[;,=)\[])")
_MADE_NAME = re.compile(rb"(\(\s*+\w++\s*+(?:,\s*+\w++\s*+)*+\))\s*+\(")
_MADE_CLASS = re.compile(rb"(?:class|struct)\s++\w++\s*+(\([\w\s,]++\))\s*+[;:{]")
_PRIMARY = (
    rb"!?+\s*+(?:"
    + NESTED_PARENS
    + rb"|[\w:]++(?:\s*+"
    + NESTED_ANGLES
    + rb")?+(?:::\w++)*+(?:\s*+"
    + NESTED_PARENS
    + rb")?+)"
)
_REQUIRES = re.compile(
    rb"requires\b\s*+(?:requires\b\s*+(?:"
    + NESTED_PARENS
    + rb")?+\s*+\{\s*+\}|"
    + _PRIMARY
    + rb"(?:\s*+(?:&&|\|\|)\s*+"
    + _PRIMARY
    + rb")*+)"
)
_IN_EXPRESSION = (b"=", b"&", b"|", b"(", b"!", b",")
_TRY = re.compile(rb"try(?=\s*+[{:])|catch\s*+\([^(){};]*+\)\s*+\{\s*+\}")
_SLOTS = re.compile(rb"(?:public|protected|private)\s++(slots|Q_SLOTS)(?=\s*+:)")
_SIGNALS = re.compile(rb"(?:signals|Q_SIGNALS)\s*+:(?!:)")
_QT_LABELS = frozenset((b"slots", b"Q_SLOTS", b"signals", b"Q_SIGNALS"))
_NAME_BEFORE = re.compile(rb"([A-Za-z_]\w*+)\s*+\Z")
_NO_TYPE = byte_words("typedef static extern inline const volatile constexpr virtual register public private protected")
_STAR = ord("*")
_SPACE = ord(" ")
_UNDERSCORE = ord("_")
_MAX_DISTANCE = 80

_CPP_KEYWORDS = byte_words(
    """
    and bitand bitor catch class compl concept delete explicit export final friend mutable namespace new not or
    operator override private protected public requires template this throw try typename using virtual xor
    """
)
_OLD_STYLE = re.compile(rb"\([\w\s,]++\)\s*+((?:[A-Za-z_][\w\s*,\[\]]*+;\s*+)++)(?=\{)")


def simplify(code: bytearray, words: frozenset[bytes]) -> None:
    """Edit C++ in place; `words` are those of the code."""
    if b"operator" in words:
        _plain_operators(code)
    _plain_pointers(code)
    if b"using" in words:
        _blank_apart(code, _USING)
    if b"friend" in words:
        _blank_friend_classes(code)
    if b"delete" in words:
        for match in _DELETED.finditer(code):
            blank(code, *match.span())
    for match in _TRAILING_TYPE.finditer(code):
        blank(code, *match.span())
    if b"template" in words:
        _blank_templates(code)
    if b"requires" in words:
        _blank_requirements(code)
    if b"try" in words or b"catch" in words:
        for match in _TRY.finditer(code):
            if is_word_start(code, match.start()):
                blank(code, *match.span())
    if not words.isdisjoint(_QT_LABELS):
        _plain_labels(code)
    _plain_names(code)
    if b"class" in words or b"struct" in words:
        _plain_class_names(code)


def spell_as_cpp(code: bytearray, words: frozenset[bytes]) -> None:
    """Make C pass for C++: names that are keywords there, and parameters declared behind their list; `words` are those
    of the code."""
    for keyword in words & _CPP_KEYWORDS:
        for match in _word(keyword).finditer(code):
            if is_word_start(code, match.start()):
                code[match.start()] = _UNDERSCORE
    for match in _OLD_STYLE.finditer(code):
        blank(code, *match.span(1))


@cache
def _word(word: bytes) -> re.Pattern[bytes]:
    return re.compile(word + rb"\b")


def _blank_apart(code: bytearray, pattern: re.Pattern[bytes]) -> None:
    for match in pattern.finditer(code):
        if is_word_start(code, match.start()):
            blank(code, *match.span())


def _plain_operators(code: bytearray) -> None:
    """Operators get names that are words: `operator std::string()` reads `operator_std__string()`."""
    for match in _OPERATOR.finditer(code):
        if is_word_start(code, match.start()):
            start, end = match.span(1)
            code[start:end] = b"_" * (end - start)


def _plain_pointers(code: bytearray) -> None:
    """`int (*f)(int)` reads `int *f`: the parser may take it for a call."""
    for match in list(_MEMBER_POINTER.finditer(code)) if _ANY_MEMBER_POINTER.search(code) else ():
        blank(code, *match.span(1))
    if not _ANY_POINTER.search(code):
        return
    for match in chain.from_iterable(pattern.finditer(code) for pattern in (_POINTER, _ARRAY, _RETURNED)):
        start = match.start()
        if start and (code[start - 1] in b" \t\n>*&" or not is_word_start(code, start)):
            blank(code, *match.span(1))
            blank(code, *match.span(2))
            code[start] = _STAR


def _blank_friend_classes(code: bytearray) -> None:
    for match in _FRIEND.finditer(code):
        start, end = match.span()
        if is_word_start(code, start):
            nearest = max(0, start - 400)
            template = _TEMPLATE_BEFORE.search(code, nearest, start)
            blank(code, template.start() if template else start, end)


def _blank_templates(code: bytearray) -> None:
    """Empty the parameter lists of templates, and drop explicit instantiations, which declare nothing new."""
    for match in _INSTANTIATION.finditer(code):
        start, end = match.span()
        if is_word_start(code, start) and bytes(code[start - 1 : start]) not in (b".", b">", b":"):
            extern = _EXTERN_BEFORE.search(code, max(0, start - _MAX_DISTANCE), start)
            blank(code, extern.start() if extern else start, end)
    position = 0
    wasted = 0  # signs looked at behind templates that never close
    while opening := _TEMPLATE.search(code, position):
        position = opening.end()
        depth, parens = 1, 0
        for count, sign in enumerate(_SIGN.finditer(code, position)):
            char = sign[0]
            if char == b"<":
                depth += parens == 0
            elif char == b">":
                depth -= parens == 0 and code[sign.start() - 1] != 45  # not of `->`
                if depth == 0:
                    blank(code, position, sign.start())
                    position = sign.end()
                    break
            elif char == b"(":
                parens += 1
            elif char == b")":
                parens -= 1
            else:
                wasted += count
                break
        else:
            wasted += _MAX_WASTED  # it went to the end
        if wasted > _MAX_WASTED:
            _blank_templates_behind(code, position)
            break


def _blank_templates_behind(code: bytearray, position: int) -> None:
    """The same for all templates behind an offset, in one walk over their signs: for code in which most never close.

    A template closes at the first `>` with as many parentheses around it that closes more than was opened since.
    """
    closings: list[tuple[int, int]] = []  # of templates that close: where their parameters begin and end
    depths: dict[int, int] = {}  # open angles, by how many parentheses are around
    waiting: dict[int, list[tuple[int, int]]] = {}  # templates that are open: likewise, with the depth before each
    parens = 0
    for sign in _TEMPLATE_OR_SIGN.finditer(code, position):
        char = sign[0][-1:]
        at = sign.end() - 1
        if char == b"<":
            depth = depths.get(parens, 0)
            if len(sign[0]) > 1:
                waiting.setdefault(parens, []).append((depth, at + 1))
            depths[parens] = depth + 1
        elif char == b">":
            if code[at - 1] != 45:
                depths[parens] = depth = depths.get(parens, 0) - 1
                here = waiting.get(parens, [])
                while here and here[-1][0] >= depth:
                    closings.append((here.pop()[1], at))
        elif char == b"(":
            parens += 1
        elif char == b")":
            parens -= 1
        else:
            parens = 0
            depths.clear()
            waiting.clear()
    done = 0
    for start, end in sorted(closings):
        if start >= done:
            blank(code, start, end)
            done = end + 1


def _blank_requirements(code: bytearray) -> None:
    """Drop requires-clauses, but not the expressions that make concepts."""
    for match in _REQUIRES.finditer(code):
        start = match.start()
        if (
            is_word_start(code, start)
            and code[max(0, start - _MAX_DISTANCE) : start].rstrip()[-1:] not in _IN_EXPRESSION
        ):
            blank(code, *match.span())


def _plain_labels(code: bytearray) -> None:
    """Qt's `signals:` reads `public:`, its `public slots:` as well."""
    for match in _SLOTS.finditer(code):
        blank(code, *match.span(1))
    for match in _SIGNALS.finditer(code):
        if is_word_start(code, match.start()):
            blank(code, *match.span())
            code[match.start() : match.start() + 6] = b"public"
            code[match.end() - 1 : match.end()] = b":"


def _plain_names(code: bytearray) -> None:
    """A name made by a macro keeps the macro's name only: `void THTensor_(fill)(int a)`."""
    for match in _MADE_NAME.finditer(code):
        start, end = match.span(1)
        name = _NAME_BEFORE.search(code, max(0, start - _MAX_DISTANCE), start)
        if name and name[1] not in NOT_MADE_NAMES and _is_made(code, name, match[1]):
            blank(code, start, end)
        elif b"," not in match[1] and (name is None or name[1] not in _NO_TYPE):
            code[start] = code[end - 1] = _SPACE  # `int (name)(int)`, so spelled to keep a macro away


def _plain_class_names(code: bytearray) -> None:
    """The same for `class THTensor_(Storage) {`."""
    for match in _MADE_CLASS.finditer(code):
        if is_word_start(code, match.start()):
            blank(code, *match.span(1))


def _is_made(code: bytearray, name: re.Match[bytes], arguments: bytes) -> bool:
    """Tell `void NAME_(fill)(int)` from `number (fill)(int)`, whose parentheses are for nothing."""
    if b"," in arguments or name[1].isupper():
        return True
    before = code[max(0, name.start() - _MAX_DISTANCE) : name.start()].rstrip()
    word = _NAME_BEFORE.search(before)
    return word[1] not in _NO_TYPE if word else bytes(before[-1:]) in (b"*", b"&", b">")
