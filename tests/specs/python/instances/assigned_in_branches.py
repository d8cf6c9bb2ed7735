# A variable assigned instances of two classes may be either.
#- m.py
class S:
    def go(self): pass
class T:
    def go(self): pass
def f(x):
    if x:
        s = S()
        s.go()
#         ^ calls m.S.go by class of its receiver
#         ^ !calls m.T.go
    else:
        s = T()
        s.go()
#         ^ calls m.T.go by class of its receiver
#         ^ !calls m.S.go
def g(x):
    if x:
        s = S()
    else:
        s = T()
    s.go()
#     ^ calls m.S.go by one of several values
#     ^ calls m.T.go by one of several values
