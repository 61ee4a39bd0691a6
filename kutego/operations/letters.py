"""Letters by post: written down with what they carry and cost, never twice for one invoice.

What hands them over to the service is `kutego.operations.posting`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from kutego.actor import Actor
from kutego.db import Base, db, operation
from kutego.errors import DomainError
from kutego.models import (
    Channel,
    Company,
    Customer,
    CustomerState,
    DocumentKind,
    Format,
    Invoice,
    InvoiceVersion,
    LetterTrigger,
    Message,
    PostedVersion,
    Rendition,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.attachments import Attachment, names_of
from kutego.operations.documents import document_of
from kutego.operations.paid_messages import queue_paid
from kutego.operations.snapshots import snapshot
from kutego.operations.tasks import create_task
from kutego.rendering.parties import address_lines
from kutego.texts import gettext as _

MOST_TEXT = 8000
NEEDED = {"street": "Straße", "postcode": "Postleitzahl", "city": "Ort", "country": "Land"}


class AddressIncomplete(DomainError):
    """A letter cannot go out because a line of its address is missing (spec LET-06)."""


@operation
def queue_letter(
    customer: Customer,
    *,
    attachments: Sequence[Attachment] = (),
    subject_of: Base | None = None,
    trigger: LetterTrigger,
    stage: int | None = None,
    subject: str | None = None,
    text: str | None = None,
    on: date,
    by: Actor,
) -> Message:
    """Write a letter down for the post. Joins the transaction of the change it tells of.

    `attachments` are its pages in their order; the first carries the address, as every document
    of ours does. With `text` a page of our own, with `subject` above it, goes before them.
    Versions of invoices among them, and `subject_of`, go out once per `stage`. Refuses an
    incomplete address with `AddressIncomplete`, and what was posted already with `DomainError`.
    """
    house = company()
    refuse_off(customer, house)
    pages = [file for file in attachments if file.media_type == Format.PDF.media_type]
    if not pages and not text:
        raise DomainError(_("Ein leerer Brief geht nicht hinaus. Bitte schreiben Sie einen Text."))
    if text and not (house.street and house.postcode and house.city):
        raise DomainError(_("Bitte tragen Sie zuerst die Anschrift Ihres Betriebs ein."))
    content = letter_content(customer, house, subject, text, on) if text else None
    recipient = content["recipient"] if content else _recipient(pages[0], customer)
    refuse_incomplete(recipient)
    versions = _versions(pages, subject_of)
    refuse_posted(versions, stage)
    title = subject or (str(subject_of) if subject_of is not None else pages[0].name)
    message = queue_paid(
        customer,
        Channel.LETTER,
        subject=title,
        body=text or "",
        subject_of=subject_of,
        by=by,
        letter_trigger=trigger,
        stage=stage,
        attachments=names_of(pages),
        recipient=one_line(recipient),
        recipient_name=(recipient["company_name"] or recipient["name"])[:200],
        cost=house.letter_price,
        sheet={"address": address_lines(recipient, house.country), "country": recipient["country"],
               "content": content},
    )  # fmt: skip
    db.session.flush()
    db.session.add_all(
        PostedVersion(message_id=message.id, invoice_version_id=version.id, stage=stage or 0)
        for version in versions
    )
    log_activity(
        message, "letter.queued", by=by, trigger=trigger, stage=stage, cost=house.letter_price,
        personal={"subject": title, "recipient": message.recipient},
    )  # fmt: skip
    return message


def queue_letter_or_task(
    customer: Customer, *, on: date, by: Actor, **letter: Any
) -> Message | None:
    """As `queue_letter` for what runs by itself: where the address is incomplete, a task is made.

    Joins the caller's transaction. Answers None where there is a task instead (spec LET-06).
    """
    try:
        return queue_letter(customer, on=on, by=by, **letter)
    except AddressIncomplete as reason:
        create_task(
            _("Brief an %(name)s: %(reason)s", name=customer.name, reason=reason),
            customer=customer, subject_of=letter.get("subject_of"), on=on, by=by,
        )  # fmt: skip
        return None


@operation
def write_letter(customer: Customer, *, subject: str, text: str, on: date, by: Actor) -> Message:
    """Send a letter of one's own words to a customer."""
    subject, text = subject.strip(), text.strip()
    if not subject or not text:
        raise DomainError(_("Bitte schreiben Sie einen Betreff und einen Text."))
    if len(text) > MOST_TEXT:
        raise DomainError(_("Der Text hat höchstens %(most)s Zeichen.", most=MOST_TEXT))
    return queue_letter(
        customer, subject=subject, text=text, trigger=LetterTrigger.FREE, on=on, by=by
    )


