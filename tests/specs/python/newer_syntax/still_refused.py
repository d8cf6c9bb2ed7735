# A file whose other lines are no Python is skipped, whatever newer syntax it has.
#- m.py
def f[T](x): pass
#< skipped line 2: syntax error
print 'python 2'
#- n.py
def f[T(x): pass
#< skipped line 1: syntax error
#- o.py
def f[2](x): pass
#< skipped line 1: syntax error
