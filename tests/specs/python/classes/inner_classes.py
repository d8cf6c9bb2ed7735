# A nested class is an attribute of the class around it.
#- m.py
class A:
    class Inner:
#         ^ defines Class m.A.Inner
        def go(self): pass
def f():
    A.Inner().go()
#     ^ calls m.A.Inner
#             ^ calls m.A.Inner.go by class of its receiver
