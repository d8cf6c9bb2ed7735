# super().__init__ calls the constructor of the base, and a class with an inherited one is called itself.
#- m.py
class A:
    def __init__(self): pass
class B(A):
    def __init__(self):
        super().__init__()
#               ^ calls m.A.__init__
        A.__init__(self)
#         ^ calls m.A.__init__
