"""Types as they are spelled: what they point to, what they hold, what a declaration says its type is.

Input: text. Output: text. Nothing is looked up here.
"""

from __future__ import annotations

import re
from functools import lru_cache

_CV = re.compile(
    r"\b(?:const|volatile|struct|class|enum|union|typename|static|constexpr|consteval|constinit|inline|mutable|register|"
    r"extern|virtual|explicit|friend|thread_local|override|final|__restrict|__restrict__|restrict|__device__|__host__|"
    r"__global__|__forceinline__|__inline__|__inline|__forceinline)\b|\[\[[^\]]*\]\]"
)
_SPACES = re.compile(r"\s+")
_BEFORE_NAME = re.compile(r"[\s*&]+")
_WORD_BOUNDARY = re.compile(r"\b")
_PROPERTY = re.compile(r"^@property\s*(?:\([^()]*\))?")
_WORD = re.compile(r"[A-Za-z_]\w*")
_TEMPLATE = re.compile(r"\s*template\s*<")
_ALIAS = re.compile(r"(?:using\s+\w+[^=]*=\s*(?P<using>.+)|typedef\s+(?P<typedef>.+?[\s*&]*)\b\w+)$", re.DOTALL)
_PARAMETER = re.compile(
    r"(?:template\s*<.*>\s*)?(?:class|typename|[\w:]+)\s*(?:\.\.\.)?\s*(\w+)?\s*(?:=.*)?$", re.DOTALL
)
_BEHIND_POINTER = re.compile(r"(?<=[*&])[A-Za-z_]\w*$")  # an attribute: `T* NONNULL`
_ATTRIBUTE = re.compile(r"^(?:[A-Z][A-Z0-9_]+\s+)+(?=[A-Za-z_:])")


@lru_cache(maxsize=1 << 15)
def split_type(text: str) -> tuple[str, tuple[str, ...], int]:
    """Name, template arguments and depth of pointers: `std::vector<A, B>*` as ("std::vector", ("A", "B"), 1)."""
    text = _BEHIND_POINTER.sub("", plain(text))
    pointers = 0
    while text and text[-1] in "*&":
        pointers += text[-1] == "*"
        text = text[:-1]
    if not text.endswith(">"):
        return text, (), pointers
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        if text[index] == ">":
            depth += 1
        elif text[index] == "<":
            depth -= 1
            if depth == 0:
                return text[:index], tuple(arguments(text[index + 1 : -1])), pointers
    return text, (), pointers


def arguments(text: str) -> list[str]:
    """The parts between the outermost commas."""
    parts, depth, start = [], 0, 0
    for index, char in enumerate(text):
        if char in "<([{":
            depth += 1
        elif char in ">)]}":
            depth -= 1
        elif char == "," and depth == 0:
            parts.append(text[start:index])
            start = index + 1
    parts.append(text[start:])
    return [part for part in parts if part.strip()]


def plain(text: str) -> str:
    """A type without `const`, specifiers and spaces."""
    return _SPACES.sub("", _CV.sub(" ", text))


def substitute(text: str, bindings: dict[str, str]) -> str:
    """A type with template parameters replaced by arguments."""
    return _WORD.sub(lambda match: bindings.get(match[0], match[0]), text) if bindings else text


@lru_cache(maxsize=1 << 14)
def template_parameters(signature: str) -> tuple[str, ...]:
    """The names of a template's parameters, by its signature."""
    head = _TEMPLATE.match(signature)
    if head is None:
        return ()
    end = _closing(signature, head.end())
    names = []
    for part in arguments(signature[head.end() : end]):
        match = _PARAMETER.match(part.strip())
        names.append((match[1] if match else None) or "")
    return tuple(names)


def without_template(signature: str) -> str:
    """A signature without `template <...>` in front of it."""
    while head := _TEMPLATE.match(signature):
        signature = signature[_closing(signature, head.end()) + 1 :]
    return signature.strip()


def _closing(text: str, start: int) -> int:
    depth = 1
    for index in range(start, len(text)):
        depth += (text[index] == "<") - (text[index] == ">" and text[index - 1] != "-")
        if depth == 0:
            return index
    return len(text)


