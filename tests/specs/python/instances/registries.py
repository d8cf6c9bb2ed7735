# Functions that are put into a container of another class, or deep in one, are called where it is read.
#- types_.py
import typing as t
ViewCallable = t.Union[t.Callable[..., int], t.Callable[..., str]]
#- base.py
import types_ as ft
from collections import defaultdict
class Base:
    def __init__(self):
        self.views: dict[str, ft.ViewCallable] = {}
        self.before: dict[str, list[ft.ViewCallable]] = defaultdict(list)
        self.named = {}
        self.plugins = []
    def add(self, rule, view: ft.ViewCallable | None = None):
        raise NotImplementedError
    def route(self, rule):
        def decorator(f):
            self.add(rule, f)
            return f
        return decorator
    def before_all(self, f):
        self.before.setdefault(None, []).append(f)
        return f
#- app.py
import types_ as ft
from base import Base
class App(Base):
    def add(self, rule, view: ft.ViewCallable | None = None):
        self.views[rule] = view
    def ensure(self, f):
        return f
    def run(self, rule):
        self.ensure(self.views[rule])()
#       ^ calls app.App.ensure
#                  ^ calls main.index by argument of a call
#                  ^ !calls main.first
    def run_before(self):
        for f in reversed(self.before[None]):
            f()
#           ^ calls main.first by argument of a call
#           ^ !calls main.index
    def run_named(self):
        self.named["b"]()
#                  ^ !calls *
        for plugin in self.plugins:
            plugin.go()
#                  ^ !calls *
#- main.py
from app import App
app = App()
@app.route("/")
def index(): pass
@app.before_all
def first(): pass
class Plugin:
    def go(self): pass
app.named["a"] = first
app.plugins.append(Plugin())
