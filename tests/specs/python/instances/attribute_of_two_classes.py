# An attribute assigned instances of two classes may be either.
#- m.py
class S:
    def go(self): pass
class T:
    def go(self): pass
class A:
    def one(self):
        self.a = S()
    def two(self):
        self.a = T()
        self.a.go()
#              ^ calls m.S.go by one of several values
#              ^ calls m.T.go by one of several values
