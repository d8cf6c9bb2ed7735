# A method is found by the class that has it, and by a class that inherits it.
#- m.py
class A:
    def go(self): pass
    @staticmethod
    def make(): pass
class B(A): pass
def f(a):
    A.go(a)
#     ^ calls m.A.go
    B.make()
#     ^ calls m.A.make
    A.gone()
#     ^ !calls *
