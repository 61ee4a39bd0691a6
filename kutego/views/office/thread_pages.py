"""What the lists and pages of contact requests and calls share."""

from flask_login import current_user
from sqlalchemy import Integer, bindparam

from kutego.models import Right, Thread, ThreadKind, ThreadState
from kutego.texts import gettext as _
from kutego.views.office.colleagues import all_colleagues
from kutego.views.office.history import WithHistory
from kutego.views.office.thread_buttons import THREAD_BUTTONS
from kutego.views.office.thread_entries import entries_of
from kutego.views.panel import (
    Badge,
    Button,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    RecordView,
    RelationFilter,
    TextFilter,
    YesNoFilter,
)

ME = bindparam("me", callable_=lambda: current_user.id, type_=Integer)


def whose(thread):
    """The customer, or the sender whom nobody has assigned yet."""
    return thread.customer.name if thread.customer else thread.email or thread.name or "–"


SUBJECT = Column("subject", "Betreff")
STATE = Column("state", "Status", badge=True)
WHOSE = Column("customer", "Kunde", value=whose, load=("customer",), sort="customer.sort_name",
               link=lambda t: t.customer)  # fmt: skip
ASSIGNEE = Column("assignee", "Zuständig", load=("assignee.customer",),
                  value=lambda t: t.assignee and t.assignee.name)  # fmt: skip
LAST = Column("last_at", "Zuletzt")
FILTERS = (
    ChoiceFilter("state", "Status", ThreadState),
    RelationFilter("assignee_id", "Zuständig", all_colleagues),
    YesNoFilter("mine", "Meine", where=Thread.assignee_id == ME),
    YesNoFilter("unassigned", "Ohne Kunde", where=Thread.customer_id.is_(None)),
    TextFilter("subject", "Betreff"),
    DateFilter("last_at", "Zuletzt"),
)  # fmt: skip
CALLED = (Column("name", "Name"), Column("phone", "Telefon"), Column("wished", "Wunschzeit"))


class ThreadPages(WithHistory, RecordView):
    """What the lists and pages of threads share."""

    model = Thread
    icon = "chat-left-text"
    kind = ThreadKind.CONTACT
    right = Right.MESSAGES_VIEW
    buttons: tuple[Button, ...] = THREAD_BUTTONS
    filters = FILTERS
    default_sort = "-last_at"
    fields = (
        *CALLED,
        Column("email", "E-Mail"),
        Column("note", "Interne Notiz"),
        Column("created_at", "Eingegangen"),
        Column("created_by", "Angelegt von"),
    )
    cards = (
        Card("Anfrage", "customer", "state", "assignee", "created_at", "created_by"),
        Card("Angaben", "name", "email", "phone", "wished", "note"),
    )
    record_template = "office/threads/record.html"

    def scope(self, query):
        return super().scope(query).where(Thread.kind == self.kind)

    def claims(self, record):
        return record.kind is self.kind

    def record_context(self, record):
        """Everything that was said."""
        return {"entries": entries_of(record)}

    def badges(self, record):
        """Where it stands, and whether it waits for a customer."""
        lost = [Badge(_("Kein Kunde zugeordnet"), "warning")] if record.customer_id is None else []
        return [Badge.of(record.state), *lost]
