"""What every page needs: the company, file versions, colours of states."""

import hashlib
import re
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user

from kutego import clock
from kutego.db import db
from kutego.models import Company, Right, house_words
from kutego.operations.tasks import count_due_tasks
from kutego.views import formats, menu

DEFAULT_ACCENT = "1f6f54"
COMPANY = "kutego.company"  # where a request keeps it

BADGES = {
    "success": "active accepted paid sent refunded done published fulfilled delivered answered "
    "held valid ready merged",
    "info": "open pending queued submitted running issued planned printed new admitted "
    "scheduled unpaid waiting offered",
    "warning": "missed partly_paid terminated unclear to_refund refused",
    "danger": "overdue failed locked declined blocked",
}
KIND_OF_STATE = {state: kind for kind, states in BADGES.items() for state in states.split()}


def init_app(app: Flask) -> None:
    """Give every template what the frame and the macros need."""
    app.context_processor(_frame)
    app.jinja_env.globals.update(asset=asset, badge_kind=badge_kind)
    app.jinja_env.filters.update(formats.FILTERS)
    app.jinja_env.filters["wall"] = lambda value: f"{value.astimezone(zone()):%H:%M}"
    app.jinja_env.filters["moment"] = lambda value: formats.german_moment(value, zone())


def _frame() -> dict[str, object]:
    return {
        "the_company": the_company,
        "words": house_words,
        "menu_groups": menu.open_groups,
        "neighbours": menu.neighbours,
        "new_entries": menu.new_entries,
        "accent_code": accent_code,
        "open_tasks": open_tasks,
        "closed_groups": request.cookies.get("kutego_closed", "").split("."),
        "is_narrow": request.cookies.get("kutego_menu") == "narrow",
    }


def the_company() -> Company | None:
    """The business, or None before it is set up; read once per request."""
    known = request.environ
    if COMPANY not in known:
        known[COMPANY] = db.session.get(Company, 1)
    return known[COMPANY]


def open_tasks() -> int | None:
    """How many tasks wait for whoever is logged in; None without the right. One statement."""
    if not (current_user.is_authenticated and current_user.may(Right.NOTES)):
        return None
    return db.session.scalar(count_due_tasks(current_user.id, today()))


def accent_code() -> str:
    """The company's colour as it stands in the address of its stylesheet: `1f6f54`."""
    company = the_company()
    code = (company.accent if company else "").removeprefix("#").lower()
    return code if re.fullmatch(r"[0-9a-f]{6}", code) else DEFAULT_ACCENT


def zone() -> ZoneInfo:
    """The time zone of the business."""
    company = the_company()
    return company.zone if company else clock.BERLIN


def today() -> date:
    """The date on the wall of the business."""
    return clock.today(zone())


def badge_kind(state: str) -> str:
    """The colour class of a state: success, info, warning, danger or secondary."""
    return KIND_OF_STATE.get(getattr(state, "value", state), "secondary")


_versions: dict[str, tuple[float, str]] = {}


def asset(name: str) -> str:
    """The address of a static file with its version, so that browsers may keep it for ever."""
    known: dict[str, str] = g.setdefault("assets", {})  # a list asks for its icons many times
    if name not in known:
        known[name] = _versioned(name)
    return known[name]


def _versioned(name: str) -> str:
    path = Path(current_app.static_folder or "") / name
    changed = path.stat().st_mtime
    if _versions.get(name, (0.0, ""))[0] != changed:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        _versions[name] = (changed, digest)
    return url_for("static", filename=name, v=_versions[name][1])
