# Of a file that could not be parsed nothing is analysed.
#- old.py
x = 1
print 'python 2'
#< skipped line 2: syntax error
#< !analysed *
