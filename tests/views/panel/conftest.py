"""An office with nothing in it but the probe views, and somebody who is logged in."""

import re
from contextvars import Context
from html import unescape

import pytest
from flask.testing import FlaskClient

from kutego.db import db
from kutego.models import MassRun, Role
from kutego.views.panel import places, register
from tests import factories
from tests.views.panel import probe

BASE = "/buero"
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
HIDDEN = re.compile(r'<input(?=[^>]*type="hidden")[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')


class CleanClient(FlaskClient):
    """Answers each request in a context of its own, as a server does, not in the test's."""

    def open(self, *args, **kwargs):
        answer = Context().run(super().open, *args, **{"buffered": True} | kwargs)
        db.session.rollback()  # the test looks at what the request has written
        return answer


class Browser:
    """A client that sends a page's hidden fields along, as a browser does."""

    def __init__(self, client):
        self.client = client

    def get(self, path, status=200, **kwargs):
        answer = self.client.get(BASE + path, **kwargs)
        assert answer.status_code == status, (answer.status_code, answer.text[:2000])
        return answer.text

    def hidden(self, html):
        """The hidden fields of the page's main form, by name."""
        fields = {}
        form = html[html.index('<form class="card"') :] if '<form class="card"' in html else html
        for tag in HIDDEN.findall(form):
            pair = dict(ATTRIBUTE.findall(tag))
            fields.setdefault(pair["name"], []).append(unescape(pair.get("value", "")))
        return fields

    def send(self, path, page=None, **fields):
        """Fill in the form at `path` (or the given page of it) and send it."""
        page = page if page is not None else self.get(path)
        return self.client.post(BASE + path, data={**self.hidden(page), **fields})

    def post(self, path, data=None, **kwargs):
        """Send with a valid token but without having seen a form."""
        return self.client.post(BASE + path, data={"csrf_token": self.token(), **(data or {})},
                                **kwargs)  # fmt: skip

    def token(self):
        return TOKEN.search(self.get("/probe/filter/") + self.get("/probe/columns/")).group(1)


@pytest.fixture
def office(app):
    """The application with the probe views in place of the real ones."""
    app.test_client_class = CleanClient
    add_probe_views(app)
    return app


def add_probe_views(app):
    """Register the probe views, as the homes of their models; mass runs may have one already."""
    if probe.VIEWS[0].slug in app.blueprints:
        return
    known = app.extensions.get(places.KEY, {"homes": {}})
    known["homes"] = {model: v for model, v in known["homes"].items() if model is MassRun}
    missing = [view for view in probe.VIEWS if view.slug not in app.blueprints]
    register(app.extensions["admin"][0], *missing)


def logged_in(app, role=Role.OWNER):
    """A browser in which an employee of this role is logged in."""
    employee = factories.employee(role)
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = employee.get_id()
        session["_fresh"] = True
    browser = Browser(client)
    browser.employee = employee
    return browser


@pytest.fixture
def browser(office):
    """The owner's browser."""
    return logged_in(office)
