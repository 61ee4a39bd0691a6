"""The customer's answer to an offer: given once, binding, and followed by all it entails."""

from collections.abc import Mapping
from datetime import date

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, lock, operation
from kutego.errors import ConcurrentChange, DomainError
from kutego.models import (
    CourseDate,
    CustomerState,
    Invoice,
    InvoiceOrigin,
    InvoicePosition,
    LegalKind,
    LegalText,
    Offer,
    OfferDecision,
    OfferState,
    PaymentMethod,
    company,
)
from kutego.operations.activity import log_activity
from kutego.operations.documents import renditions_of
from kutego.operations.enclosures import enclosures_for
from kutego.operations.invoices import as_input, issue_at_once
from kutego.operations.messages import queue_message
from kutego.operations.offer_content import contract_terms
from kutego.operations.offer_versions import (
    CONSENTS,
    consent_texts,
    current_version,
    invoice_parts,
)
from kutego.operations.payment_methods import customer_methods
from kutego.operations.positions import make_positions
from kutego.operations.pricing import price
from kutego.texts import gettext as _

CUSTOMER = Actor("Kunde (online)")
NO_QUESTIONS = frozenset({"full", "double"})  # an offer checks no places (spec D-03)


class MissingConsent(DomainError):
    """The customer has not agreed to every text yet. `kinds` are the ones still open."""

    def __init__(self, kinds: tuple[LegalKind, ...]) -> None:
        names = ", ".join(kind.label for kind in kinds)
        super().__init__(_("Bitte stimmen Sie noch zu: %(names)s.", names=names))
        self.kinds = kinds


@operation
def accept_offer(
    offer: Offer,
    *,
    version: int,
    consents: Mapping[LegalKind, int | None],
    payment_method: PaymentMethod | None = None,
    address: str | None = None,
    on: date,
    by: Actor = CUSTOMER,
) -> OfferDecision:
    """Accept the whole offer as the customer has read it: invoices, places, contracts, one mail.

    `version` is the one on the customer's screen, `consents` the ids of the texts they ticked,
    `address` where they came from, as proof. Irrevocable, and possible once (spec OFF-07 to 11).
    """
    _refuse_answer(offer, version, on)
    if offer.customer.state is not CustomerState.ACTIVE:
        raise DomainError(_not_online())
    texts = _agreed_texts(consents, on)
    method = _chosen_method(offer, payment_method)
    lines = _lines_as_offered(offer)
    courses = {line.course_date_id for line in lines if line.course_date_id is not None}
    # all of them before the first number: the order of locks is the same everywhere
    lock(db.session(), [db.session.get_one(CourseDate, course) for course in courses])
    offer.payment_method = method
    decision = _decide(offer, OfferState.ACCEPTED, address, texts)
    invoices = [_issue(offer, part, on=on, by=by) for part in invoice_parts(lines)]
    log_activity(
        offer, "offer.accepted", by=by, number=offer.number, version=version, total=offer.total,
        invoices=[invoice.number for invoice in invoices],
        texts={kind.value: text.number for kind, text in texts.items()},
    )  # fmt: skip
    _confirm(offer, invoices, texts)
    return decision


@operation
def decline_offer(
    offer: Offer,
    *,
    version: int,
    address: str | None = None,
    on: date,
    by: Actor = CUSTOMER,
) -> OfferDecision:
    """Decline the whole offer, for good (spec OFF-10)."""
    _refuse_answer(offer, version, on)
    decision = _decide(offer, OfferState.DECLINED, address, {})
    log_activity(offer, "offer.declined", by=by, number=offer.number, version=version)
    queue_message(
        offer.customer, "offer_declined", subject_of=offer, recipient=offer.email, offer=offer
    )
    return decision


def payment_choices(offer: Offer) -> list[PaymentMethod]:
    """How the customer may pay: as offered, or otherwise unless the office fixed the method."""
    return customer_methods(offer.payment_method, offer.method_locked)


# --- parts ------------------------------------------------------------------------------------


