# The first argument of a method is the parameter behind `self`; kept in an attribute, it is called through that.
#- m.py
def go(): pass
class S:
    def __init__(self, call):
        self.call = call
    def run(self):
        self.call()
#            ^ calls m.go by argument of a call
    def take(self, call):
        call()
#       ^ calls m.go by argument of a call
S(go).take(go)
