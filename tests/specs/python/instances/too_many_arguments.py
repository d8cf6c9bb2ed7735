# A parameter that may be many things is called as none of them.
#- m.py
def f(call): call()
#            ^ !calls *
def f0(): pass
f(f0)
def f1(): pass
f(f1)
def f2(): pass
f(f2)
def f3(): pass
f(f3)
def f4(): pass
f(f4)
def f5(): pass
f(f5)
def f6(): pass
f(f6)
def f7(): pass
f(f7)
def f8(): pass
f(f8)
