# Of a parameter that may be many things, only functions among them are called, where it is called itself.
#- m.py
def f(x): x.go()
#           ^ !calls *
class C0:
    def go(self): pass
f(C0())
class C1:
    def go(self): pass
f(C1())
class C2:
    def go(self): pass
f(C2())
class C3:
    def go(self): pass
f(C3())
class C4:
    def go(self): pass
f(C4())
class C5:
    def go(self): pass
f(C5())
class C6:
    def go(self): pass
f(C6())
class C7:
    def go(self): pass
f(C7())
class C8:
    def go(self): pass
f(C8())
def run(call):
    call()
#   ^ calls m.g0 by argument of a call
#   ^ calls m.g8 by argument of a call
    return call
def g0(): pass
run(g0)
def g1(): pass
run(g1)
def g2(): pass
run(g2)
def g3(): pass
run(g3)
def g4(): pass
run(g4)
def g5(): pass
run(g5)
def g6(): pass
run(g6)
def g7(): pass
run(g7)
def g8(): pass
run(g8)
run(g0)()
#  ^ calls m.g0
# ^ !calls m.g1
def through():
    made = run(g0)
    made()
#   ^ !calls m.g1
