"""The first page of the day: what needs doing, and how the year is going."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort, current_app
from flask_admin import AdminIndexView, expose
from flask_login import current_user

from kutego import money
from kutego.jobs import JOBS
from kutego.models import MessageState, OfferState, PaymentStatus, RefundState, Right, overview
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.frame import german_count, the_company, today
from kutego.views.menu import address
from kutego.views.panel.places import place_of


@dataclass(frozen=True)
class Task:
    """Something that waits for a person, and the list where it is done."""

    icon: str
    title: str
    url: str | None
    amount: str = ""
    detail: str = ""


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
            lessons=overview.lessons_on(on) if may(Right.COURSES_VIEW) else None,
            figures=list(_figures(on, unpaid, offers)),
            tasks=list(_tasks()) if may(Right.CUSTOMERS_EDIT) else None,
            shows_revenue=may(Right.INVOICES_VIEW),
            record_url=place_of,
        )

    @expose("/umsatz")
    def revenue(self) -> str:
        """The last twelve months: fetched by the dashboard, or read as a page of its own."""
        if not current_user.may(Right.INVOICES_VIEW):
            abort(403)
        return self.render("office/revenue.html", months=overview.revenue(today()))


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


def _tasks() -> Iterator[Task]:
    """What waits, the most urgent first; nothing where nothing waits."""
    if current_user.may(Right.JOBS):
        for run in overview.troubled_jobs():
            title = _(
                "Auftrag „%(name)s“: Beim letzten Lauf gab es Fehler", name=job_title(run.name)
            )
            detail = run.problems[0] if run.problems else ""
            yield Task(
                "exclamation-triangle", title, address("jobs"), german_count(run.failed), detail
            )
    if current_user.may(Right.MESSAGES_VIEW):
        yield from _message_tasks(overview.message_counts())
    if current_user.may(Right.CREDIT_VIEW) and (refunds := overview.refunds_to_transfer()).number:
        title = ngettext(
            "%(count)s Erstattung ist zu überweisen", "%(count)s Erstattungen sind zu überweisen",
            refunds.number,
        )  # fmt: skip
        url = address("refunds", **{"f.state": RefundState.TO_REFUND})
        yield Task("arrow-return-left", title, url, money.euro(refunds.amount))


def _message_tasks(counts: dict[MessageState, int]) -> Iterator[Task]:
    failed, unclear = counts[MessageState.FAILED], counts[MessageState.UNCLEAR]
    company = the_company()
    if failed:
        title = _("E-Mails konnten nicht gesendet werden")
        url = address("messages", **{"f.state": MessageState.FAILED})
        yield Task("envelope-exclamation", title, url, german_count(failed))
    if unclear:
        detail = _("Der Server hat nach dem Text nicht mehr geantwortet. Bitte prüfen.")
        url = address("messages", **{"f.state": MessageState.UNCLEAR})
        yield Task(
            "envelope",
            _("Bei E-Mails ist unklar, ob sie ankamen"),
            url,
            german_count(unclear),
            detail,
        )
    if counts[MessageState.QUEUED] and company and not company.smtp_host:
        detail = _("Richten Sie den Postausgang ein, dann gehen sie hinaus.")
        waiting = german_count(counts[MessageState.QUEUED])
        yield Task(
            "send",
            _("E-Mails warten: Es fehlt der Postausgang"),
            address("settings"),
            waiting,
            detail,
        )


def job_title(name: str) -> str:
    """What a job is called on the screen."""
    return next((_(job.title) for job in JOBS if job.name == name), name)
