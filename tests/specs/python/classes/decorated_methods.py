# A property is no method that is called where it is read; a method is.
#- m.py
class A:
    @property
    def size(self): return 1
    def read(self):
        return self.size
#                   ^ !calls *
