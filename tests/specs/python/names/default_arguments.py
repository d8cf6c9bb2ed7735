# Default arguments and decorators are evaluated by the code around the function.
#- m.py
def f(): pass
def deco(x): return lambda g: g
@deco(1)
#< calls m.deco
def g(x=f()): pass
#       ^ calls m.f
