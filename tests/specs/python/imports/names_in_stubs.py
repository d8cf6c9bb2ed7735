# A name that a module does not define is what its stub declares, whoever passes the module's names on.
#- p/__init__.py
from .core import zeros, shape, both
import lazy_loader
__getattr__, __dir__, _ = lazy_loader.attach_stub(__name__, __file__)
#- p/__init__.pyi
from .late import later
#- p/core.py
from ._compiled import *
def both(): pass
#- p/core.pyi
from typing import Any
class Array:
    def fill(self, value: Any) -> None: ...
def zeros(count: int) -> Array: ...
def both() -> None: ...
shape: tuple[int, ...]
#- p/late.py
def later(): pass
#- user.py
import p
p.zeros(1).fill(0)
#^ calls p.core.zeros
#          ^ calls p.core.Array.fill by class of its receiver
p.both()
#^ calls p.core.both
p.later()
#^ calls p.late.later
p.core.shape
p.nowhere()
#^ !calls *