def _refuse_answer(offer: Offer, version: int, on: date) -> None:
    if offer.state is not OfferState.OPEN or offer.is_expired(on):
        raise DomainError(_("Dieses Angebot ist nicht mehr offen."))
    if offer.version != version:
        raise ConcurrentChange(
            _(
                "Wir haben das Angebot inzwischen geändert. Bitte lesen Sie die neue Fassung, "
                "bevor Sie antworten."
            )
        )


def _agreed_texts(consents: Mapping[LegalKind, int | None], on: date) -> dict[LegalKind, LegalText]:
    """The texts of today, if the customer agreed to exactly these."""
    texts = consent_texts(on)
    missing = tuple(kind for kind in CONSENTS if not consents.get(kind))
    if missing:
        raise MissingConsent(missing)
    newer = [kind.label for kind, text in texts.items() if consents[kind] != text.id]
    if newer:
        raise ConcurrentChange(
            _(
                "Inzwischen gilt eine neue Fassung: %(kinds)s. Bitte lesen Sie sie und stimmen "
                "Sie noch einmal zu.",
                kinds=", ".join(newer),
            )
        )
    return texts


def _chosen_method(offer: Offer, method: PaymentMethod | None) -> PaymentMethod:
    if method is None:
        return offer.payment_method
    if method not in payment_choices(offer):
        raise DomainError(_("Diese Zahlungsart ist für das Angebot nicht vorgesehen."))
    return method


def _lines_as_offered(offer: Offer) -> list[InvoicePosition]:
    """The positions as invoice lines; refuses where the house could not keep its word today."""
    version = current_version(offer)
    try:
        lines = make_positions(
            InvoicePosition, offer.customer, [as_input(line) for line in offer.positions]
        )
    except DomainError as error:  # a course was cancelled: said to the office, not for a customer
        raise DomainError(_not_online()) from error
    offered = [line["detail"] or "" for line in version.snapshot["positions"]] if version else []
    terms = contract_terms(lines)
    same_terms = all(
        term in detail for term, detail in zip(terms, offered, strict=True) if term is not None
    )
    if version is None or price(lines, company()).gross != version.total or not same_terms:
        raise DomainError(_not_online())
    return lines


def _not_online() -> str:
    return _(
        "Dieses Angebot kann gerade nicht online angenommen werden. Bitte rufen Sie uns an oder "
        "schreiben Sie uns, wir finden eine Lösung."
    )


def _decide(
    offer: Offer,
    answer: OfferState,
    address: str | None,
    texts: Mapping[LegalKind, LegalText],
) -> OfferDecision:
    offer.move_to(answer)
    offer.revision += 1
    ids = {f"{kind.value}_id": text.id for kind, text in texts.items()}
    decision = OfferDecision(
        customer_id=offer.customer_id,
        offer_id=offer.id,
        version=offer.version,
        decision=answer,
        at=clock.now(),
        address=address,
        **ids,
    )
    db.session.add(decision)
    db.session.flush()
    return decision


def _issue(offer: Offer, lines: list[InvoicePosition], *, on: date, by: Actor) -> Invoice:
    return issue_at_once(
        offer.customer,
        lines=lines,
        origin=InvoiceOrigin.OFFER,
        payment_method=offer.payment_method,
        offer_id=offer.id,
        template=None,
        confirmed=NO_QUESTIONS,
        on=on,
        by=by,
    )


def _confirm(offer: Offer, invoices: list[Invoice], texts: Mapping[LegalKind, LegalText]) -> None:
    """The confirmation that the law asks for: the contract and its texts (§ 312f Abs. 2 BGB)."""
    files = [*renditions_of(current_version(offer))]
    for invoice in invoices:
        files += renditions_of(invoice.current)
    enclosures = enclosures_for(invoices)
    queue_message(
        offer.customer,
        "offer_accepted",
        subject_of=offer,
        attachments=[*files, *enclosures],
        recipient=offer.email,
        offer=offer,
        invoices=invoices,
        texts=list(texts.values()),
        enclosures=enclosures,
    )
