# What a test merely uses is not tested by it, and a file that is no test tests nothing.
#: exact tests
#- shapes.py
def area(): pass
#- user_shapes.py
from shapes import area
area()
#- conftest.py
from shapes import area
area()
