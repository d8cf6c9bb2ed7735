# Calling cls in a class method gives an instance of the class.
#- m.py
class S:
    def __init__(self): pass
    @classmethod
    def make(cls):
        s = cls()
#           ^ calls m.S.__init__
        s.go()
#         ^ calls m.S.go by class of its receiver
    def go(self): pass
