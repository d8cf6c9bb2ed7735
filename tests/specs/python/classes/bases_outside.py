# A base outside the repository gives no edge and hides no member.
#- m.py
import abc
class A(abc.ABC):
#           ^ !inherits *
    def n(self): pass
    def m(self):
        self.n()
#            ^ calls m.A.n by member of its own class
        self.register()
#            ^ !calls *
