"""The first page of the day: what needs doing, and how the year is going."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import abort, current_app
from flask_admin import AdminIndexView, expose
from flask_login import current_user
from sqlalchemy.orm import joinedload

from kutego import money
from kutego.db import db
from kutego.models import OfferState, PaymentStatus, Right, Task, overview
from kutego.operations.tasks import due_tasks
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.formats import german_count
from kutego.views.frame import today
from kutego.views.menu import address
from kutego.views.office.dashboard_courses import lessons, troubled
from kutego.views.office.dashboard_day import todays
from kutego.views.office.dashboard_tasks import tasks
from kutego.views.office.first_steps import first_steps
from kutego.views.office.keys import KEYS
from kutego.views.panel.places import place_of

TASKS_SHOWN = 8


class Dashboard(AdminIndexView):
    """Its parts are shown as far as the rights go."""

    def __init__(self) -> None:
        super().__init__(name="Dashboard", endpoint="office", url="/buero")

    def is_accessible(self) -> bool:
        return current_user.is_authenticated

    def inaccessible_callback(self, name: str, **kwargs: Any) -> Any:
        """Strangers are asked to log in."""
        return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]

    @expose()
    def index(self) -> str:
        on = today()
        may = current_user.may
        unpaid = overview.unpaid(on) if may(Right.INVOICES_VIEW) else None
        offers = overview.offers_expiring(on) if may(Right.OFFERS_VIEW) else None
        return self.render(
            "office/dashboard.html",
            on=on,
            first_steps=[] if unpaid and unpaid[0].number else first_steps(),
            lessons=lessons(on) if may(Right.COURSES_VIEW) else None,
            day=todays(on) if may(Right.COURSES_VIEW) else [],
            figures=[*_figures(on, unpaid, offers), *troubled(on)],
            my_tasks=_my_tasks(on) if may(Right.NOTES) else None,
            tasks=list(tasks()) if may(Right.CUSTOMERS_EDIT) else None,
            shows_revenue=may(Right.INVOICES_VIEW),
            record_url=place_of,
        )

    @expose("/umsatz")
    def revenue(self) -> str:
        """The last twelve months: fetched by the dashboard, or read as a page of its own."""
        if not current_user.may(Right.INVOICES_VIEW):
            abort(403)
        return self.render("office/revenue.html", months=overview.revenue(today()))

    @expose("/tastatur")
    def keys(self) -> str:
        """What goes by key."""
        groups = [(_(name), [(keys, _(does)) for keys, does in all_]) for name, all_ in KEYS]
        return self.render("office/keys.html", groups=groups)


def _my_tasks(on: date) -> list[Task]:
    """What whoever is logged in has to do today, the oldest first."""
    mine = due_tasks(current_user.id, on).options(joinedload(Task.customer))
    return list(db.session.scalars(mine.limit(TASKS_SHOWN)))


def _figures(
    on: date, unpaid: tuple[overview.Figure, overview.Figure] | None, offers: overview.Figure | None
) -> Iterator[dict[str, Any]]:
    """The key figures at the top, as the macro takes them."""
    if unpaid:
        every, late = unpaid
        yield {
            "label": _("Überfällig"),
            "value": money.euro(late.amount),
            "sub": _invoices(late.number),
            "url": address("invoices", **{"f.status": PaymentStatus.OVERDUE}),
            "kind": "danger" if late.number else "",
        }
        yield {
            "label": _("Offen insgesamt"),
            "value": money.euro(every.amount),
            "sub": _invoices(every.number),
            "url": address("invoices", **{"f.open_amount.from": "0,01"}),
        }
    if offers:
        last = on + overview.WEEK - overview.DAY
        yield {
            "label": _("Angebote, die diese Woche ablaufen"),
            "value": german_count(offers.number),
            "sub": money.euro(offers.amount),
            "url": address(
                "offers",
                **{"f.state": OfferState.OPEN, "f.valid_until.from": on, "f.valid_until.to": last},
            ),
        }


def _invoices(count: int) -> str:
    return ngettext(
        "%(count)s Rechnung", "%(number)s Rechnungen", count, number=german_count(count)
    )
