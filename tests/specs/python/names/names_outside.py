# Names outside the repository, builtins included, give no edge.
#: exact calls
#- m.py
import os
from x import y
os.getcwd()
y()
print(1)
z()
