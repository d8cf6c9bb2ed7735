"""Git is run in one place, and a repository cannot have its own programs run by it."""

from __future__ import annotations

import ast
import os
import subprocess
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

import kgraph
from kgraph import git as asked
from kgraph.cli import main
from kgraph.errors import InputError
from kgraph.scan import scan
from tests.test_scan import git, repository, write

PACKAGE = Path(kgraph.__file__).parent

# --- one place ------------------------------------------------------------------------------------------------------

# Who else starts processes: a compiler is asked where its headers are, workers are Python, and the page of
# `kgraph view` is bundled.
_STARTS_OTHERS = {"extract/semantic/libclang.py", "processes/start.py", "view/app/hatch_build.py"}


def test_nobody_else_starts_git() -> None:
    starting, naming = set(), set()
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import) and any(alias.name == "subprocess" for alias in node.names):
                starting.add(name)
            if isinstance(node, ast.ImportFrom) and node.module == "subprocess":
                starting.add(name)
            if isinstance(node, ast.List) and node.elts and getattr(node.elts[0], "value", None) == "git":
                naming.add(name)
    assert starting - _STARTS_OTHERS == {"git.py"}
    assert not naming


# --- hostile repositories -------------------------------------------------------------------------------------------

# Every option that `git help --config` and the manuals of its commands document as naming a program, or as making git
# run one that another names.
PROGRAMS = (
    *("browser.evil.cmd", "browser.evil.path", "core.alternateRefsCommand", "core.askPass", "core.editor"),
    *("core.fsmonitor", "core.gitProxy", "core.pager", "core.sshCommand", "diff.external", "diff.evil.command"),
    *("diff.evil.textconv", "difftool.evil.cmd", "difftool.evil.path", "filter.evil.clean", "filter.evil.smudge"),
    *("filter.evil.process", "gpg.program", "gpg.openpgp.program", "gpg.ssh.program", "gpg.x509.program"),
    *("gpg.ssh.defaultKeyCommand", "guitool.evil.cmd", "hook.evil.command", "imap.tunnel", "instaweb.browser"),
    *("instaweb.httpd", "interactive.diffFilter", "man.evil.cmd", "man.evil.path", "merge.evil.driver"),
    *("mergetool.evil.cmd", "mergetool.evil.path", "pager.log", "pager.diff", "pager.ls-files", "pager.config"),
    *("pager.rev-parse", "pager.ls-tree", "remote.origin.receivepack", "remote.origin.uploadpack"),
    *("sendemail.ccCmd", "sendemail.headerCmd", "sendemail.sendmailCmd", "sendemail.smtpServer", "sendemail.toCmd"),
    *("sequence.editor", "svn.authorsProg", "tar.evil.command", "trailer.evil.cmd", "trailer.evil.command"),
    *("uploadpack.packObjectsHook", "lsrefs.evil.command"),
)
SHELLED = (  # those whose values begin with "!", where they are commands
    *("alias.log", "alias.ls-files", "alias.diff", "alias.rev-parse", "alias.cat-file", "alias.status"),
    *("credential.helper", "submodule.sub.update"),
)
CHOICES = {
    "browser": "evil",
    "core.splitIndex": "true",
    "core.untrackedCache": "true",
    "diff.guitool": "evil",
    "diff.ignoreSubmodules": "none",
    "diff.orderFile": os.devnull,
    "diff.submodule": "log",
    "diff.tool": "evil",
    "fetch.recurseSubmodules": "true",
    "filter.evil.required": "true",
    "help.browser": "evil",
    "hook.evil.event": "post-index-change",
    "log.showSignature": "true",
    "man.viewer": "evil",
    "merge.guitool": "evil",
    "merge.tool": "evil",
    "protocol.allow": "always",
    "protocol.ext.allow": "always",
    "status.submoduleSummary": "true",
    "submodule.recurse": "true",
    "submodule.sub.ignore": "none",
    "web.browser": "evil",
}
ATTRIBUTES = "* filter=evil diff=evil merge=evil text=auto ident\n*.bin working-tree-encoding=UTF-16\n"
HOOKS = (
    *("applypatch-msg", "commit-msg", "fsmonitor-watchman", "post-applypatch", "post-checkout", "post-commit"),
    *(
        "post-index-change",
        "post-merge",
        "post-receive",
        "post-rewrite",
        "post-update",
        "pre-applypatch",
        "pre-auto-gc",
    ),
    *("pre-commit", "pre-merge-commit", "pre-push", "pre-rebase", "pre-receive", "prepare-commit-msg", "proc-receive"),
    *("push-to-checkout", "reference-transaction", "sendemail-validate", "update"),
)


