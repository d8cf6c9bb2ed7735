# Reading a property calls its getter, and writing one its setter.
#- m.py
class A:
    @property
    def size(self): return 1
    def read(self):
        return self.size
#                   ^ calls m.A.size by member of its own class
