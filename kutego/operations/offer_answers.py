"""The customer's answer to an offer: given once, binding, and followed by all it entails."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from kutego import clock
from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import ConcurrentChange, DomainError
from kutego.models import (
    Booking,
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
from kutego.operations.effect import GoneMeanwhile, Sale
from kutego.operations.effects import lock_given
from kutego.operations.enclosures import enclosures_for
from kutego.operations.first_periods import as_billed
from kutego.operations.invoices import as_input
from kutego.operations.messages import queue_message
from kutego.operations.offer_consents import agreed_texts
from kutego.operations.offer_payments import chosen_method, rest_of
from kutego.operations.offer_terms import contract_terms
from kutego.operations.offer_versions import (
    current_version,
    invoice_parts,
)
from kutego.operations.offer_vouchers import allotted
from kutego.operations.payment_methods import refuse_rest
from kutego.operations.positions import make_positions
from kutego.operations.pricing import price
from kutego.operations.sales import sell_at_once
from kutego.operations.sold_days import lost_days
from kutego.operations.voucher_codes import find_vouchers
from kutego.operations.waitlist_answers import give_up_place, refuse_lost_place, take_kept_place
from kutego.texts import gettext as _

CUSTOMER = Actor("Kunde (online)")


class _YesToAll(frozenset[str]):
    """An offer checks no places, and nobody is there to be asked (spec OFF-11, D-03)."""

    def __contains__(self, code: object) -> bool:
        return True


NO_QUESTIONS = _YesToAll()


@operation
def accept_offer(
    offer: Offer,
    *,
    version: int,
    consents: Mapping[LegalKind, int | None],
    payment_method: PaymentMethod | None = None,
    codes: Sequence[str] = (),
    address: str | None = None,
    on: date,
    by: Actor = CUSTOMER,
) -> OfferDecision:
    """Accept the whole offer as the customer has read it: invoices, places, contracts, one mail.

    `version` is the one on the customer's screen, `consents` the ids of the texts they ticked,
    `codes` vouchers to pay with, `address` proof. Irrevocable, possible once (OFF-07 to 11).
    """
    _refuse_answer(offer, version, on)
    if offer.customer.state is not CustomerState.ACTIVE:
        raise DomainError(_not_online())
    texts = agreed_texts(consents, on)
    method = chosen_method(offer, payment_method)
    lines = _lines_as_offered(offer)
    vouchers = find_vouchers(codes)
    # all of it before the first number, in the order of everywhere
    lock_given((), lines, also=vouchers)
    refuse_lost_place(offer, on)
    _refuse_lost_days(offer, lines)
    offer.payment_method = method
    decision = _decide(offer, OfferState.ACCEPTED, address, texts)
    parts = invoice_parts(lines)
    billed = [as_billed(part, on) for part in parts]
    paid = allotted(vouchers, billed, on)
    refuse_rest(method, vouchers, rest_of(offer, billed, paid), lines)
    sales = _sell_all(offer, parts, paid, on=on, by=by)
    take_kept_place(offer, by=by)
    log_activity(
        offer, "offer.accepted", by=by, number=offer.number, version=version, total=offer.total,
        invoices=[sale.number for sale in sales],
        texts={kind.value: text.number for kind, text in texts.items()},
    )  # fmt: skip
    _confirm(offer, sales, texts)
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
    give_up_place(offer, by=by)
    log_activity(offer, "offer.declined", by=by, number=offer.number, version=version)
    queue_message(
        offer.customer, "offer_declined", subject_of=offer, recipient=offer.email, offer=offer
    )
    return decision


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
    total = price(as_billed(lines, None), company()).gross
    if version is None or total != version.total or not same_terms:
        raise DomainError(_not_online())
    return lines


def _refuse_lost_days(offer: Offer, lines: Sequence[InvoicePosition]) -> None:
    """A course with a day less is not what was offered; the office writes the offer anew."""
    version = current_version(offer)
    offered_at = datetime.fromisoformat(version.snapshot["issued_at"]) if version else clock.now()
    if lost_days(lines, offered_at):
        raise DomainError(_not_online())


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


def _sell_all(
    offer: Offer,
    parts: Sequence[list[InvoicePosition]],
    paid: Sequence[Mapping[int, Decimal]],
    *,
    on: date,
    by: Actor,
) -> list[Sale]:
    """Why a slot or the last piece is gone is said to the office, not to a customer."""
    try:
        return [
            sell_at_once(
                offer.customer, lines=lines, vouchers=vouchers, origin=InvoiceOrigin.OFFER,
                payment_method=offer.payment_method, offer_id=offer.id, with_mail=False,
                confirmed=NO_QUESTIONS, on=on, by=by,
            )
            for lines, vouchers in zip(parts, paid, strict=True)
        ]  # fmt: skip
    except GoneMeanwhile:
        raise
    except DomainError as error:
        raise DomainError(_not_online()) from error


def _confirm(offer: Offer, sales: list[Sale], texts: Mapping[LegalKind, LegalText]) -> None:
    """The confirmation that the law asks for: the contract and its texts (§ 312f Abs. 2 BGB)."""
    files = [*renditions_of(current_version(offer))]
    invoices = [sale for sale in sales if isinstance(sale, Invoice)]
    bookings = [sale for sale in sales if isinstance(sale, Booking)]
    for document in (*(i.current for i in invoices), *(b.confirmation for b in bookings)):
        files += renditions_of(document)
    enclosures = enclosures_for(sales)
    queue_message(
        offer.customer,
        "offer_accepted",
        subject_of=offer,
        attachments=[*files, *enclosures],
        recipient=offer.email,
        offer=offer,
        invoices=invoices,
        bookings=bookings,
        texts=list(texts.values()),
        enclosures=enclosures,
    )
