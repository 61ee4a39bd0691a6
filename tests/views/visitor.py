"""Somebody at a browser: keeps cookies, and sends a page's hidden fields along."""

import re
from contextvars import Context
from html import unescape

from tests.factories import PASSWORD

HIDDEN = re.compile(r'<input(?=[^>]*type="hidden")[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')


class Visitor:
    """Every request runs in a context of its own, as in the real server."""

    def __init__(self, app, base_url=None):
        self.client = app.test_client()
        self.base = {"base_url": base_url} if base_url else {}

    def get(self, path, **kwargs):
        return Context().run(lambda: self.client.get(path, **self.base, **kwargs))

    def post(self, path, data=None, **kwargs):
        """Send just this, without a token."""
        return Context().run(lambda: self.client.post(path, data=data, **self.base, **kwargs))

    def send(self, path, to=None, **fields):
        """Open the form at `path`, fill it in and send it (to another address where asked)."""
        page = self.get(path)
        assert page.status_code == 200, (page.status_code, page.headers.get("Location"))
        return self.post(to or path, {**hidden_fields(page.text, to or path), **fields})

    def log_in(self, email, password=PASSWORD, path="/anmelden"):
        return self.send(path, email=email, password=password)

    def token(self, path="/anmelden"):
        return hidden_fields(self.get(path).text, path)["csrf_token"]


def hidden_fields(html, to=""):
    """The hidden fields of the form that leads `to` an address, else of the first one in a card."""
    start = html.find(f'action="{to}"') if to else -1
    if start < 0:
        start = max(html.find('<form method="post">'), html.find('<form class="card"'), 0)
    form = html[start : html.index("</form>", start)]
    pairs = [dict(ATTRIBUTE.findall(tag)) for tag in HIDDEN.findall(form)]
    return {pair["name"]: unescape(pair.get("value", "")) for pair in pairs}


def staff(app, employee, **kwargs):
    """A visitor who has logged in as `employee`."""
    visitor = Visitor(app, **kwargs)
    answer = visitor.log_in(employee.email)
    assert answer.status_code == 302, answer.text
    return visitor
