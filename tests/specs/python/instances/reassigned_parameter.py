# A reassigned parameter has no known class.
#- m.py
class S:
    def go(self): pass
def f(s: S, x):
    s = x
    s.go()
#     ^ !calls m.S.go