class Trap:
    """A repository that tries to run a program in every way that git documents; each leaves a mark."""

    def __init__(self, folder: Path) -> None:
        self.marks = folder / "marks"
        self.marks.mkdir()
        self._bin = folder / "bin"
        self._bin.mkdir()
        self.root = folder / "repo"
        self.root.mkdir()
        source = '#include "b.h"\nint f() {\n  return g();\n}\n'
        repository(self.root, {"a.cpp": source, "b.h": "int g();\n", "c.py": "import d\n", "d.py": "X = 1\n"})
        write(self.root, {"b.h": "int g();\nint h();\n", ".gitattributes": ATTRIBUTES, "tool": "#!/bin/sh\n"})
        git(self.root, "add", "-A")
        git(self.root, "commit", "-qm", "second")
        self._nested("sub")
        git(self.root, "add", "sub")
        write(self.root, {".gitmodules": '[submodule "sub"]\n\tpath = sub\n\turl = ext::false\n\tupdate = !false\n'})
        git(self.root, "add", "-A")
        git(self.root, "commit", "-qm", "third")
        git(self.root, "clone", "-q", "--bare", ".", "inside.git")
        for folder_ in (self.root / ".git", self.root / "sub/.git", self.root / "inside.git"):
            self._arm(folder_)
        # Other states than those that the index knows, so that git would want to look at contents.
        for path in (*self.root.glob("*.*"), *self.root.glob("sub/*.c")):
            if path.is_file():
                os.utime(path, ns=(1, 1))
        with (self.root / "d.py").open("a") as out:
            out.write("Y = 2\n")

    def _nested(self, name: str) -> None:
        inner = self.root / name
        inner.mkdir()
        repository(inner, {"x.c": "int x;\n", ".gitattributes": ATTRIBUTES})

    def script(self, name: str) -> str:
        """A program that leaves a mark, and passes on what it is given."""
        path = self._bin / name.replace("/", "-")
        path.write_text(f"#!/bin/sh\ntouch '{self.marks}/{path.name}'\nexec cat\n")
        path.chmod(0o755)
        return str(path)

    def _arm(self, folder: Path) -> None:
        lines = []
        for option in (*PROGRAMS, *SHELLED):
            shelled = "!" if option in SHELLED else ""
            lines.append((option, shelled + self.script(f"{folder.parent.name}-{folder.name}-{option}")))
        lines += list(CHOICES.items())
        hooks = folder / "hooks"
        hooks.mkdir(exist_ok=True)
        for hook in HOOKS:
            (hooks / f"{hook}.new").symlink_to(self.script(f"hook-{folder.name}-{hook}"))
            (hooks / f"{hook}.new").replace(hooks / hook)
        attributes = folder / "info/attributes"
        attributes.parent.mkdir(exist_ok=True)
        attributes.write_text(ATTRIBUTES)
        included = folder / "more.config"
        lines += [
            ("include.path", str(included)),
            ("core.attributesFile", str(attributes)),
            ("core.hooksPath", str(hooks)),
        ]
        included.write_text(f"[core]\n\tfsmonitor = {self.script('included-' + folder.name)}\n")
        with (folder / "config").open("a") as out:
            for option, value in lines:
                section, _, rest = option.partition(".")
                subsection, _, name = rest.rpartition(".")
                head = f'[{section} "{subsection}"]' if subsection else f"[{section}]"
                out.write(f'{head}\n\t{name or "x"} = "{value}"\n')

    def lose_contents(self) -> None:
        """Make it a partial clone, whose contents are to be fetched by a program."""
        git_dir = self.root / ".git"
        fetcher = self.script("fetcher")
        with (git_dir / "config").open("a") as out:
            out.write(
                "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tpartialClone = origin\n"
                f'[remote "origin"]\n\turl = "ext::{fetcher} %S"\n\tpromisor = true\n'
            )
        for revision in ("HEAD:b.h", "HEAD~1:b.h", "HEAD~2:b.h", "HEAD~2:a.cpp"):
            blob = _safely(self.root, "rev-parse", revision).strip()
            (git_dir / "objects" / blob[:2] / blob[2:]).unlink(missing_ok=True)

    def sprung(self) -> list[str]:
        return sorted(path.name for path in self.marks.iterdir())


def _safely(root: Path, *args: str) -> str:
    return asked.run(root, *args).out.decode()


@pytest.fixture
def trap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trap:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    return Trap(tmp_path)


def test_the_trap_works(trap: Trap) -> None:
    for command in ("status", "diff", "log -p --show-signature", "ls-files --modified"):
        subprocess.run(["git", *command.split()], cwd=trap.root, capture_output=True, timeout=60)
    marks = trap.sprung()
    for option in ("core.fsmonitor", "filter.evil.clean", "filter.evil.process", "diff.external"):
        assert any(mark.endswith((option, "included-.git")) for mark in marks), (option, marks)


