"""Waiting lists: of a course date, of a customer, and all of them (spec COU-12, PAR-10, U-01)."""

from kutego import clock
from kutego.models import Right, WaitlistEntry, still_waiting
from kutego.texts import gettext as _
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.history import WithHistory
from kutego.views.office.house_words import PARTICIPANTS, worded
from kutego.views.office.make_up_columns import of_own_courses
from kutego.views.office.waitlist_buttons import HERE, LIST, WAITLIST_BUTTONS
from kutego.views.office.waitlist_columns import (
    WAITLIST_COLUMNS,
    WAITLIST_FILTERS,
    status_of,
)
from kutego.views.panel import Badge, Button, Card, ListLink, RecordView, TabView, place_of

WITH_CUSTOMER = (*WAITLIST_COLUMNS[:2], CUSTOMER, *WAITLIST_COLUMNS[2:])


class WaitlistTab(TabView):
    """What the tabs of a course date and of a customer share."""

    model = WaitlistEntry
    slug, title, one = "waitlist", "Warteliste", "Eintrag"
    right = Right.COURSES_VIEW
    filters = WAITLIST_FILTERS
    buttons: tuple[Button, ...] = WAITLIST_BUTTONS

    def counter(self, record):
        return super().counter(record).where(still_waiting(clock.now()))

    def scope(self, query):
        return of_own_courses(super().scope(query), WaitlistEntry.course_date_id)

    def record_url(self, record):
        return place_of(record) or super().record_url(record)


class CourseWaitlist(WaitlistTab):
    parent_key = "course_date_id"
    list_template = "office/waitlist/tab.html"
    columns = WITH_CUSTOMER
    buttons = (HERE, *WAITLIST_BUTTONS)
    default_sort = "position"
    empty = "Niemand wartet."


class CustomerWaitlist(WaitlistTab):
    parent_key, group = "customer_id", PARTICIPANTS
    is_beside = True
    columns = WAITLIST_COLUMNS
    buttons = (LIST, *WAITLIST_BUTTONS)
    default_sort = "-created_at"
    empty = "Auf keiner Warteliste."


class WaitlistView(WithHistory, RecordView):
    model = WaitlistEntry
    slug, title, one, icon = "waitlist", "Wartelisten", "Eintrag", "hourglass-split"
    category = "Kurse"
    right = Right.COURSES_VIEW
    columns, filters, buttons = WITH_CUSTOMER, WAITLIST_FILTERS, WAITLIST_BUTTONS
    search, search_hint = ("customer.search",), worded("Kunde, {participant}")
    default_sort = "created_at"
    computed = ("position",)
    cards = (
        Card("Wartet", "participant", "customer", "course_date", "wished_from", "is_binding",
             "agreed_price", "created_at", "remark"),
        Card("Stand", "status", "position", "notified_at", "answer_by", "offer", "held_back",
             "ended_at"),
    )  # fmt: skip
    empty = "Niemand wartet. In der Akte eines Kunden setzen Sie jemanden auf eine Liste."

    def scope(self, query):
        return of_own_courses(super().scope(query), WaitlistEntry.course_date_id)

    def list_links(self):
        waiting = f"{self.list_url}?f.status=waiting"
        return [ListLink(_("Nur wer wartet"), waiting, "hourglass-split")]

    def badges(self, record):
        return [Badge.of(status_of(record))]
