"""The e-mails on one invoice, offer or contract, on its own page."""

from sqlalchemy import or_, select

from kutego.models import (
    Cancellation,
    Channel,
    ContractPeriod,
    DunningEntry,
    DunningNotice,
    Message,
    Right,
)
from kutego.views.office.message_columns import standing
from kutego.views.panel import Column, TabView


class SubjectMessages(TabView):
    """When what was sent to whom; what was taken off the customer's record stays here (COM-06)."""

    model = Message
    slug, title, one = "messages", "E-Mails", "E-Mail"
    right = Right.MESSAGES_VIEW
    columns: tuple[Column, ...] = (
        Column("created_at", "Geschrieben"),
        Column("subject", "Betreff", link=lambda m: m),
        Column("recipient", "An"),
        Column("state", "Status", value=standing, sort="state", badge=True),
        Column("sent_at", "Gesendet"),
    )
    default_sort = "-created_at"
    empty = "Noch keine E-Mail."
    channel = Channel.EMAIL

    def about(self, parent_id):
        """Hook: the condition that a message is about the parent."""
        kind = self.parent_view.model.__tablename__
        return (Message.subject_type == kind) & (Message.subject_id == parent_id)

    def of_parent(self, query, parent_id):
        return query.where(self.about(parent_id), Message.channel == self.channel)


class InvoiceMessages(SubjectMessages):
    """Its cancellations are told of by mails of their own."""

    def about(self, parent_id):
        return about_invoices([parent_id])


class ContractMessages(SubjectMessages):
    """Its shifts and its cancellation, and the invoices that bill it."""

    def about(self, parent_id):
        billed = select(ContractPeriod.invoice_id).where(ContractPeriod.contract_id == parent_id)
        return super().about(parent_id) | about_invoices(billed)


def notices_about(ids):
    """The dunning letters about these invoices, and those that replaced one."""
    first = select(DunningEntry.notice_id).where(DunningEntry.invoice_id.in_(ids))
    return select(DunningNotice.id).where(
        DunningNotice.id.in_(first) | DunningNotice.replaces_id.in_(first)
    )


def about_invoices(ids):
    """The condition that a message is about these invoices: their cancellations and dunning too."""
    cancellations = select(Cancellation.id).where(Cancellation.invoice_id.in_(ids))
    return or_(
        (Message.subject_type == "invoice") & Message.subject_id.in_(ids),
        (Message.subject_type == "cancellation") & Message.subject_id.in_(cancellations),
        (Message.subject_type == "dunning_notice") & Message.subject_id.in_(notices_about(ids)),
    )
