# A parameter that is assigned something else has no class for sure.
#- m.py
class S:
    def go(self): pass
def f(s: S, x):
    s = x
    s.go()
#     ^ !calls m.S.go
