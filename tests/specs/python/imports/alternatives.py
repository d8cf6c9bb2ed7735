# Of several imports of one name, the first that leads to something in the repository counts.
#- a.py
def f(): pass
#- p/__init__.py
try:
    from nowhere import f
except ImportError:
    from a import f
#- through_a_package.py
from p import f
f()
#< calls a.f
#- user.py
try:
    from nowhere import f
#        ^ imports external nowhere
except ImportError:
    from a import f
#        ^ imports a.py
def use():
    f()
#   ^ calls a.f
