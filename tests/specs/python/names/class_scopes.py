# The names of a class are not seen from its methods.
#- m.py
def f(): pass
class C:
    def f(self): pass
    def m(self): f()
#                ^ calls m.f
#                ^ !calls m.C.f