@pytest.mark.parametrize("partial", [False, True], ids=["whole", "partial"])
def test_a_repository_runs_nothing(trap: Trap, partial: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if partial:
        trap.lose_contents()
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nname = "none"\ntype = "acyclic"\n')
    root = str(trap.root)
    for command in (
        ["build", root, "-j", "1"],
        ["build", root, "-j", "1", "--no-ignore"],
        ["build", root, "-j", "1", "--force"],
        ["check", "--build", "-g", root, str(rules)],
        ["diff", "--root", root, "HEAD~2", "HEAD"],
        ["related", "a.cpp", "-g", root],
        ["pages", "-g", root, "-o", str(tmp_path / "pages")],
        ["stats", "-g", root],
        ["doctor", "-g", root],
    ):
        result = CliRunner().invoke(main, command)
        assert result.exit_code in ((0, 2) if command[0] == "diff" and partial else (0,)), (command, result.output)
    monkeypatch.chdir(trap.root)
    CliRunner().invoke(main, ["diff", "HEAD~1", "."])
    CliRunner().invoke(main, ["build", "sub"])
    CliRunner().invoke(main, ["build", "inside.git"])
    assert trap.sprung() == []
    with kgraph.open(root) as graph:
        assert graph.manifest["counts"]["files"] >= 6
        if not partial:
            assert graph.manifest["ledger"]["history"]["commits"] == 3


def test_every_option_that_git_documents_is_in_the_trap() -> None:
    listed = subprocess.run(["git", "help", "--config"], capture_output=True, text=True, check=False).stdout.split()
    endings = (".cmd", "command", "program", ".helper", "editor", ".fsmonitor", "textconv", ".driver", ".clean")
    endings += (".smudge", ".process", "filter", "askpass", "sshcommand", ".external", "uploadpack", "receivepack")
    named = {_plain(option) for option in (*PROGRAMS, *SHELLED, *CHOICES)}
    no_programs = {"advice.waitingforeditor", "column.clean", "diff.*.cachetextconv"}
    no_programs |= {"remote.*.partialclonefilter", "uploadpack.allowfilter"}  # of objects
    programs = {_plain(option) for option in listed if option.lower().endswith(endings)}
    assert len(programs) > 20
    assert programs - named <= no_programs


def _plain(option: str) -> str:
    """An option as it is documented, with a star for what a repository may call as it likes."""
    section, _, rest = option.lower().partition(".")
    middle, _, name = rest.rpartition(".")
    return f"{section}.*.{name}" if middle else f"{section}.{name}"


def test_a_git_of_the_tree_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path, {"a.py": "", "git": f"#!/bin/sh\ntouch {tmp_path}/ran\n"})
    (root / "git").chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", os.environ["PATH"]]))
    monkeypatch.chdir(root)
    assert scan(Path()).repository.revision
    assert not (tmp_path / "ran").exists()


# --- the surroundings -----------------------------------------------------------------------------------------------


def test_variables_of_a_hook_do_not_lead_to_another_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        repository(tmp_path / name, {f"{name}.py": ""})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "one/.git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "one"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "one/.git/index"))
    monkeypatch.setenv("GIT_PREFIX", "x/")
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'core.bare=true'")
    assert [file.path for file in scan(tmp_path / "two").files] == ["two.py"]


def test_git_sees_of_its_variables_only_the_users_own_settings() -> None:
    given = {
        "PATH": "/bin",
        "HOME": "/h",
        "GIT_CONFIG_GLOBAL": "/g",
        "GIT_DIR": "/d",
        "GIT_EXTERNAL_DIFF": "x",
        "GIT_SSH_COMMAND": "x",
        "GIT_TRACE": "/t",
        "GIT_PAGER": "x",
        "PAGER": "x",
        "SSH_ASKPASS": "x",
    }
    seen = asked.environment(given)
    assert {"PATH", "HOME", "GIT_CONFIG_GLOBAL"} <= seen.keys()
    assert not {"GIT_DIR", "GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND", "GIT_TRACE", "GIT_PAGER", "PAGER"} & seen.keys()


def test_without_git_a_repository_is_a_folder_and_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path, {"a.py": "X = 1\n"})
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    found = scan(root)
    assert [file.path for file in found.files] == ["a.py"]
    assert found.omissions.git == "git is not installed"
    result = CliRunner().invoke(main, ["build", str(root), "-j", "1"])
    assert result.exit_code == 0
    assert "git is not installed" in result.output


def test_git_that_does_not_answer_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = repository(tmp_path, {"a.py": ""})
    (root / ".git/index").unlink()
    os.mkfifo(root / ".git/index")
    monkeypatch.setattr(asked.run, "__kwdefaults__", {"git_dir": None, "seconds": 0.5})
    monkeypatch.setattr(asked.GitRepository.run, "__kwdefaults__", {"seconds": 0.5})
    began = time.monotonic()
    with pytest.raises(InputError, match="gave no answer"):
        scan(root)
    assert time.monotonic() - began < 60


def test_a_link_of_git_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", ".git": "gitdir: /nowhere/at/all\n"})
    found = scan(tmp_path)
    assert [file.path for file in found.files] == ["a.py"]
    assert "not a git repository" in found.omissions.git


@pytest.mark.parametrize("where", ["bare.git", "bare.git/objects", "tree/.git", "tree/.git/hooks"])
def test_what_git_keeps_is_no_source(tmp_path: Path, where: str) -> None:
    (tmp_path / "tree").mkdir()
    repository(tmp_path / "tree", {"a.py": ""})
    git(tmp_path, "clone", "-q", "--bare", "tree", "bare.git")
    with pytest.raises(InputError, match="git"):
        scan(tmp_path / where)
