# A module is preferred to its stub.
#- p/__init__.py
#- p/a.py
def f(): pass
#- p/a.pyi
def f() -> None: ...
#- user.py
from p.a import f
#    ^ imports p/a.py
f()
#< calls p.a.f
