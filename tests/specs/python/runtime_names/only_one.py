# Of several commands of one name none is meant, unless the group says which, and what a test registers is not for others.
#: exact references
#- one.py
import click
@click.group()
def one(): pass
@one.command()
def same(): pass
#- two.py
import click
@click.group()
def two(): pass
@two.command()
def same(): pass
#- tests/test_all.py
from one import one
def test_known(runner):
    runner.invoke(one, ["same"])
#                 ^ references one.one
#                        ^ references one.same by the only command of that name
def test_unknown(runner, app):
    runner.invoke(app, ["same"])
def test_other(runner, app):
    runner.invoke(app, ["hidden"])
#- tests/test_own.py
import typer
def test_own(runner):
    app = typer.Typer()
    @app.command()
    def hidden(): pass
    runner.invoke(app, ["hidden"])
#                        ^ references test_own.test_own.<locals>.hidden by the only command of that name
#- tests/test_more.py
import typer
def test_made_here(runner):
    app = typer.Typer()
    runner.invoke(app, ["hidden"])
