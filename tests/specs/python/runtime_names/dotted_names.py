# A text that is the dotted name of something of the repository refers to it, whoever looks it up: a setting, a patch of
# a test. Names of loggers and of files do not.
#: exact references
#- app/__init__.py
#- app/middleware.py
class Login: ...
def helper(): ...
#- app/views.py
from app.middleware import helper
def index(): ...
#- app/urls.py
patterns = []
#- settings.py
import logging
MIDDLEWARE = [
    "django.middleware.common.CommonMiddleware",
    "app.middleware.Login",
#   ^ references app.middleware.Login by the dotted name in a text
    "app.middleware.Missing",
    "app.middleware.py",
]
ROOT_URLCONF = "app.urls"
#              ^ references app.urls by the dotted name in a text
HANDLERS = {"file": {"class": f"app.{len(MIDDLEWARE)}"}}
logging.getLogger("app.views")
#- test_app.py
from unittest.mock import patch
@patch("app.views.helper")
#      ^ references app.middleware.helper by the dotted name in a text
def test_index(mock):
    """app.views.index"""
    with patch("app.views.index"):
#              ^ references app.views.index from test_app.test_index by the dotted name in a text
        pass
