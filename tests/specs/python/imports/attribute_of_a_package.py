# An imported submodule is an attribute of its package.
#- p/__init__.py
#- p/a.py
def f(): pass
#- user.py
import p.a
import p
p.a.f()
#   ^ calls p.a.f
