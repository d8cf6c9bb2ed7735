# A Python test tests the file of its name, if it uses something of it.
#- pkg/__init__.py
#- pkg/shapes.py
def area(): pass
#- pkg/tools.py
def help(): pass
#- pkg/geo/__init__.py
def f(): pass
#- tests/test_shapes.py
from pkg.shapes import area
from pkg.tools import help
area()
#< tests pkg/shapes.py by its name, and that it uses it
help()
#< !tests pkg/tools.py
#- tests/geo_test.py
import pkg.geo
pkg.geo.f()
#       ^ tests pkg/geo/__init__.py by its name, and that it uses it
#- tests/test_tools.py
import pkg.tools
#      ^ !tests *
