# Packages without __init__.py (PEP 420) are found below `src`, and in the folders around who imports.
#- pyproject.toml
[project]
name = "space"
#- src/space/core/a.py
def f(): pass
#   ^ defines Function space.core.a.f
#- src/space/b.py
from space.core.a import f
#    ^ imports src/space/core/a.py
from space import core
f()
# ^ calls space.core.a.f
#- tests/test_a.py
from space.core import a
#    ^ imports src/space/core/a.py
import space.b
#      ^ imports src/space/b.py
a.f()
# ^ calls space.core.a.f
#- services/app/models.py
class M: pass
#- services/app/main.py
from app.models import M
#    ^ imports services/app/models.py
from app import models
#    ^ imports services/app/models.py
import numpy.app
#      ^ imports external numpy.app
M()
# ^ calls app.models.M
#- services/tests/test_main.py
from app.main import M
#    ^ imports services/app/main.py
#- other/tests/test_main.py
from app.main import M
#    ^ imports external app.main
