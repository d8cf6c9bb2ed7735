# A base may be named by a variable that a class is assigned to.
#: known-wrong: what a variable holds is not followed for a base
#- m.py
class A:
    def go(self): pass
Base = A
class B(Base):
#       ^ inherits m.A from m.B
    def f(self): self.go()
#                     ^ calls m.A.go
