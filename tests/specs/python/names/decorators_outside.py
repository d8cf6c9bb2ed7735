# A decorator runs where the function is defined, and what it returns is what a call runs.
#- m.py
def mk(): return deco
def deco(f):
    def inner():
        f()
#       ^ calls m.f by argument of a call
    return inner
def same(f): return f
@mk()
#< calls m.mk from m.py
#< calls m.deco from m.py
def f(): pass
@same
#< calls m.same from m.py
def g(): pass
f()
#< calls m.deco.<locals>.inner by result of a call
#< !calls m.f
#< references m.f
g()
#< calls m.g
