# The last assignment before a use counts, where all of them run.
#- m.py
class S:
    def go(self): pass
class T:
    def go(self): pass
def f():
    s = S()
    s.go()
#     ^ calls m.S.go
#     ^ !calls m.T.go
def g():
    s = S()
    s = T()
    s.go()
#     ^ calls m.T.go
#     ^ !calls m.S.go
def h(x):
    s = S()
    while x:
        s.go()
#         ^ calls m.S.go by one of several values
#         ^ calls m.T.go by one of several values
        s = T()
