# Reading a module variable is a reference only from other modules.
#- a.py
LIMIT = 3
def f(): return LIMIT
#               ^ !references *
#- b.py
import a
def g(): return a.LIMIT
#                 ^ references a.LIMIT
