"""Names by which a Python program finds code while it runs: commands, addresses, modules, scripts.

Input: what the scopes of a file call, and which of its functions are decorated. Output: facts of what is registered
under a name (`@cli.command("build")`, `add_parser("build")`, `@app.route("/users/<id>")`, `path("users/", view)`), and
of literals that are such names (`runner.invoke(cli, ["build"])`, `client.get("/users/1")`, `call_command("build")`,
`subprocess.run([sys.executable, "-m", "pkg"])`). What a literal finds is for assembly to say, which sees all files.

Any text that is a dotted name (`"app.middleware.Login"`, `patch("app.views.now")`) may name what a module defines.

A literal that stands in a variable with one value, or in `pytest.mark.parametrize`, is read as if it stood in place.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from kgraph.extract.python.literals import Literals, address
from kgraph.extract.python.scope_values import PythonScope, ScopePart, begin
from kgraph.extract.python.source import Function, called_name
from kgraph.extract.python.values import Evaluator
from kgraph.model import IncludeFact
from kgraph.name_facts import RuntimeName, RuntimeNameFact

_METHODS = frozenset({"get", "post", "put", "delete", "patch", "head", "options", "trace"})
_DECORATED = _METHODS | {"route", "api_route", "websocket", "websocket_route"}
_ASKING = _METHODS | {"open", "websocket_connect"}
_BEHIND_METHOD = frozenset({"request", "stream"})  # whose first argument is the method
_COMMANDS = frozenset({"command", "group"})
_ADDED = frozenset({"add_url_rule", "add_route", "add_api_route", "add_websocket_route", "add_api_websocket_route"})
_ROUTES = frozenset({"Route", "WebSocketRoute", "APIRoute", "path"})
_MOUNTED = frozenset({"register_blueprint", "include_router", "mount"})
_NAMED = frozenset({"reverse", "reverse_lazy", "url_path_for"})
_RUNS = frozenset(
    [f"subprocess:{name}" for name in ("run", "call", "check_call", "check_output", "Popen", "getoutput")]
    + ["os:system", "asyncio:create_subprocess_exec", "asyncio:create_subprocess_shell"]
)
_HANDLERS = frozenset({"func", "handler", "function", "fn", "callback", "command", "cmd", "run", "main", "action"})
_SUFFIXES = ("-command", "-cmd", "-group", "-grp")  # that click 8.2 and later leaves out of the name of a command
_VIEWS = ("endpoint", "view_func", "view", "handler")
_MAX_WRAPPERS = 4  # calls around a view
_DOTTED = re.compile(r"([A-Za-z_]\w*)\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)")
_MAX_DOTTED = 200  # characters
# What names of files end with, and those of loggers that are named after modules.
_FILE_ENDS = frozenset(
    {
        *("py", "txt", "md", "rst", "json", "html", "htm", "js", "css", "yml", "yaml", "toml", "cfg", "ini", "xml"),
        *("csv", "png", "svg", "jpg", "gif", "log", "sh"),
    }
)
_TEMPLATE_ENDS = (".html", ".htm", ".xml", ".txt", ".j2", ".jinja", ".jinja2", ".djhtml")
_TEMPLATE = re.compile(r"\w[\w./-]{0,199}")
_LOGGERS = frozenset({"getLogger", "get_logger"})


class RuntimeNames:
    """Collects the names of one file."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.facts: list[RuntimeNameFact] = []
        self.templates: list[IncludeFact] = []  # texts that may be the path of one
        self._value = evaluator.value
        self._literals = Literals(evaluator)
        self._prefixes: dict[int, str] = {}  # of the calls inside of a `Mount`

    def read_decorators(self, scopes: list[PythonScope], symbols: Mapping[ast.AST, int]) -> None:
        """Add what the decorators of functions register."""
        for scope in scopes:
            node = scope.node
            if isinstance(node, Function) and node.decorator_list and scope.outer and node in symbols:
                for decorator in node.decorator_list:
                    self._read_decorator(decorator, node, symbols[node], scope.outer)

    def _read_decorator(
        self, decorator: ast.expr, function: ast.FunctionDef | ast.AsyncFunctionDef, symbol: int, scope: PythonScope
    ) -> None:
        call = decorator if isinstance(decorator, ast.Call) else None
        made_by = call.func if call else decorator
        how = made_by.attr if isinstance(made_by, ast.Attribute) else ""
        if how in _COMMANDS or (isinstance(made_by, ast.Name) and self._is_of_click(made_by, scope)):
            how = how or (self._value(made_by, scope) or "").rpartition(":")[2]
            names = [text] if (text := self._text(call, scope, "name")) else command_names(function.name)
            within = self._group(made_by, scope)
            self._add(RuntimeName.COMMAND, "\n".join(names), function.lineno, symbol, within=within, detail=_kind(how))
        elif how in _DECORATED and call and isinstance(made_by, ast.Attribute):
            given = self._text(call, scope, "rule", "path")
            if given is not None and (given.startswith("/") or not given):
                methods = how.upper() if how in _METHODS else self._methods(call)
                rule = self._own_prefix(made_by.value, scope) + given
                within = self._value(made_by.value, scope) or ""
                self._add(RuntimeName.ROUTE, rule, function.lineno, symbol, within=within, detail=methods)
                name = self._keyword_text(call, scope, "endpoint", "name") or function.name
                self._add(RuntimeName.ROUTE_NAME, name, function.lineno, symbol)

    def _is_of_click(self, name: ast.Name, scope: PythonScope) -> bool:
        path = self._value(name, scope) or ""
        module, _, rest = path.partition(":")
        return rest in _COMMANDS and "click" in module

    def _group(self, made_by: ast.expr, scope: PythonScope) -> str:
        """The path of the group that a command is of; "" where a module's function makes it."""
        of = self._value(made_by.value, scope) if isinstance(made_by, ast.Attribute) else None
        return of if of and not of.endswith(":") else ""

    def calls(self, part: ScopePart) -> None:
        """Add what the calls of a part register, and the names in them."""
        for call in part.calls:
            function = call.func
            name = function.attr if function.__class__ is ast.Attribute else getattr(function, "id", "")
            if name in _READERS:
                _READERS[name](self, call, name, part)
            if call.args and call.args[0].__class__ in _LISTS:
                self._arguments(call, name, part)
        if part.texts:
            self._texts(part)

    def _texts(self, part: ScopePart) -> None:
        """Add the dotted names among texts, but for those of loggers, which are of no module."""
        of_loggers = {id(call.args[0]) for call in part.calls if call.args and called_name(call) in _LOGGERS}
        for text in part.texts:
            name = text.value
            assert isinstance(name, str)  # noqa: S101 - what the walker collects
            if name.endswith(_TEMPLATE_ENDS) and _TEMPLATE.fullmatch(name):
                self.templates.append(IncludeFact(name, text.lineno, "template"))
            if id(text) in of_loggers or len(name) > _MAX_DOTTED or not (match := _DOTTED.fullmatch(name)):
                continue
            if match[2].rpartition(".")[2] not in _FILE_ENDS:
                path = f"{match[1]}:{match[2]}"
                self._use(RuntimeName.DOTTED, name, text.lineno, part.symbol, path=path)

    # --- what is registered -------------------------------------------------------------------------------------------

    def _adds_command(self, call: ast.Call, name: str, part: ScopePart) -> None:
        """`cli.add_command(build, "name")`, `app.add_typer(users, name="users")`."""
        if not (isinstance(call.func, ast.Attribute) and call.args):
            return
        of, what = self._value(call.func.value, part.scope), self._value(call.args[0], part.scope)
        given = call.args[1] if len(call.args) > 1 else None
        text = self._literals.text(given, part.scope) if given else self._keyword_text(call, part.scope, "name")
        if of and what:
            kind = "group" if name == "add_typer" else ""
            self._add(RuntimeName.COMMAND, text or "", call.lineno, -1, path=what, within=of, detail=kind)

    def _sets_defaults(self, call: ast.Call, _: str, part: ScopePart) -> None:
        """`parser = commands.add_parser("build")`, and then `parser.set_defaults(func=build)`."""
        if not (isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name)):
            return
        handler = next((each.value for each in call.keywords if each.arg in _HANDLERS), None)
        path = self._value(handler, part.scope) if handler else None
        made = [
            each
            for each in part.scope.bound.get(call.func.value.id, ())
            if isinstance(each, ast.Call)
            and isinstance(each.func, ast.Attribute)
            and each.func.attr == "add_parser"
            and begin(each) <= begin(call)
        ]
        if path and made and (text := self._text(made[-1], part.scope, "name")):
            self._add(RuntimeName.COMMAND, text, call.lineno, -1, path=path, detail="parser")

    def _adds_route(self, call: ast.Call, name: str, part: ScopePart) -> None:
        """`app.add_url_rule("/users", view_func=users)`, `Route("/users", users)`, `path("users/", users)`."""
        scope = part.scope
        rule = self._text(call, scope, "rule", "path")
        view = next((each.value for each in call.keywords if each.arg in _VIEWS), None)
        positional = call.args[1:3] if name == "add_url_rule" else call.args[1:2]
        view = view or (positional[-1] if positional else None)
        path = self._view(view, scope) if view else ""
        if rule is None or not path or name.isupper():
            return
        if name == "path":  # of Django, whose addresses begin without a slash
            if not (self._value(call.func, scope) or "").startswith("django."):
                return
            rule = f"/{rule}"
        if rule[:1] != "/":
            return
        within = self._value(call.func.value, scope) or "" if isinstance(call.func, ast.Attribute) else ""
        rule = self._prefixes.get(id(call), "") + rule
        self._add(RuntimeName.ROUTE, rule, call.lineno, -1, path=path, within=within, detail=self._methods(call))
        if named := self._keyword_text(call, scope, "endpoint", "name"):
            self._add(RuntimeName.ROUTE_NAME, named, call.lineno, -1, path=path)

    def _view(self, view: ast.expr, scope: PythonScope) -> str:
        """The path of a view, whatever is called with it: `login_required(users)`, `Users.as_view()`."""
        for _ in range(_MAX_WRAPPERS):
            if not isinstance(view, ast.Call):
                path = self._value(view, scope) or ""
                return path if path and not path.endswith(":") else ""
            if isinstance(view.func, ast.Attribute) and view.func.attr == "as_view":
                view = view.func.value
            elif view.args:
                view = view.args[0]
            else:
                return ""
        return ""

    def _mounts(self, call: ast.Call, name: str, part: ScopePart) -> None:
        """`Mount("/api", routes=[...])`, `app.register_blueprint(users, url_prefix="/api")`."""
        scope = part.scope
        if name == "Mount":
            prefix = self._prefixes.get(id(call), "") + (self._text(call, scope, "path") or "").rstrip("/")
            for keyword in call.keywords:
                inside = keyword.value.elts if isinstance(keyword.value, ast.List | ast.Tuple) else [keyword.value]
                self._prefixes |= {id(each): prefix for each in inside if isinstance(each, ast.Call)}
            mounted = call.args[1] if len(call.args) > 1 else _keyword(call, "app")
            if mounted is not None and prefix.startswith("/"):
                path = self._view(mounted, scope)
                self._add(RuntimeName.ROUTE, f"{prefix}/{{rest:path}}", call.lineno, -1, path=path)
                if path:
                    self._add(RuntimeName.MOUNT, prefix, call.lineno, -1, path=path)
            return
        given = [each for each in call.args if not isinstance(each, ast.Constant)]
        what = self._value(given[0], scope) if given else None
        prefix = self._keyword_text(call, scope, "url_prefix", "prefix") or ""
        if name == "mount" and call.args:
            prefix = self._literals.text(call.args[0], scope) or ""
        if what and prefix.startswith("/") and isinstance(call.func, ast.Attribute):
            of = self._value(call.func.value, scope) or ""
            self._add(RuntimeName.MOUNT, prefix.rstrip("/"), call.lineno, -1, path=what, within=of)

    def _own_prefix(self, application: ast.expr, scope: PythonScope) -> str:
        """The prefix that an object gives its routes, where this file makes it: `APIRouter(prefix="/users")`."""
        made = self._literals.find_bound(application, scope) if isinstance(application, ast.Name) else None
        if not isinstance(made, ast.Call):
            return ""
        return (self._keyword_text(made, scope, "url_prefix", "prefix") or "").rstrip("/")

    # --- literals that are names --------------------------------------------------------------------------------------

    def _invokes(self, call: ast.Call, _: str, part: ScopePart) -> None:
        """`runner.invoke(cli, ["build"])`."""
        given = call.args[1] if len(call.args) > 1 else _keyword(call, "args")
        if not (isinstance(call.func, ast.Attribute) and call.args and given is not None):
            return
        of = self._value(call.args[0], part.scope) or ""
        self._words(RuntimeName.COMMAND, given, call, part, within=of)

    def _arguments(self, call: ast.Call, name: str, part: ScopePart) -> None:
        """`main(["build"])`, `cli.main(["build"])`."""
        called = self._value(call.func, part.scope)
        if called in _RUNS:
            for words in self._literals.command_lines(call.args[0], part.scope):
                self._run(words, call.lineno, part.symbol)
        elif called and ":" in called and not called.startswith("builtins:"):
            group = called.removesuffix(".main") if name == "main" else ""
            self._words(RuntimeName.ARGUMENTS, call.args[0], call, part, within=called, of=group)

    def _runs(self, call: ast.Call, _: str, part: ScopePart) -> None:
        """`subprocess.run("python -m pkg", shell=True)`; lists are read with other arguments."""
        if call.args and call.args[0].__class__ not in _LISTS and self._value(call.func, part.scope) in _RUNS:
            first = ast.List(list(call.args), ast.Load()) if len(call.args) > 1 else call.args[0]
            for words in self._literals.command_lines(first, part.scope):
                self._run(words, call.lineno, part.symbol)

    def _run(self, words: list[str], line: int, symbol: int) -> None:
        if words[0] in ("python", "python3") and words[1:2] == ["-m"] and len(words) > 2:
            self._use(RuntimeName.MODULE, "\n".join(words[2:]), line, symbol)
        elif words[0] not in ("python", "python3"):
            self._use(RuntimeName.SCRIPT, "\n".join(words), line, symbol)

    def _sets_arguments(self, call: ast.Call, _: str, part: ScopePart) -> None:
        """`monkeypatch.setattr("sys.argv", ["prog", "build"])`, `patch.object(sys, "argv", [...])`."""
        given = call.args
        texts = [each.value for each in given[:2] if isinstance(each, ast.Constant)]
        if "sys.argv" in texts[:1] or ("argv" in texts and len(given) > 1 and _is_name(given[0], "sys")):
            for words in self._literals.command_lines(given[-1], part.scope):
                if len(words) > 1:
                    self._use(RuntimeName.COMMAND, "\n".join(words[1:]), call.lineno, part.symbol)

    def _calls_command(self, call: ast.Call, _: str, part: ScopePart) -> None:
        for each in self._literals.texts(call.args[0], part.scope) if call.args else ():
            self._use(RuntimeName.DJANGO, each, call.lineno, part.symbol)

    def _names_route(self, call: ast.Call, _: str, part: ScopePart) -> None:
        for each in self._literals.texts(call.args[0], part.scope) if call.args else ():
            self._use(RuntimeName.ROUTE_NAME, each, call.lineno, part.symbol)

    def _asks(self, call: ast.Call, name: str, part: ScopePart) -> None:
        """`client.get("/users/1")`."""
        if not isinstance(call.func, ast.Attribute) or "client" not in _last_name(call.func.value).lower():
            return
        given, method = call.args, name.upper() if name in _METHODS else ""
        if name in _BEHIND_METHOD:
            method = (self._literals.text(given[0], part.scope) or "").upper() if given else ""
            given = given[1:]
        url = given[0] if given else _keyword(call, "url") or _keyword(call, "path")
        for each in self._literals.texts(url, part.scope) if url is not None else ():
            if place := address(each):
                self._use(RuntimeName.ROUTE, place, call.lineno, part.symbol, detail=method)

    # --- parts --------------------------------------------------------------------------------------------------------

    def _words(
        self, form: RuntimeName, given: ast.expr, call: ast.Call, part: ScopePart, *, within: str, of: str = ""
    ) -> None:
        for words in self._literals.command_lines(given, part.scope):
            self._use(form, "\n".join(words), call.lineno, part.symbol, within=within, path=of)

    def _text(self, call: ast.Call | None, scope: PythonScope, *keywords: str) -> str | None:
        """The first argument, or that of a keyword, as a text."""
        if call is not None and call.args:
            return self._literals.text(call.args[0], scope)
        return self._keyword_text(call, scope, *keywords) if call is not None else None

    def _keyword_text(self, call: ast.Call, scope: PythonScope, *keywords: str) -> str | None:
        found = next((each.value for each in call.keywords if each.arg in keywords), None)
        return self._literals.text(found, scope) if found is not None else None

    def _methods(self, call: ast.Call) -> str:
        given = _keyword(call, "methods")
        elements = given.elts if isinstance(given, ast.List | ast.Tuple | ast.Set) else []
        return " ".join(each.value.upper() for each in elements if _is_text(each))  # type: ignore[attr-defined]

    def _add(self, form: RuntimeName, name: str, line: int, owner: int, **others: str) -> None:
        self.facts.append(RuntimeNameFact(form, True, name, line, owner, **others))

    def _use(self, form: RuntimeName, name: str, line: int, owner: int, **others: str) -> None:
        self.facts.append(RuntimeNameFact(form, False, name, line, owner, **others))


