# super() starts the lookup behind the class itself, with and without arguments.
#- m.py
class A:
    def m(self): pass
    def only(self): pass
class B(A):
    def m(self):
        super().m()
#               ^ calls m.A.m by member of a base class
#               ^ !calls m.B.m
        super(B, self).only()
#                      ^ calls m.A.only by member of a base class
class C(B):
    def __init__(self):
        super().__init__()
#               ^ !calls *
