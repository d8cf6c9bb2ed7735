# A reassigned self has no known class.
#- m.py
class A:
    def n(self): pass
    def m(self, other):
        self = other
        self.n()
#            ^ !calls *
