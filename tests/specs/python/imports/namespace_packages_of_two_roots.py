# Where two folders offer a package without __init__.py equally, nothing is guessed.
#- tools/deep/util/x.py
def f(): pass
#- tools/src/deep/util/x.py
def f(): pass
#- tools/tests/test_x.py
from deep.util import x
#    ^ imports ambiguous deep.util
from deep.util.x import f
#    ^ imports ambiguous tools/deep/util/x.py
#    ^ imports ambiguous tools/src/deep/util/x.py
f()
# ^ !calls *
# A folder that merely has the name of a package from elsewhere is none.
#- deploy/docker/build.py
def g(): pass
#- deploy/scripts/run.py
import docker
#      ^ imports external docker
docker.from_env()
#       ^ !calls *
# A script in a source folder sees what stands beside it.
#- lib/setup.py
#- lib/src/jobs/one.py
import two
#      ^ imports lib/src/jobs/two.py
two.h()
#    ^ calls jobs.two.h
#- lib/src/jobs/two.py
def h(): pass
# Inside of a package, absolute names do not start: `onnx` is another one's.
#- pack/__init__.py
#- pack/onnx/__init__.py
#- pack/onnx/backend.py
import onnx
#      ^ imports external onnx
import onnx.helper
#      ^ imports external onnx.helper
#- pack/onnx/helper.py
