# A name that is defined twice means the later definition to what runs afterwards.
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
