# What makes an instance calls `__init__`, its own or that of a base, and else the class.
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
