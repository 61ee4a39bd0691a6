"""Mailings: written, looked at, sent to many; who got them and who did not (spec COM-09 to 13)."""

from sqlalchemy import func

from kutego.models import (
    Mailing,
    MailingKind,
    MailingState,
    Right,
    company,
)
from kutego.texts import gettext as _
from kutego.views.office.history import WithHistory
from kutego.views.office.mailing_buttons import MAILING_BUTTONS
from kutego.views.office.mailing_figures import (
    figures_of,
    opened,
    standing,
)
from kutego.views.office.mailing_page import MailingPage
from kutego.views.office.mailing_recipients import MailingRecipients
from kutego.views.panel import (
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    KeyFigure,
    RecordView,
    TextFilter,
)


def started(value):
    """A figure of a mailing that has none before it starts."""
    return lambda mailing: None if mailing.is_open else value(mailing)


MAILING_COLUMNS = (
    Column("subject", "Betreff"),
    Column("kind", "Art", badge=True),
    Column("state", "Status", value=standing, badge=True, sort="state"),
    Column("when", "Versand", value=lambda m: m.started_at or m.scheduled_for, kind="moment",
           sort=func.coalesce(Mailing.started_at, Mailing.scheduled_for)),
    Column("recipients", "Empfänger", value=started(lambda m: m.recipients), kind="number",
           sort="recipients"),
    Column("sent", "Gesendet", value=started(lambda m: figures_of(m).sent), kind="number"),
    Column("failed", "Nicht angekommen", value=started(lambda m: figures_of(m).failed),
           kind="number"),
    Column("opened", "Geöffnet", value=started(opened), kind="number"),
    Column("left_out", "Ausgelassen", value=started(lambda m: m.left_out), kind="number",
           sort="left_out"),
    Column("created_by", "Geschrieben von", shown=False),
    Column("created_at", "Geschrieben am", shown=False),
)  # fmt: skip


class MailingView(MailingPage, WithHistory, RecordView):
    model = Mailing
    slug, title, one, icon = "mailings", "Mitteilungen", "Mitteilung", "send"
    category = "Kommunikation"
    right = Right.MESSAGES_MASS
    columns = MAILING_COLUMNS
    fields = (
        Column("scheduled_for", "Geplant für"),
        Column("started_at", "Begonnen"),
        Column("course_date", "Kurstermin", value=lambda m: m.course_date,
               link=lambda m: m.course_date),
        Column("course_day", "Kurstag",
               value=lambda m: m.course_day and f"{m.course_day.on:%d.%m.%Y}"),
        Column("stop_reason", "Grund"),
        Column("finished_at", "Fertig"),
    )  # fmt: skip
    filters = (
        ChoiceFilter("state", "Status", MailingState),
        ChoiceFilter("kind", "Art", MailingKind),
        TextFilter("subject", "Betreff"),
        DateFilter("started_at", "Versendet"),
    )
    search, search_hint = ("subject", "text"), "Betreff, Text"
    default_sort = "-created_at"
    buttons = MAILING_BUTTONS
    tabs = (MailingRecipients,)
    cards = (
        Card("Mitteilung", "kind", "course_date", "course_day", "created_by", "created_at"),
        Card("Versand", "state", "scheduled_for", "started_at", "finished_at", "stop_reason"),
    )
    record_template = "office/mailings/record.html"
    empty = "Noch keine Mitteilung. Schreiben Sie allen Kunden, einer Gruppe oder einem Kurs auf \
einmal."

    def badges(self, record):
        return [standing(record)]

    def key_figures(self, record):
        if record.is_open:
            return []
        figures, tab = figures_of(record), self.tab_url
        shown = [
            KeyFigure(_("Empfänger"), str(record.recipients), tab(record, "recipients")),
            KeyFigure(_("Gesendet"), str(figures.sent), None),
            KeyFigure(_("Nicht angekommen"), str(figures.failed), None,
                      "danger" if figures.failed else ""),
            KeyFigure(_("Ausgelassen"), str(record.left_out),
                      tab(record, "recipients", "?f.state=left_out")),
        ]  # fmt: skip
        read = KeyFigure(_("Geöffnet"), str(figures.opened), None)
        return [*shown, read] if company().track_opens else shown
