# A parameter or a local variable hides an imported name.
#- a.py
def f(): pass
#- user.py
import a
from a import f
def one(a): a.f()
#             ^ !calls *
def two():
    f = print
    f()
#   ^ !calls *
def three(x):
    for f in x: pass
    f()
#   ^ !calls *
