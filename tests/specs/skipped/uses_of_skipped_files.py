# Nothing in a skipped file is a symbol, and uses of it give no edge.
#- broken.py
def f(:
#< !defines *
#< skipped line 1: syntax error
#- user.py
import broken
#      ^ imports broken.py
broken.f()
#      ^ !calls *