def return_type(signature: str, name: str) -> str:
    """What a function returns, by its signature; "" for what has none, such as a constructor."""
    text = without_template(signature)
    at = text.find("operator") if name.startswith("operator") else _name_at(text, name)
    if at < 0:
        return ""
    before = _without_qualifier(text[:at])
    type_ = plain(_ATTRIBUTE.sub("", before.strip()))
    if type_ in ("auto", "decltype(auto)"):
        _, arrow, trailing = text[at:].rpartition("->")
        return plain(trailing) if arrow else ""
    return type_ if type_ and type_ not in ("void", "bool", "int", "~") else ""


def _name_at(text: str, name: str) -> int:
    """Where a name stands that a parenthesis follows."""
    size, at = len(name), text.find(name)
    while at >= 0:
        if text[at + size :].lstrip()[:1] == "(" and not _is_word(text[at - 1 : at]):
            return at
        at = text.find(name, at + 1)
    return -1


def _is_word(char: str) -> bool:
    return char.isalnum() or char == "_"


def _without_qualifier(text: str) -> str:
    """`Foo<T>& Bar::` as `Foo<T>&`."""
    text = text.rstrip()
    while text.endswith("::"):
        text = text[:-2].rstrip()
        if text.endswith(">"):
            depth = 0
            for index in range(len(text) - 1, -1, -1):
                depth += (text[index] == ">") - (text[index] == "<")
                if depth == 0:
                    text = text[:index].rstrip()
                    break
            else:
                return ""
        match = re.search(r"\w+$", text)
        text = text[: match.start()].rstrip() if match else text
    return text


def variable_type(signature: str, name: str) -> str:
    """The type of a variable, by its signature; in `T a, b` that of the name."""
    text = _PROPERTY.sub("", without_template(signature))
    size, start = len(name), text.find(name)
    while start >= 0:
        preceding, following = text[start - 1 : start], text[start + size : start + size + 2]
        apart = not _is_word(preceding) and preceding != ":" and not _is_word(following[:1])
        if apart and following.lstrip()[:1] not in ("<", ":") and not _is_type_name(text, start + size, name):
            break
        start = text.find(name, start + 1)
    if start < 0:
        return ""
    preceding = text[:start].rstrip()
    depth = 0
    for index in range(len(preceding) - 1, -1, -1):  # the middle of a list
        char = preceding[index]
        depth += (char in ">)") - (char in "<(")
        if char == "," and depth == 0:
            tail = preceding[index + 1 :].strip()
            head = re.match(r"(.*?)[\s*&]+\w+\s*(?:=.*|\[.*|\{.*)?$", preceding[:index].split(",")[0])
            return plain((head[1] if head else "") + tail)
    array = "*" if text[start + size :].lstrip().startswith("[") else ""
    return plain(_ATTRIBUTE.sub("", _without_qualifier(preceding).strip())) + array


def _is_type_name(text: str, end: int, name: str) -> bool:
    """Whether the same name follows as that of the variable, as in C's `struct flags flags`."""
    behind = text[end : end + len(name) + 20]
    between = _BEFORE_NAME.match(behind)
    if between is None or not behind.startswith(name, between.end()):
        return False
    return _WORD_BOUNDARY.match(behind, between.end() + len(name)) is not None


def alias_targets(signature: str) -> list[str]:
    """What a typedef or alias stands for, by each of its declarations: conditions may choose one of several."""
    return [target for each in signature.split("\n") if (target := alias_target(each))]


def alias_target(signature: str) -> str:
    """What a typedef or alias stands for; "" for one of which conditions choose one of several."""
    if "\n" in signature:
        return ""
    match = _ALIAS.match(without_template(signature).rstrip("; "))
    return plain(match["using"] or match["typedef"] or "") if match else ""


def parameters_of(signature: str, name: str) -> tuple[int, int] | None:
    """The least and the greatest number of arguments that a function takes; None where the signature does not tell."""
    text = without_template(signature)
    at = text.find("(", text.find("operator") + 8) if name.startswith("operator") else _name_at(text, name)
    if at < 0:
        return None
    start = text.find("(", at)
    depth = 0
    for index in range(start, len(text)):
        depth += (text[index] in "([{") - (text[index] in ")]}")
        if depth == 0:
            break
    else:
        return None
    parts = arguments(text[start + 1 : index])
    if parts == ["void"]:
        return 0, 0
    least = sum("=" not in part and "..." not in part for part in parts)
    return least, 1000 if any("..." in part for part in parts) else len(parts)


def base_name(text: str) -> str:
    """A base clause without its access: `public virtual A<B>` as `A<B>`."""
    words = text.split()
    while words and words[0] in ("public", "private", "protected", "virtual"):
        words = words[1:]
    return plain(" ".join(words))
