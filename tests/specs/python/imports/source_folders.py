# The folder above a topmost package is searched for imports.
#- src/other/__init__.py
#- src/other/o.py
def f(): pass
#- bench/one/m.py
import other.o
#      ^ imports src/other/o.py
from . import n
#    ^ imports bench/one/n.py
from bench.one import n
#    ^ imports bench/one/n.py
#- bench/one/n.py
