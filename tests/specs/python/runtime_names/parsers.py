# The command of a parser of argparse is the function that it sets as a default; a list that is given to something else
# names none.
#: exact references
#- tool.py
import argparse
def build(args): pass
def clean(args): pass
def main(argv=None):
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    one = commands.add_parser("build")
    one.set_defaults(func=build)
#                         ^ references tool.build
    one = commands.add_parser("clean")
    one.set_defaults(func=clean)
#                         ^ references tool.clean
    args = parser.parse_args(argv)
    args.func(args)
def total(words): pass
#- test_tool.py
import tool
def test_build():
    tool.main(["build", "-x"])
#               ^ references tool.build by the only command of that name
def test_clean():
    tool.main(["clean"])
#               ^ references tool.clean by the only command of that name
def test_total():
    tool.total(["build"])
