# A module imported through importlib is not followed.
#- a.py
def f(): pass
#- user.py
import importlib
m = importlib.import_module("a")
m.f()
# ^ !calls *
