# A name imported from a private module through two packages is found.
#- p/__init__.py
from .q import f
#- p/q/__init__.py
from ._impl import f as f
#- p/q/_impl.py
def f(): pass
#- user.py
import p.q
p.f()
# ^ calls p.q._impl.f
p.q.f()
#   ^ calls p.q._impl.f
