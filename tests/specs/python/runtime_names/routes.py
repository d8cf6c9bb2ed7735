# An address that a test client asks for is a use of the view whose route it fits, with the prefixes of what it is
# mounted in.
#: exact references
#- web/app.py
from flask import Blueprint, Flask
from web.shop import shop
app = Flask(__name__)
pages = Blueprint("pages", __name__, url_prefix="/pages")
@app.route("/users/<int:id>", methods=["GET"])
def user(id): pass
@app.post("/users/<int:id>")
def change_user(id): pass
@app.route("/users/me")
def me(): pass
@pages.route("/about")
def about(): pass
def index(): pass
app.add_url_rule("/", view_func=index)
#                               ^ references web.app.index
app.register_blueprint(shop, url_prefix="/shop")
#                      ^ references web.shop.shop
#- web/shop.py
from fastapi import APIRouter
shop = APIRouter()
@shop.get("/items/{item}")
def item(item): pass
@shop.get("/files/{path:path}")
def files(path): pass
#- web/more.py
from starlette.routing import Mount, Route
def late(request): pass
class View: pass
routes = [Mount("/api", routes=[Route("/late", late, name="late")]), Route("/view", endpoint=View)]
#                                                                                            ^ references web.more.View
#                                       ^ references web.more.late
#- tests/test_web.py
import pytest
def test_parameter(client):
    client.get("/users/1?full=1")
#   ^ references web.app.user by the only route that its address fits
def test_method(client):
    client.post("/users/1")
#   ^ references web.app.change_user by the only route that its address fits
def test_spelled(client):
    client.get("/users/me")
#                      ^ references web.app.me by the only route that its address fits
def test_prefix(client):
    client.get("/pages/about")
#                      ^ references web.app.about by the only route that its address fits
def test_root(client):
    client.get("/")
#   ^ references web.app.index by the only route that its address fits
def test_mounted(client, name):
    client.get(f"/shop/items/{name}")
#   ^ references web.shop.item by the only route that its address fits
def test_rest(client):
    client.get("/shop/files/a/b.txt")
#                     ^ references web.shop.files by the only route that its address fits
def test_inside(client):
    client.get("http://testserver/api/late")
#                                     ^ references web.more.late by the only route that its address fits
def test_class(client):
    client.request("GET", "/view/")
#   ^ references web.more.View by the only route that its address fits
@pytest.mark.parametrize("path", ["/users/me", "/nowhere"])
def test_parametrized(client, path):
    client.get(path)
#   ^ references web.app.me by the only route that its address fits
def test_name(app):
    app.url_path_for("late")
#                     ^ references web.more.late by the only route of that name
def test_no_client(values):
    values.get("/users/me")
def test_unmounted(client):
    client.get("/items/1")
#- tests/test_mounted.py
from starlette.routing import Mount, Route
def of_user(request): pass
def other(scope): pass
def test_route(client):
    routes = [Route("/people/{name}", of_user)]
#                                     ^ references test_mounted.of_user
    client.get("/people/a")
def test_mount(client, inner):
    routes = [Mount("/people", inner)]
    client.get("/people/b")
