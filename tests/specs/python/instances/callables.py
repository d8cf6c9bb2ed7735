# Calling an instance calls __call__.
#- m.py
class S:
    def __call__(self): pass
def f():
    s = S()
    s()
#   ^ calls m.S.__call__ by class of its receiver
    S()()
#   ^ calls m.S
