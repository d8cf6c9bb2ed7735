# The value of a conditional expression has no known class if its branches differ.
#- m.py
class S:
    def go(self): pass
class T:
    def go(self): pass
def f(x):
    s = S() if x else T()
    s.go()
#     ^ !calls m.T.go
#     ^ !calls m.S.go
