# A module imported by its name as a text is none.
#- a.py
def f(): pass
#- user.py
import importlib
m = importlib.import_module("a")
m.f()
# ^ !calls *
