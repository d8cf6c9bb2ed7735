# Narrowing by isinstance holds in its branch, or behind a branch that leaves.
#- m.py
class S:
    def go(self): pass
def f(x):
    if isinstance(x, S):
        x.go()
#         ^ calls m.S.go by annotated class of its receiver
    else:
        x.go()
#         ^ !calls *
    x.go()
#     ^ !calls *
def g(x):
    if not isinstance(x, S):
        return
    x.go()
#     ^ calls m.S.go by annotated class of its receiver
def h(x):
    assert isinstance(x, S)
    x.go()
#     ^ calls m.S.go by annotated class of its receiver
