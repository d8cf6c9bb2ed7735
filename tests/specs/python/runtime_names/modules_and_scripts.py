# What `python -m`, a script of an entry point, or `call_command` runs is used by whoever spells its name.
#: exact references
#- pyproject.toml
[project]
name = "tool"
scripts = {tool = "tool.cli:main"}
#- tool/__init__.py
#- tool/__main__.py
from tool.cli import main
main()
#- tool/cli.py
import click
@click.group()
def main(): pass
@main.command()
def build(): pass
#- tool/management/commands/clean.py
class Command:
    def handle(self): pass
#- test_tool.py
import subprocess
import sys
from subprocess import check_output
from django.core.management import call_command
def test_module():
    subprocess.run([sys.executable, "-m", "tool", "build"])
#   ^ references tool.__main__ by the module that is run by its name
#                                                  ^ references tool.cli.build by the only command of that name
def test_script():
    check_output(["tool", "--fast", "build"])
#                                    ^ references tool.cli.build by the only command of that name
#   ^ references tool.cli.main by the only script of that name
def test_text():
    subprocess.run("python -m tool.cli", shell=True)
#                                  ^ references tool.cli by the module that is run by its name
def test_management():
    call_command("clean")
#   ^ references clean.Command.handle by the only command of that name
def test_others():
    subprocess.run(["git", "build"])
