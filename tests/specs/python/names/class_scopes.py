# Methods do not see the names of their class.
#- m.py
def f(): pass
class C:
    def f(self): pass
    def m(self): f()
#                ^ calls m.f
#                ^ !calls m.C.f
