# A Python file with a syntax error is skipped, with the line of the error.
#- old.py
x = 1
print 'python 2'
#< skipped line 2: syntax error
#< !defines *
#- new.py
def f(): pass
#   ^ defines Function new.f
