r"""Comments with the commands of Doxygen and Javadoc: `\param`, `@return`, `\code`.

Input: the text of a comment. Output: its description and its sections, each still in the words of its authors.
"""

from __future__ import annotations

import html
import re
import textwrap
from dataclasses import dataclass, field

_COMMAND = re.compile(r"\s*[@\\]([A-Za-z]+):?(?:\[([a-z,\s]+)\]|\{[^}\s]*\})?(?:\s+|$)(.*)")
# Commands with a name before their text, and the title of the list that they stand in.
NAMED = {
    "param": "Parameters",
    "tparam": "Template parameters",
    "throw": "Throws",
    "throws": "Throws",
    "exception": "Throws",
    "retval": "Returns",
    "template": "Type parameters",
    "typeParam": "Type parameters",
    "property": "Properties",
    "prop": "Properties",
}
PLAIN = {
    **{"return": "Returns", "returns": "Returns", "result": "Returns", "note": "Note", "remark": "Note"},
    **{"remarks": "Note", "warning": "Warning", "attention": "Attention", "pre": "Precondition"},
    **{"post": "Postcondition", "invariant": "Invariant", "see": "See also", "sa": "See also", "since": "Since"},
    **{"deprecated": "Deprecated", "todo": "To do", "bug": "Bug", "author": "Author", "authors": "Author"},
    **{"version": "Version", "date": "Date", "copyright": "Copyright", "example": "Example"},
    **{"default": "Default", "defaultValue": "Default", "defaultvalue": "Default", "experimental": "Experimental"},
    **{"apiNote": "Note", "implNote": "Note", "implSpec": "Note", "privateRemarks": "Note"},
    **{"test": "Test", "complexity": "Complexity", "exceptsafe": "Exception safety"},
}
_LAST = frozenset({"Author", "Version", "Date", "Since", "Copyright", "See also"})
_OPENING = frozenset({"brief", "short", "details", "detail", "li", "arg"})
# What names the thing that the comment stands above anyway, or steers Doxygen.
_DROPPED = frozenset(
    """file class struct union enum namespace fn var def typedef interface package ingroup defgroup addtogroup
    weakgroup name internal endinternal private public protected hideinitializer nosubgrouping relates memberof
    headerfile inheritDoc inheritdoc overload dir concept module
    packageDocumentation category hidden ignore override readonly sealed virtual eventProperty beta alpha
    function async api access serial
    serialData tableofcontents subpage anchor image dotfile mscfile diafile showinitializer hidecallgraph
    callgraph callergraph nosubgrouping endif else if ifnot elseif cond endcond dontinclude skip skipline until line
    verbinclude htmlinclude latexinclude xmlonly latexonly manonly rtfonly endxmlonly endlatexonly endmanonly
    endrtfonly""".split()  # noqa: SIM905
)
_KEEPS_TEXT = frozenset({"name", "defgroup"})
# Commands of a project's own, which its Doxyfile gives a title: `@thread_safety This function may ...`.
_OWN_COMMAND = re.compile(r"\s*@([a-z]{3,}(?:_[a-z]+)*)\s+(\S.*)")
_PARAGRAPH = re.compile(
    r"\s*[@\\](?:par\b|(?:(?:sub){0,2}section|paragraph|page)\s+[\w-]+)\s*(.*)|\s*[@\\]mainpage\s*(.*)"
)
# What stands at the beginning of a line and goes on as text, or belongs to a text that is laid out by Doxygen.
_IN_TEXT = frozenset({"ref", "link", "endlink", "cite", "emoji", "noop"})
_COPIES = frozenset({"copydoc", "copydetails", "copybrief"})  # the text stands at what they name
_EXAMPLES = frozenset({"snippet", "snippetlineno", "snippetdoc", "include", "includelineno", "includedoc"})
_VERBATIM = {
    "code": "endcode",
    "verbatim": "endverbatim",
    "htmlonly": "endhtmlonly",
    "f[": "f]",
    "dot": "enddot",
    "startuml": "enduml",
}
_BEGINS_VERBATIM = re.compile(r"\s*[@\\](code|verbatim|dot|startuml|htmlonly|f\[)(?:\{\.?(\w+)\})?\s*(.*)")
_PRE = re.compile(r"<pre\b[^<>]*>(.*?)</pre>", re.DOTALL | re.IGNORECASE)
_PRE_CODE = re.compile(
    r"\s*(?:<code\b[^<>]*>(?P<tagged>.*)</code>|\{@(?:code|literal)\b(?P<literal>.*)\})\s*", re.DOTALL
)
# Commands that Doxygen reads within a line, too: "Opens it. \todo Close it."
_WITHIN = re.compile(
    r"(?<=[^\s*/])[ \t]+"
    r"(?=(?:\\(?:note|warning|attention|returns?|sa|see|since|pre|post)|[@\\](?:todo|bug|deprecated))\b)"
)
_TITLE = re.compile(r"<h[1-6]\b[^<>]*>(.*?)</h[1-6]>", re.DOTALL | re.IGNORECASE)
_TYPE = re.compile(r"^\{(?!@)[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*")  # of a parameter, in JSDoc
_OPTIONAL = re.compile(r"\[([\w.$]+)(?:=([^\]`]*))?\]?$")  # also JSDoc's
# What `@see` names: `#basic()`, `Parser#parse(String, int)`, `TagLib::File`, `FileTypeResolver`; several by commas.
_REFERENCE_TO = re.compile(r"(?=[\w.:]*[A-Z_#:(])(?:[A-Za-z_][\w.]*(?:::\w+)*)?#?\w+(?:\([^(){}]*\))?")
_REFERENCES = re.compile(rf"{_REFERENCE_TO.pattern}(?:\s*,\s*{_REFERENCE_TO.pattern})*")
_DASH = re.compile(r"^\s*[-–—]\s+")
# "%Graph": the word, which Doxygen is to link to nothing.
_UNLINKED = re.compile(r"(?<![^\s(])%(?=[A-Z]\w{2}|[a-z]\w*[A-Z])")
_COPYING = re.compile(r"[@\\]copy(?:doc|brief|details)\s+([\w:.~#]+)(?:\s*\([^()]*\)[\s\w]*)?")
_INHERITING = re.compile(r"\{@inheritDoc\}|(?<![\w{])[@\\]inherit[dD]oc\b")
_COMMANDS = re.compile(r"(?:^|\s)[@\\](?:[a-zA-Z]{2,}|f\[)|<(?:p|pre|ul|li|code|h[1-6])\b[^<>]*>|\{@")


