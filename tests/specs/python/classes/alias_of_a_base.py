# A base may be a variable that holds a class.
#: known-wrong: variables are not followed in base lists
#- m.py
class A:
    def go(self): pass
Base = A
class B(Base):
#       ^ inherits m.A from m.B
    def f(self): self.go()
#                     ^ calls m.A.go
