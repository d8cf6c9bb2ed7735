# A property and its setter are one symbol.
#: exact defines
#- m.py
class A:
#     ^ defines Class m.A
#< defines Module m
    @property
#   ^ defines Property m.A.size
    def size(self): return 1
    @size.setter
#    ^ defines Property m.A.size
    def size(self, value): pass
