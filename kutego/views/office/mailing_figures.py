"""How far a mailing is: who gets it, who not and why, what the mail server took, who opened it."""

from dataclasses import dataclass, field

from flask import g
from sqlalchemy import case, func, select

from kutego.db import db
from kutego.models import (
    CourseDate,
    CustomerGroup,
    Everyone,
    LeftOut,
    Mailing,
    MailingRecipient,
    MailingState,
    Message,
    MessageState,
    RecipientGroup,
    RecipientState,
    Role,
    company,
)
from kutego.texts import gettext as _
from kutego.texts import ngettext
from kutego.views.panel import Badge


@dataclass
class Figures:
    """Counted from the messages of one mailing."""

    states: dict[MessageState, int] = field(default_factory=dict)
    opened: int = 0
    bounced: int = 0

    @property
    def written(self) -> int:
        return sum(self.states.values())

    @property
    def sent(self) -> int:
        return self.states.get(MessageState.SENT, 0)

    @property
    def waiting(self) -> int:
        return self.states.get(MessageState.QUEUED, 0)

    @property
    def failed(self) -> int:
        bad = (MessageState.FAILED, MessageState.UNCLEAR, MessageState.SUPPRESSED)
        return sum(self.states.get(state, 0) for state in bad) + self.bounced


def figures_of(mailing: Mailing) -> Figures:
    """The figures, read for all mailings of the page in one statement."""
    cache: dict[int, Figures] = g.setdefault("_mailing_figures", {})
    if mailing.id not in cache:
        ids = {row.id for row in db.session.identity_map.values() if isinstance(row, Mailing)}
        cache.update({id_: Figures() for id_ in ids | {mailing.id}})
        opened = func.sum(case((Message.opened_at.is_not(None), 1), else_=0))
        bounced = func.sum(case((Message.bounced_at.is_not(None), 1), else_=0))
        rows = select(Message.mailing_id, Message.state, func.count(), opened, bounced).where(
            Message.mailing_id.in_(ids | {mailing.id})
        )
        for id_, state, count, read, back in db.session.execute(
            rows.group_by(Message.mailing_id, Message.state)
        ):
            known = cache[id_]
            known.states[state] = count
            known.opened, known.bounced = known.opened + read, known.bounced + back
    return cache[mailing.id]


def standing(mailing: Mailing) -> Badge:
    """Written is not sent: a mailing is under way until the mail server has taken all of it."""
    if mailing.state is MailingState.SENT and figures_of(mailing).waiting:
        return Badge(_("Wird versendet"), "info")
    return Badge.of(mailing.state)


def is_under_way(mailing: Mailing) -> bool:
    """Whether there is still something to be stopped."""
    return mailing.state is MailingState.RUNNING or (
        mailing.state is MailingState.SENT and figures_of(mailing).waiting > 0
    )


def opened(mailing: Mailing) -> int | None:
    """How many opened it, where the office wants to know (D-19)."""
    return figures_of(mailing).opened if company().track_opens else None


def reasons_of(mailing: Mailing) -> dict[LeftOut, int]:
    """How many were left out of a started mailing, by reason."""
    rows = select(MailingRecipient.reason, func.count()).where(
        MailingRecipient.mailing_id == mailing.id,
        MailingRecipient.state == RecipientState.LEFT_OUT,
    )
    found = db.session.execute(rows.group_by(MailingRecipient.reason))
    return {reason: count for reason, count in found if reason is not None}


def told_audience(mailing: Mailing) -> list[str]:
    """Whom it is for, in words."""
    wish = mailing.audience
    words = [Everyone(name).label for name in wish.get("everyone", ())]
    words += [_("Mitarbeiter: %(role)s", role=Role(name).label) for name in wish.get("roles", ())]
    for key, model, pattern in (
        ("customer_groups", CustomerGroup, _("Kundengruppe %(name)s")),
        ("recipient_groups", RecipientGroup, _("Empfängergruppe %(name)s")),
        ("course_dates", CourseDate, _("{participants}: %(name)s")),
    ):
        if ids := wish.get(key):
            found = db.session.scalars(select(model).where(model.id.in_(ids)).order_by(model.id))
            words += [pattern % {"name": record} for record in found]
    if chosen := wish.get("chosen"):
        words.append(ngettext("1 ausgewählter Kunde", "%(count)s ausgewählte Kunden", chosen))
    return words
