# Of a union, a value may be of each class.
#- m.py
class S:
    def go(self): pass
class T:
    def go(self): pass
def f(x: S | T):
    x.go()
#     ^ calls m.S.go by one of several values
#     ^ calls m.T.go by one of several values
def g(x: "type[S]"):
    x.go()
#     ^ calls m.S.go
#     ^ !calls m.T.go