@dataclass(slots=True)
class CommentSection:
    """One section of a comment: a list of named things, or a text."""

    title: str
    entries: list[tuple[str, str]] = field(default_factory=list)  # what it is called, and what is said of it
    text: str = ""


def has_commands(value: str) -> bool:
    """Whether a comment uses any command or tag."""
    return _COMMANDS.search(value) is not None


def has_text(value: str) -> bool:
    """Whether a comment says anything itself: one that is `{@inheritDoc}` alone has what it overrides say it."""
    return bool(_INHERITING.sub("", value).strip())


def find_copied(value: str) -> str:
    """The name of what a comment copies, where it says nothing else: `\\copydoc toInt()`."""
    found = _COPYING.fullmatch(value.strip())
    return found[1] if found else ""


def parse(value: str) -> tuple[str, list[CommentSection]]:
    """The description, in Markdown as far as it is any, and the sections in the order in which they first stand."""
    value = _WITHIN.sub("\n", _UNLINKED.sub("", value))
    value = _PRE.sub(lambda found: f"\n```\n{_render_preformatted(found[1])}\n```\n", value)
    value = _TITLE.sub(lambda found: f"\n\n### {' '.join(found[1].split())}\n\n", value)
    value = re.sub(r"<li>", "\n- ", re.sub(r"</?[uo]l>|</li>", "\n", value))
    value = re.sub(r"<(?:p|br)\s*/?>", "\n\n", value)
    description: list[str] = []
    sections: dict[str, CommentSection] = {}
    target = description  # where a line goes
    parts: list[tuple[CommentSection, str, list[str]]] = []
    lines = value.split("\n")
    at = 0
    is_fenced = False
    while at < len(lines):
        line = lines[at]
        at += 1
        if line.lstrip().startswith("```"):
            is_fenced = not is_fenced
        if is_fenced:  # an example, with its empty lines and decorators
            target.append(line)
            continue
        if opening := _BEGINS_VERBATIM.match(line):
            at = _verbatim(opening, lines, at, target)
            continue
        if titled := _PARAGRAPH.match(line):  # it stays where it stands, unless sections have begun
            title = (titled[1] or titled[2] or "").strip()
            target = _begin_titled(title, "", target is description and not parts, description, sections, parts)
            continue
        command = _COMMAND.match(line)
        if (own := _OWN_COMMAND.match(line)) and _is_own(own[1]):
            title = own[1].replace("_", " ").capitalize()
            target = _begin_titled(title, own[2], False, description, sections, parts)
            continue
        if command is None:
            if not line.strip() and target is not description and _is_over(parts[-1]):
                target = description
            target.append(line)
            continue
        name, direction, rest = command.groups()
        if name in _OPENING:
            target = description
            target += ["", rest] if name in ("details", "detail") else [("- " if name in ("li", "arg") else "") + rest]
        elif name in NAMED or name in PLAIN:
            title = NAMED.get(name, PLAIN.get(name, ""))
            if name == "param" and rest.startswith("<"):  # Java
                title = NAMED["typeParam"]
            section = sections.setdefault(title, CommentSection(title))
            label = ""
            if title == "See also" and _REFERENCES.fullmatch(rest.strip()):
                rest = _REFERENCE_TO.sub(lambda found: f"{{@link {found[0]}}}", rest.strip())
            if name in NAMED:
                label, _, rest = _TYPE.sub("", rest).partition(" ")
                if label in ("[in]", "[out]", "[in,out]", "[inout]"):
                    direction, (label, _, rest) = label.strip("[]"), rest.lstrip().partition(" ")
                elif optional := _OPTIONAL.match(label):
                    given = f", `{optional[2]}` by default" if optional[2] else ""
                    label = f"{optional[1]} (optional{given})"
                rest = _DASH.sub("", rest)
                label += f" [{direction}]" if direction else ""
            target = [rest if label else _TYPE.sub("", rest)]
            parts.append((section, label, target))
        elif name in _EXAMPLES:
            file, _, part = rest.strip().partition(" ")
            target += ["", f"*Example:* `{file}`" + (f", part `{part.strip('[] ')}`" if part.strip("[] ") else ""), ""]
        elif name in _COPIES and rest.strip():
            target += ["", f"As @ref {rest.split()[0].partition('(')[0]} says.", ""]
        elif name in _DROPPED:
            if name in _KEEPS_TEXT and rest:
                description.append(rest)
        else:
            target.append(line)
    for section, label, words in parts:
        if label:
            section.entries.append((label, "\n".join(words)))
        else:
            section.text = "\n\n".join(filter(None, [section.text, "\n".join(words)]))
    return "\n".join(description), sorted(sections.values(), key=lambda each: each.title in _LAST)


