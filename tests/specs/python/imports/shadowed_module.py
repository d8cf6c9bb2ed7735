# A submodule that the package binds to something else is that.
#- p/__init__.py
from .a import a
#- p/a.py
def a(): pass
#- user.py
from p import a
a()
#< calls p.a.a
