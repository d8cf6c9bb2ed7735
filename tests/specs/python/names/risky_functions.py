# Risky external functions are external symbols; arguments may decide whether a call is risky.
#: exact calls
#- m.py
import os, pickle, subprocess as sp, yaml
from pickle import loads
def f(x):
    os.system(x)
#      ^ calls os.system
    pickle.load(x); loads(x)
#          ^ calls pickle.load
#                   ^ calls pickle.loads
    eval(x)
#   ^ calls eval
    sp.run(x, shell=True)
#      ^ calls subprocess.run(shell=True)
    sp.run(x)
#      ^ calls subprocess.run
    yaml.load(x, Loader=yaml.SafeLoader)
    yaml.load(x)
#        ^ calls yaml.load
def own(eval): eval(1)
