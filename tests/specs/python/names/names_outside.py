# What is not in the repository gives no edge, builtins neither.
#: exact calls
#- m.py
import os
from x import y
os.getcwd()
y()
print(1)
z()
