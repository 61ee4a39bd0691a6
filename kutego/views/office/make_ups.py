"""Make-up days: all of them, and those of one customer (spec COU-14, PAR-08, U-24)."""

from kutego.models import MakeUpClaim, MakeUpStatus, Right, make_up_status_is
from kutego.texts import gettext as _
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.history import WithHistory
from kutego.views.office.house_words import PARTICIPANTS, worded
from kutego.views.office.make_up_columns import (
    MAKE_UP_BUTTONS,
    MAKE_UP_COLUMNS,
    MAKE_UP_FILTERS,
    of_own_courses,
)
from kutego.views.panel import Badge, Card, ListLink, RecordView, TabView, place_of, today


class CustomerMakeUps(TabView):
    model = MakeUpClaim
    slug, title, one = "make_ups", "Nachholtage", "Nachholtag"
    parent_key, group = "customer_id", PARTICIPANTS
    is_beside = True
    right = Right.COURSES_VIEW
    columns, filters, buttons = MAKE_UP_COLUMNS, MAKE_UP_FILTERS, MAKE_UP_BUTTONS
    default_sort = "expires_on"
    empty = "Kein Nachholtag. Er entsteht, wenn sich jemand rechtzeitig von einem Tag abmeldet."

    def counter(self, record):
        return super().counter(record).where(make_up_status_is(MakeUpStatus.OPEN, today()))

    def scope(self, query):
        return of_own_courses(super().scope(query), MakeUpClaim.course_date_id)

    def record_url(self, record):
        return place_of(record) or super().record_url(record)


class MakeUpView(WithHistory, RecordView):
    model = MakeUpClaim
    slug, title, one, icon = "make_ups", "Nachholung", "Nachholtag", "calendar-plus"
    category = "Kurse"
    right = Right.COURSES_VIEW
    columns = (MAKE_UP_COLUMNS[0], CUSTOMER, *MAKE_UP_COLUMNS[1:])
    filters, buttons = MAKE_UP_FILTERS, MAKE_UP_BUTTONS
    search, search_hint = ("customer.search",), worded("Kunde, {participant}")
    default_sort = "expires_on"
    cards = (
        Card("Nachholtag", "participant", "customer", "course_date", "missed_on", "reason"),
        Card("Stand", "status", "expires_on", "used_day", "granted_on", "reset_on"),
    )
    empty = (
        "Noch kein Nachholtag. Er entsteht, wenn sich jemand rechtzeitig von einem Tag abmeldet."
    )

    def scope(self, query):
        return of_own_courses(super().scope(query), MakeUpClaim.course_date_id)

    def list_links(self):
        return [ListLink(_("Nur offene"), f"{self.list_url}?f.status=open", "calendar-plus")]

    def badges(self, record):
        return [Badge.of(record.status(today()))]
