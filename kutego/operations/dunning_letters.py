"""What a dunning letter says: its frozen content, the mail, and the letter by post."""

from collections.abc import Sequence
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from kutego import clock
from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError
from kutego.models import (
    Customer,
    DunningNotice,
    Invoice,
    LetterTrigger,
    Message,
    StageKind,
    company,
)
from kutego.models.ids import give_id
from kutego.money import ZERO, euro
from kutego.operations.default_interest import fees_on
from kutego.operations.documents import add_renditions, renditions_of
from kutego.operations.dunning_claims import Claim, claim_json
from kutego.operations.dunning_rules import top_stage
from kutego.operations.letters import queue_letter_or_task
from kutego.operations.message_templates import filled
from kutego.operations.messages import queue_message
from kutego.operations.snapshots import payment, snapshot
from kutego.operations.tasks import create_task
from kutego.rendering.mail import greeting, mail_part
from kutego.texts import gettext as _

THINGS = 120  # characters of a subject's list of numbers


def write_notice(
    customer: Customer,
    claims: Sequence[Claim],
    *,
    replaces: DunningNotice | None = None,
    on: date,
    by: Actor,
) -> DunningNotice:
    """Freeze what is demanded and promise its PDF. Joins a transaction."""
    stage = top_stage([claim.stage for claim in claims])
    pay_until = on + timedelta(days=stage.new_due_days)
    total = sum((claim.total for claim in claims), ZERO)
    notice = DunningNotice(
        customer_id=customer.id, kind=stage.kind, stage=stage, stage_id=stage.id, title=stage.name,
        issued_on=on, pay_until=pay_until, claimed=total, at=clock.now(), actor=by.name,
        replaces_id=replaces.id if replaces else None,
    )  # fmt: skip
    notice.number = f"M-{give_id(notice):06d}"
    notice.snapshot = _content(notice, customer, claims)
    db.session.add(notice)
    db.session.flush()
    if stage.kind is StageKind.NOTICE or stage.by_post:
        add_renditions(notice, customer)
    return notice


def send_notice(
    notice: DunningNotice,
    customer: Customer,
    claims: Sequence[Claim],
    *,
    mails: bool = True,
    posts: bool = True,
    on: date,
    by: Actor,
) -> list[Message]:
    """Queue the mail, and the letter where the stage says post. Joins a transaction.

    A letter that cannot go, for its address or a switched-off post, becomes a task (spec LET-06).
    """
    stage = notice.stage
    files = renditions_of(notice)
    for claim in claims:
        files = [*files, *renditions_of(claim.invoice.current)]
    sent: list[Message] = []
    recipient = _recipient(customer, claims)
    if recipient and mails:
        subject, text = _words(notice, customer, claims, printed=False)
        sent.append(
            queue_message(
                customer, "dunning", subject_of=notice, attachments=files, recipient=recipient,
                subject=subject, text=text,
            )
        )  # fmt: skip
    if stage.by_post and posts:
        letter = _post(notice, customer, files, on=on, by=by)
        sent += [letter] if letter is not None else []
    return sent


def placeholders(
    claims: Sequence[Claim], pay_until: date, *, printed: bool = False
) -> dict[str, str]:
    """What the placeholders of dunning stand for. On paper a table says what the list does."""
    invoices = [claim.invoice for claim in claims]
    fees = sum((fees_on(invoice) for invoice in invoices), ZERO)
    more = [_("Mahngebühr: %(fee)s", fee=euro(fees))] if fees else []
    return {
        "rechnung": _short([str(invoice.number) for invoice in invoices]),
        "rechnungen": "" if printed else "\n".join(_line(claim) for claim in claims),
        "rechnungsdatum": _days([invoice.issued_on for invoice in invoices]),
        "faellig_am": _days([invoice.due_on for invoice in invoices]),
        "betrag_offen": euro(sum((claim.open_amount for claim in claims), ZERO)),
        "forderung": euro(sum((claim.total for claim in claims), ZERO)),
        "gebuehr": euro(fees) if more else euro(ZERO),
        "zinsen": euro(sum((claim.interest for claim in claims), ZERO)),
        "zahlbar_bis": f"{pay_until:%d.%m.%Y}",
        "bankverbindung": "" if printed else _way_to_pay(invoices, pay_until),
    }


