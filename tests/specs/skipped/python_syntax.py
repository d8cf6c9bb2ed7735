# A Python file that does not parse is skipped, and says where; others are read all the same.
#- old.py
x = 1
print 'python 2'
#< skipped line 2: syntax error
#< !defines *
#- new.py
def f(): pass
#   ^ defines Function new.f
