# Test names match by their words, however these are joined.
#- file_tools.py
def f(): pass
#- tools.py
def g(): pass
#- test_file_tools.py
from file_tools import f
from tools import g
f()
#< tests file_tools.py by its name, and that it uses it
g()
#< !tests tools.py
