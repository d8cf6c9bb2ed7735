# Reads, annotations and decorators are references.
#- a.py
LIMIT = 3
class A: pass
def deco(f): return f
#- b.py
import a
from a import A, LIMIT
@a.deco
#  ^ calls a.deco from b.py
def f(x: A, y: "list[A]"):
#        ^ references a.A from b.f
    isinstance(x, A)
#                 ^ references a.A from b.f
    return LIMIT
#          ^ references a.LIMIT from b.f
