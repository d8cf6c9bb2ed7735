# The first parameter of a method is an instance, that of a class method the class, and that of a static one neither.
#- m.py
class A:
    def n(self): pass
    def m(self): self.n()
#                     ^ calls m.A.n by member of its own class
    def named(this): this.n()
#                         ^ calls m.A.n by member of its own class
    @classmethod
    def k(cls): cls.n(1)
#                   ^ calls m.A.n
    @staticmethod
    def s(self): self.n()
#                     ^ !calls *
