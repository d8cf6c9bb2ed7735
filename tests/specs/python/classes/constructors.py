# Creating an instance calls the class's own __init__, or else the class.
#- m.py
class Plain: pass
class Own:
    def __init__(self): pass
class Derived(Own): pass
def go():
    Plain()
#   ^ calls m.Plain
    Own()
#   ^ calls m.Own.__init__
    Derived()
#   ^ calls m.Derived