def letter_content(
    customer: Customer, house: Company, subject: str | None, text: str | None, on: date
) -> dict[str, Any]:
    """A page of our own words as plain data, from which the PDF is made when it leaves."""
    return snapshot(
        "letter", house, customer, None,
        number=customer.number, title=subject or "", issued_on=on, text=text,
    )  # fmt: skip


def refuse_incomplete(recipient: dict[str, Any]) -> None:
    """Say which line of an address is missing."""
    missing = [_(label) for key, label in NEEDED.items() if not (recipient.get(key) or "").strip()]
    name = recipient.get("company_name") or recipient.get("name") or ""
    if not name.strip() or name == recipient.get("email"):
        missing.insert(0, _("Name"))
    if missing:
        raise AddressIncomplete(
            _("Die Anschrift ist nicht vollständig, es fehlt: %(missing)s. Bitte ergänzen Sie "
              "sie. Eine Rechnung trägt die Anschrift, mit der sie ausgestellt wurde, und braucht "
              "danach eine neue Version.", missing=", ".join(missing))
        )  # fmt: skip


def refuse_posted(versions: Sequence[InvoiceVersion], stage: int | None) -> None:
    """Refuse a version that went out for this stage already (spec LET-07)."""
    ids = [version.id for version in versions]
    query = (
        select(Message, InvoiceVersion)
        .join(PostedVersion, PostedVersion.message_id == Message.id)
        .join(InvoiceVersion, InvoiceVersion.id == PostedVersion.invoice_version_id)
        .where(InvoiceVersion.id.in_(ids), PostedVersion.stage == (stage or 0))
    )
    found = db.session.execute(query.limit(1)).first() if ids else None
    if found is not None:
        message, version = found
        day = f"{message.created_at.astimezone(company().zone):%d.%m.%Y}"
        raise DomainError(
            _("%(number)s ist schon am %(day)s per Post gesendet worden und geht kein zweites "
              "Mal hinaus.", number=version.number, day=day)
        )  # fmt: skip


# --- parts ------------------------------------------------------------------------------------


def refuse_off(customer: Customer, house: Company) -> None:
    """Refuse where letters are switched off, and for somebody without a name any more."""
    if not house.letters_active:
        raise DomainError(_("Der Briefversand ist ausgeschaltet. Sie schalten ihn in den "
                            "Einstellungen unter „Briefe“ ein."))  # fmt: skip
    if customer.state is CustomerState.ERASED:
        raise DomainError(_("%(name)s ist anonymisiert.", name=customer.name))


def _recipient(page: Attachment, customer: Customer) -> dict[str, Any]:
    """The address that stands on the first page: that of the document, as it was issued."""
    if isinstance(page, Rendition):
        recipient: dict[str, Any] = document_of(page).snapshot["recipient"]
        return recipient
    return customer.address


def _versions(pages: Sequence[Attachment], subject_of: Base | None) -> list[InvoiceVersion]:
    ids = {
        page.document_id
        for page in pages
        if isinstance(page, Rendition) and page.kind is DocumentKind.INVOICE
    }
    if isinstance(subject_of, Invoice):
        ids.add(subject_of.current.id)
    if isinstance(subject_of, InvoiceVersion):
        ids.add(subject_of.id)
    query = select(InvoiceVersion).where(InvoiceVersion.id.in_(ids)).order_by(InvoiceVersion.id)
    return list(db.session.scalars(query)) if ids else []


def one_line(recipient: dict[str, Any]) -> str:
    """Street, town and country of an address."""
    city = f"{recipient['postcode']} {recipient['city']}"
    return f"{recipient['street']}, {city}, {recipient['country']}"[:200]
