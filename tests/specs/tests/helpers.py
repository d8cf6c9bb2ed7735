# Files not named as tests test nothing.
#: exact tests
#- shapes.py
def area(): pass
#- user_shapes.py
from shapes import area
area()
#- conftest.py
from shapes import area
area()