_LISTS = frozenset({ast.List, ast.Tuple})
_READERS = {
    "add_command": RuntimeNames._adds_command,
    "add_typer": RuntimeNames._adds_command,
    "set_defaults": RuntimeNames._sets_defaults,
    "invoke": RuntimeNames._invokes,
    "setattr": RuntimeNames._sets_arguments,
    "patch": RuntimeNames._sets_arguments,
    "object": RuntimeNames._sets_arguments,
    "call_command": RuntimeNames._calls_command,
    "Mount": RuntimeNames._mounts,
    **dict.fromkeys(_MOUNTED, RuntimeNames._mounts),
    **dict.fromkeys(_ADDED | _ROUTES, RuntimeNames._adds_route),
    **dict.fromkeys(_NAMED, RuntimeNames._names_route),
    **dict.fromkeys(_ASKING | _BEHIND_METHOD, RuntimeNames._asks),
    **dict.fromkeys((path.partition(":")[2] for path in _RUNS), RuntimeNames._runs),
}


def command_names(function: str) -> list[str]:
    """The names that click and typer give the command of a function: they differ by version."""
    name = function.lower().replace("_", "-")
    return [name, *(name.removesuffix(end) for end in _SUFFIXES if name.endswith(end))]


def _kind(how: str) -> str:
    return "group" if how == "group" else ""


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((each.value for each in call.keywords if each.arg == name), None)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _last_name(node: ast.expr) -> str:
    """The name that an expression ends with: `app.test_client()` with "test_client"."""
    while isinstance(node, ast.Call):
        node = node.func
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
