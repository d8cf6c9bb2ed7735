# The value of a conditional expression, or of `or`, may be that of either branch.
#- m.py
class S:
    def go(self): pass
class T:
    def go(self): pass
def f(x):
    s = S() if x else T()
    s.go()
#     ^ calls m.T.go by one of several values
#     ^ calls m.S.go by one of several values
def g(x: S | None, y=None):
    s = x or T()
    s.go()
#     ^ calls m.T.go by one of several values
#     ^ calls m.S.go by one of several values
def h(x):
    one = S() if x else None
    one.go()
#       ^ calls m.S.go by class of its receiver
