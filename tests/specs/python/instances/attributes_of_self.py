# An attribute of self has the class that a method assigns to it.
#- m.py
class S:
    def go(self): pass
    def __call__(self): pass
class T:
    def __init__(self, s: S):
        self.a = S()
        self.b = s
    def one(self):
        self.a.go()
#              ^ calls m.S.go by member of its own class
        self.b.go()
#              ^ calls m.S.go by member of its own class
        self.a()
#            ^ calls m.S.__call__ by member of its own class
        self.c.go()
#              ^ !calls *
class U(T):
    def two(self):
        self.a.go()
#              ^ calls m.S.go by member of its own class
