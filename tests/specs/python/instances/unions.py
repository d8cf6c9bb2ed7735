# A union of two classes is no known class.
#- m.py
class S:
    def go(self): pass
class T:
    def go(self): pass
def f(x: S | T):
    x.go()
#     ^ !calls *
def g(x: "type[S]"):
    x.go()
#     ^ !calls m.T.go
