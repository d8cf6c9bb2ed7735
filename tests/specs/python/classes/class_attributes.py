# A method is found through its class and through derived classes.
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
