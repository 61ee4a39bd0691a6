"""Contact requests and requests to be called back: of all customers, and in each record."""

from kutego.db import db
from kutego.models import Thread, ThreadKind
from kutego.views.office.columns import COMMUNICATION
from kutego.views.office.thread_buttons import (
    KNOWN_BUTTONS,
    RECORD_CALLBACK,
    RECORD_CONTACT,
    REPLY_BUTTON,
)
from kutego.views.office.thread_pages import (
    ASSIGNEE,
    CALLED,
    LAST,
    STATE,
    SUBJECT,
    WHOSE,
    ThreadPages,
)
from kutego.views.panel import TabView, place_of


class ThreadView(ThreadPages):
    slug, title, one = "threads", "Kontaktanfragen", "Kontaktanfrage"
    category = "Kommunikation"
    columns = (SUBJECT, WHOSE, STATE, ASSIGNEE, LAST)
    search, search_hint = ("subject", "email", "customer.search"), "Betreff, Absender, Kunde"
    empty = "Noch keine Anfrage. Antworten Ihrer Kunden stehen hier, sobald ein Posteingang \
eingerichtet ist."

    def get_one(self, id):
        """Also the page of a request to be called back: this is the home of both."""
        number = int(id) if str(id).isascii() and str(id).isdigit() and len(str(id)) < 10 else 0
        return db.session.get(Thread, number)


class CallbackView(ThreadPages):
    kind = ThreadKind.CALLBACK
    slug, title, one, icon = "callbacks", "Rückrufbitten", "Rückrufbitte", "telephone"
    category = "Kommunikation"
    buttons = KNOWN_BUTTONS
    columns = (SUBJECT, WHOSE, *CALLED[1:], STATE, ASSIGNEE, LAST)
    search, search_hint = ("subject", "phone", "customer.search"), "Thema, Telefon, Kunde"
    empty = "Noch keine Rückrufbitte."


class ThreadTab(ThreadPages, TabView):
    """Of one customer; the rows lead to the pages that everybody shares."""

    parent_key = "customer_id"
    group = COMMUNICATION

    def record_url(self, record):
        return place_of(record) or super().record_url(record)


class CustomerThreads(ThreadTab):
    slug, title, one = "threads", "Kontaktanfragen", "Kontaktanfrage"
    columns = (SUBJECT, STATE, ASSIGNEE, LAST)
    buttons = (RECORD_CONTACT, REPLY_BUTTON, *KNOWN_BUTTONS)
    empty = "Noch keine Anfrage. „Kontaktieren“ oben rechts beginnt ein Gespräch per E-Mail."

    def counter(self, record):
        return super().counter(record).where(Thread.kind == ThreadKind.CONTACT)


class CustomerCallbacks(ThreadTab):
    kind = ThreadKind.CALLBACK
    slug, title, one, icon = "callbacks", "Rückrufbitten", "Rückrufbitte", "telephone"
    columns = (SUBJECT, *CALLED, STATE, ASSIGNEE, LAST)
    buttons = (RECORD_CALLBACK, *KNOWN_BUTTONS)
    empty = "Noch keine Rückrufbitte."

    def counter(self, record):
        return super().counter(record).where(Thread.kind == ThreadKind.CALLBACK)
