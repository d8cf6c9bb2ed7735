# A name that may be a module or None gives no edge.
#- m.py
def f(): pass
def go(): f()
#         ^ calls m.f
try:
    import json
except ImportError:
    json = None
def use(): json.loads("")
#          ^ !calls *