def _is_own(name: str) -> bool:
    return not any(name in known for known in (NAMED, PLAIN, _DROPPED, _OPENING, _IN_TEXT, _EXAMPLES, _COPIES))


def _begin_titled(
    title: str,
    said: str,
    is_in_place: bool,
    description: list[str],
    sections: dict[str, CommentSection],
    parts: list[tuple[CommentSection, str, list[str]]],
) -> list[str]:
    """Begin a paragraph with a title of its own: where its lines go."""
    if is_in_place:
        description += ["", f"### {title}" if title else "", ""]
        return description
    words = [said] if said else []
    parts.append((sections.setdefault(title, CommentSection(title)), "", words))
    return words


def _render_preformatted(inner: str) -> str:
    """What stands between `<pre>` and `</pre>`, as a reader sees it: `{@code ...}` is shown as it is written."""
    if not (found := _PRE_CODE.fullmatch(inner)):
        return html.unescape(inner).strip("\n")
    shown = html.unescape(found["tagged"]) if found["literal"] is None else found["literal"]
    return textwrap.dedent(shown.strip("\n")).rstrip()


def _is_over(part: tuple[CommentSection, str, list[str]]) -> bool:
    """A paragraph ends what a command began, as far as it has begun."""
    return any(word.strip() for word in part[2])


def _verbatim(opening: re.Match[str], lines: list[str], at: int, target: list[str]) -> int:
    """Lines up to the command that ends them, as a fenced block."""
    end = re.compile(rf"\s*[@\\]{re.escape(_VERBATIM[opening[1]])}")
    if opening[1] == "htmlonly":  # for Doxygen's pages alone
        while at < len(lines) and not end.match(lines[at]):
            at += 1
        return at + 1
    language = "math" if opening[1] == "f[" else (opening[2] or "")
    target.append(f"```{language}")
    if opening[3].strip():
        target.append(opening[3])
    while at < len(lines) and not end.match(lines[at]):
        if lines[at].rstrip().endswith("f]") and opening[1] == "f[":
            target.append(lines[at].rstrip()[:-3])
            break
        target.append(lines[at].replace("```", "'''"))
        at += 1
    target.append("```")
    return at + 1
