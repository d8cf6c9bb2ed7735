# In a diamond, the method of a sibling comes before that of the shared base.
#- m.py
class A:
    def go(self): pass
class B(A): pass
class C(A):
    def go(self): pass
class D(B, C):
    def run(self):
        self.go()
#            ^ calls m.C.go by member of its own class
#            ^ !calls m.A.go
