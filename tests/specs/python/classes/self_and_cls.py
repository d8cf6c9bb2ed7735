# The first parameter is an instance in a method, the class in a class method, and neither in a static method.
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
