# Of a file that is skipped nothing is told, and what others use of it is missing.
#- broken.py
def f(:
#< !defines *
#< skipped line 1: syntax error
#- user.py
import broken
#      ^ imports broken.py
broken.f()
#      ^ !calls *
