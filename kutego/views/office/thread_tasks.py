"""Customers who wait for an answer or a call, on the first page of the day."""

from collections.abc import Iterator

from kutego.models import ThreadState, waiting_threads
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.formats import german_count
from kutego.views.menu import address
from kutego.views.office.task import Task


def thread_tasks() -> Iterator[Task]:
    """Calls to make, requests to answer, mails that belong to nobody yet."""
    counts = waiting_threads()
    if count := counts["callback"]:
        title = ngettext("Ein Kunde bittet um Rückruf", "%(count)s Kunden bitten um Rückruf", count)
        url = address("callbacks", **{"f.state": ThreadState.OPEN})
        yield Task("telephone", title, url, german_count(count))
    if count := counts["contact"]:
        title = ngettext("Eine Kontaktanfrage ist neu", "%(count)s Kontaktanfragen sind neu", count)
        url = address("threads", **{"f.state": ThreadState.NEW})
        yield Task("chat-left-text", title, url, german_count(count))
    if count := counts["unassigned"]:
        title = _("E-Mails von Unbekannten warten auf ihren Kunden")
        url = address("threads", **{"f.unassigned": "yes", "f.state": ThreadState.NEW})
        yield Task("envelope-exclamation", title, url, german_count(count))
