# A class in a class is a name of that class.
#- m.py
class A:
    class Inner:
#         ^ defines Class m.A.Inner
        def go(self): pass
def f():
    A.Inner().go()
#     ^ calls m.A.Inner
#             ^ calls m.A.Inner.go by class of its receiver
