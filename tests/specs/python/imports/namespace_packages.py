# A folder without __init__.py is a package, too.
#- space/a.py
def f(): pass
#- user.py
import space.a
#      ^ imports space/a.py
from space import a
#    ^ imports space/a.py
a.f()
# ^ calls space.a.f
