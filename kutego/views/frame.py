"""What every page needs: the company, file versions, colours of states, German formats."""

import hashlib
from datetime import date, datetime
from pathlib import Path

from flask import Flask, current_app, request, url_for

from kutego import money
from kutego.clock import BERLIN
from kutego.db import db
from kutego.models import Company
from kutego.views import menu


BADGES = {
    "success": "active accepted paid sent refunded done published fulfilled",
    "info": "open pending queued submitted running issued planned",
    "warning": "partly_paid terminated unclear to_refund refused",
    "danger": "overdue failed locked declined",
}
KIND_OF_STATE = {state: kind for kind, states in BADGES.items() for state in states.split()}


def init_app(app: Flask) -> None:
    """Give every template what the frame and the macros need."""
    app.context_processor(_frame)
    app.jinja_env.globals.update(asset=asset, badge_kind=badge_kind)
    app.jinja_env.filters.update(
        euro=lambda amount: "" if amount is None else money.euro(amount),
        amount=lambda amount: "" if amount is None else money.decimal_comma(amount),
        percent=lambda rate: "" if rate is None else f"{money.percent(rate)}\u00a0%",
        day=german_day,
        moment=german_moment,
        count=german_count,
    )


def _frame() -> dict[str, object]:
    return {
        "the_company": the_company,
        "menu": menu.open_groups,
        "new_entries": menu.new_entries,
        "own_entries": menu.own_entries,
        "logout_url": menu.logout_url,
        "is_narrow": request.cookies.get("kutego_menu") == "narrow",
    }


def the_company() -> Company | None:
    """The business, or None before it is set up."""
    return db.session.get(Company, 1)


def badge_kind(state: str) -> str:
    """The colour class of a state: success, info, warning, danger or secondary."""
    return KIND_OF_STATE.get(getattr(state, "value", state), "secondary")


_versions: dict[str, tuple[float, str]] = {}


def asset(name: str) -> str:
    """The address of a static file with its version, so that browsers may keep it for ever."""
    path = Path(current_app.static_folder or "") / name
    changed = path.stat().st_mtime
    if _versions.get(name, (0.0, ""))[0] != changed:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
        _versions[name] = (changed, digest)
    return url_for("static", filename=name, v=_versions[name][1])


# --- German formats -------------------------------------------------------------------------------


def german_day(value: date | None) -> str:
    """`23.11.2026`."""
    return f"{value:%d.%m.%Y}" if value else ""


def german_moment(value: datetime | None) -> str:
    """`23.11.2026, 09:15` on the wall of the business."""
    if value is None:
        return ""
    company = the_company()
    local = value.astimezone(company.zone if company else BERLIN)
    return f"{local:%d.%m.%Y, %H:%M}"


def german_count(value: int) -> str:
    """`3.204`."""
    return f"{value:,}".replace(",", ".")
