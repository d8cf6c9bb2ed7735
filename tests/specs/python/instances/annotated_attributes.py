# An annotated attribute has its annotated class, on the class and on self.
#- m.py
class S:
    def go(self): pass
class T:
    a: S
    def __init__(self, x):
        self.b: S = x
    def run(self):
        self.a.go()
#              ^ calls m.S.go by member of its own class
        self.b.go()
#              ^ calls m.S.go by member of its own class
def f(t: T):
    t.a.go()
#       ^ calls m.S.go by annotated class of its receiver
