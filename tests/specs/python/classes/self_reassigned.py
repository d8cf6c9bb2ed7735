# A method that assigns to its first parameter does not know what it is.
#- m.py
class A:
    def n(self): pass
    def m(self, other):
        self = other
        self.n()
#            ^ !calls *