# --- parts ------------------------------------------------------------------------------------


def _content(notice: DunningNotice, customer: Customer, claims: Sequence[Claim]) -> dict[str, Any]:
    method = claims[0].invoice.payment_method
    numbers = [str(claim.invoice.number) for claim in claims]
    _subject, text = _words(notice, customer, claims, printed=True)
    return snapshot(
        "dunning_notice",
        company(),
        customer,
        None,
        number=notice.number,
        title=notice.title,
        issued_on=notice.issued_on,
        email=claims[0].invoice.email,
        due_on=notice.pay_until.isoformat(),
        intro=text,
        reference=", ".join(numbers),
        due=f"{notice.claimed:.2f}",
        payment=payment(method, notice.claimed, notice.pay_until),
        greeting=greeting(customer),
        dunning=[claim_json(claim) for claim in claims],
    )


def _words(
    notice: DunningNotice, customer: Customer, claims: Sequence[Claim], *, printed: bool
) -> tuple[str, str]:
    values = placeholders(claims, notice.pay_until, printed=printed)
    subject, text = filled(notice.stage.subject, notice.stage.text, customer, **values)
    paragraphs = [part.strip() for part in text.split("\n\n")]
    return subject, "\n\n".join(part for part in paragraphs if part)


def _line(claim: Claim) -> str:
    invoice = claim.invoice
    line = _(
        "Rechnung %(number)s vom %(day)s, fällig am %(due)s: %(open)s offen",
        number=invoice.number, day=_days([invoice.issued_on]), due=_days([invoice.due_on]),
        open=euro(claim.open_amount),
    )  # fmt: skip
    fees = fees_on(invoice)
    parts = [_("davon %(fee)s Mahngebühr", fee=euro(fees))] if fees else []
    if claim.interest and claim.interest_from:
        parts.append(_("dazu %(interest)s Verzugszinsen seit %(day)s",
                       interest=euro(claim.interest),
                       day=_days([claim.interest_from])))  # fmt: skip
    if claim.lump_sum:
        parts.append(_("dazu %(sum)s Pauschale (§ 288 Abs. 5 BGB)", sum=euro(claim.lump_sum)))
    return ", ".join([line, *parts])


def _way_to_pay(invoices: Sequence[Invoice], pay_until: date) -> str:
    """Account and reference, or how else the invoices are paid."""
    numbers = ", ".join(str(invoice.number) for invoice in invoices)
    about = SimpleNamespace(
        number=numbers, payment_method=invoices[0].payment_method, reminded_at=clock.now()
    )
    when = _("bis zum %(day)s", day=f"{pay_until:%d.%m.%Y}")
    return mail_part("way_to_pay", company=company(), invoice=about, when=when)


def _post(
    notice: DunningNotice, customer: Customer, files: Sequence[Any], *, on: date, by: Actor
) -> Message | None:
    stages = [stage for stage in notice.stage.run.stages if stage.days <= notice.stage.days]
    try:
        return queue_letter_or_task(
            customer, attachments=files, subject_of=notice, trigger=LetterTrigger.DUNNING,
            stage=len(stages), subject=notice.title, on=on, by=by,
        )  # fmt: skip
    except DomainError as reason:
        text = _("%(title)s an %(name)s ging nicht per Post hinaus: %(reason)s",
                 title=notice.title, name=customer.name, reason=reason)  # fmt: skip
        create_task(text, customer=customer, subject_of=notice, on=on, by=by)
        return None


def _recipient(customer: Customer, claims: Sequence[Claim]) -> str | None:
    """The address of the invoices where they agree, else the customer's own."""
    named = {claim.invoice.email for claim in claims}
    return (named.pop() if len(named) == 1 else None) or customer.email


def _short(numbers: Sequence[str]) -> str:
    text = ", ".join(numbers)
    if len(text) <= THINGS:
        return text
    return _("%(first)s und %(count)s weiteren", first=numbers[0], count=len(numbers) - 1)


def _days(days: Sequence[date | None]) -> str:
    return ", ".join(dict.fromkeys(f"{day:%d.%m.%Y}" for day in days if day))
