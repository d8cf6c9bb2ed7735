# A name that is imported in two ways is one of several; each that leads into the repository counts, and less.
#- a.py
def f(): pass
class Page:
    def show(self): pass
    def both(self): pass
#- z.py
def f(): pass
class Base:
    def __init__(self): pass
    def both(self): pass
class Page(Base):
    def show(self): pass
#- user.py
try:
    from z import f
except ImportError:
    from a import f
f()
#< calls z.f by one of several values
#< calls a.f by one of several values
def inside():
    f()
#   ^ calls z.f by one of several values
#   ^ calls a.f by one of several values
#- pages.py
from settings import CUSTOM
if CUSTOM:
    from a import Page as Page
else:
    from z import Page
class Early(Page):
#           ^ inherits a.Page by one of several values
#           ^ inherits z.Page by one of several values
    def show(self):
#       ^ overrides a.Page.show by one of several values
#       ^ overrides z.Page.show by one of several values
        self.both()
#            ^ calls a.Page.both by one of several values
#            ^ calls z.Base.both by one of several values
#- through.py
from pages import Page
class Late(Page): pass
#          ^ inherits a.Page by one of several values
#          ^ inherits z.Page by one of several values
Late()
#< calls through.Late
#< calls z.Base.__init__ by one of several values
#- default.py
from z import f
try:
    from a import f
except ImportError:
    pass
f()
#< calls z.f by one of several values
#< calls a.f by one of several values
#- strict.py
from z import f
try:
    from a import f
except ImportError:
    raise SystemExit
f()
#< calls a.f
#< !calls z.f
#- later.py
from z import f
from a import f
def inside():
    f()
#   ^ calls a.f
#   ^ !calls z.f
#- local.py
def inside(custom):
    if custom:
        from a import Page
    else:
        from z import Page
    class Early(Page): pass
#               ^ inherits a.Page by one of several values
#               ^ inherits z.Page by one of several values
    def show(page: Page):
        return Page
#              ^ references a.Page by one of several values
#              ^ references z.Page by one of several values
#- outside.py
def inside():
    try:
        from absent import f
    except ImportError:
        from b import f
    f()
#- known.py
def inside():
    try:
        from absent import f
    except ImportError:
        from a import f
    f()
#   ^ calls a.f
#- libraries.py
def inside(text):
    try:
        import pickle
    except ImportError:
        import absent as pickle
    pickle.loads(text)
#          ^ calls pickle.loads
