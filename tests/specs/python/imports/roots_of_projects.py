# Project files say which folders names start from: packages there are called by names below them, and found from
# anywhere.
#- one/pyproject.toml
[tool.setuptools.packages.find]
where = ["code"]
#- one/code/alpha/deep/a.py
def f(): pass
#   ^ defines Function alpha.deep.a.f
#- two/pyproject.toml
[tool.setuptools]
package-dir = {"" = "code", "beta" = "packed/beta", "other" = "elsewhere"}
#- two/packed/beta/b.py
def f(): pass
#   ^ defines Function beta.b.f
#- two/elsewhere/e.py
def f(): pass
#   ^ defines Function e.f
#- three/pyproject.toml
[tool.poetry]
packages = [{include = "gamma", from = "code"}, {include = "more"}]
#- three/code/gamma/c.py
def f(): pass
#   ^ defines Function gamma.c.f
#- four/pyproject.toml
[tool.hatch.build.targets.wheel]
packages = ["code/delta"]
#- four/code/delta/d.py
def f(): pass
#   ^ defines Function delta.d.f
#- five/setup.cfg
[options]
package_dir =
    = code
[options.packages.find]
where = code
#- five/code/epsilon/e.py
def f(): pass
#   ^ defines Function epsilon.e.f
#- six/setup.py
from setuptools import setup, find_packages
DIRS = {"": "code"}
setup(name="six", package_dir=DIRS, packages=find_packages("code"))
#- six/code/zeta/z.py
def f(): pass
#   ^ defines Function zeta.z.f
#- seven/pytest.ini
[pytest]
pythonpath = helpers
#- seven/helpers/eta.py
def f(): pass
#   ^ defines Function eta.f
#- seven/tests/unit/test_h.py
import eta
#      ^ imports seven/helpers/eta.py
eta.f()
#   ^ calls eta.f
#- eight/pyproject.toml
[tool.pytest.ini_options]
pythonpath = "lib2"
[tool.hatch.build]
sources = ["code"]
#- eight/lib2/theta/t.py
def f(): pass
#   ^ defines Function theta.t.f
#- eight/code/iota/i.py
def f(): pass
#   ^ defines Function iota.i.f
#- nine/pyproject.toml
[tool.setuptools.packages.find]
where = ["../../..", "/etc", "${X}", "."]
#- nine/code/kappa/k.py
def f(): pass
#   ^ defines Function k.f
#- user/main.py
from alpha.deep.a import f
#    ^ imports one/code/alpha/deep/a.py
from beta import b
#    ^ imports two/packed/beta/b.py
import gamma.c
#      ^ imports three/code/gamma/c.py
from delta.d import f as g
#    ^ imports four/code/delta/d.py
from epsilon.e import f as h
#    ^ imports five/code/epsilon/e.py
import zeta.z
#      ^ imports six/code/zeta/z.py
import theta.t
#      ^ imports eight/lib2/theta/t.py
import kappa.k
#      ^ imports external kappa.k
f()
# ^ calls alpha.deep.a.f
zeta.z.f()
#      ^ calls zeta.z.f
