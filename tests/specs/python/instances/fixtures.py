# A parameter of a test is what the nearest fixture of its name gives.
#- tests/conftest.py
import pytest
class S:
    def go(self): pass
class T:
    def go(self): pass
@pytest.fixture
def one():
    return S()
@pytest.fixture()
def two():
    yield T()
@pytest.fixture
def three(one):
    one.go()
#       ^ calls conftest.S.go by argument of a call
#- tests/inner/test_m.py
def test_it(one, two, other):
    one.go()
#       ^ calls conftest.S.go
    two.go()
#       ^ calls conftest.T.go
    other.go()
#         ^ !calls *
def help(one):
    one.go()
#       ^ !calls *
