# A package's own name is preferred to a submodule of that name.
#- p/__init__.py
from .a import a
#- p/a.py
def a(): pass
#- user.py
from p import a
a()
#< calls p.a.a
