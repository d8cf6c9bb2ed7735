# A word of a command line that a test gives to a group of commands is a use of the command of that name.
#: exact calls references
#- shop/cli.py
import click
@click.group()
def cli(): pass
@cli.command(name="create-view")
def make_view(): pass
@cli.command()
def drop_table(): pass
@cli.group()
def publish(): pass
@publish.command("cloud")
def to_cloud(): pass
@click.command("late")
def added(): pass
cli.add_command(added)
#               ^ references shop.cli.added
@click.command()
@click.argument("name")
def lone(name): pass
#- tests/test_cli.py
import pytest
from click.testing import CliRunner
from shop import cli, cli as app
from shop.cli import lone
def test_list():
    CliRunner().invoke(cli.cli, ["create-view", "a.db"])
#                      ^ references shop.cli.cli
#   ^ references shop.cli.make_view by the only command of that name
def test_nested():
    CliRunner().invoke(cli.cli, ["--verbose", "publish", "cloud"])
#                      ^ references shop.cli.cli
#                                              ^ references shop.cli.publish by the only command of that name
#   ^ references shop.cli.to_cloud by the only command of that name
def test_sum(args):
    CliRunner().invoke(cli.cli, ["drop-table"] + args)
#                      ^ references shop.cli.cli
#   ^ references shop.cli.drop_table by the only command of that name
def test_text():
    CliRunner().invoke(cli.cli, "drop-table --all")
#                      ^ references shop.cli.cli
#   ^ references shop.cli.drop_table by the only command of that name
def test_variable():
    words = ["late", "x"]
    CliRunner().invoke(cli.cli, words)
#   ^ references shop.cli.added by the only command of that name
#                      ^ references shop.cli.cli
@pytest.mark.parametrize("word,times", [("drop-table", 1), ("create-view", 2)])
def test_parametrized(word, times):
    CliRunner().invoke(cli.cli, [word])
#                      ^ references shop.cli.cli
#   ^ references shop.cli.drop_table by the only command of that name
#   ^ references shop.cli.make_view by the only command of that name
def test_called():
    cli.cli(["late"])
#   ^ calls shop.cli.cli
#   ^ references shop.cli.added by the only command of that name
def test_set(monkeypatch):
    monkeypatch.setattr("sys.argv", ["shop", "create-view"])
#   ^ references shop.cli.make_view by the only command of that name
def test_argument():
    CliRunner().invoke(lone, ["late"])
#                      ^ references shop.cli.lone
def test_unknown():
    CliRunner().invoke(cli.cli, ["erase"])
#                      ^ references shop.cli.cli
