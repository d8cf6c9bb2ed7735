# Reading a property is not a call.
#- m.py
class A:
    @property
    def size(self): return 1
    def read(self):
        return self.size
#                   ^ !calls *
