# `super(B, self)` starts behind B in the order of the class of `self`.
#- m.py
class A:
    def go(self): pass
class B(A):
    def go(self): pass
class C(A):
    def go(self): pass
class D(B, C):
    def run(self):
        super(B, self).go()
#                      ^ calls m.C.go
#                      ^ !calls m.A.go
