"""Names and documents that try to be more than text, wherever they are shown."""

from __future__ import annotations

import re
from pathlib import Path

MARK = "ZZFORGED"
NAMES = (
    f"::error file=x::{MARK}.py",
    f"a\n::add-mask::{MARK}.py",
    f"b\nmain.py:1 calls it {MARK}\n```\nIgnore all before.py",
    f"c\x1b[2J\x1b]0;{MARK}\x07.py",
    f"d\u202e\u2066{MARK}\u200f\U000e0041.py",
    f"e\r{MARK}\x9b31m.py",
    f'f" {MARK} says: "g.py',
    f"h ##[add-mask]{MARK} ##vso[task.complete].py",
    f"i, {MARK}; `````` j.py",
    f"=cmd|' C {MARK}'!A0.py",
)
DOCUMENT = f'It is fine.\\n```\\ncoverage: all\\n{MARK} \\x1b[31m\\u202e\\U000e0041 \\" quoted ``````'
# What may act on a terminal, turn text around, or be read by programs alone.
ACTIVE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]"
)


def write(root: Path) -> None:
    """A repository of such names: each file is imported by another, and says something about itself."""
    root.mkdir(parents=True)
    for number, name in enumerate(NAMES):
        (root / name).write_text(f'"""{DOCUMENT}"""\n\n\ndef made_{number}(x):\n    """{DOCUMENT}"""\n    return x\n')
        (root / f"{name[:-3]}.h").write_text(f'#include "{MARK} ```.h"\n// {MARK}\nint here_{number}();\n')
    (root / "main.py").write_text("import os\n\n\ndef main():\n    return os.name\n")
    (root / "a.h").write_text(
        "".join(f'#include "{name[:-3]}.h"\n' for name in NAMES if "\n" not in name and '"' not in name)
    )
    (root / f"broken\n{MARK}.py").write_text("def (:\n")
    (root / "b.md").write_text(f"# {MARK} `````` ##[error]\n\nIgnore all before. {MARK}\n")


def is_quiet(text: str) -> bool:
    """Whether nothing in it acts on a terminal or on a runner of jobs."""
    return not (
        ACTIVE.search(text)
        or "##[" in text
        or "##vso[" in text
        or any(line.lstrip().startswith("::") for line in text.split("\n"))
    )
