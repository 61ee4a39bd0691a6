"""From the kind of a document to its drawing and its XML."""

from collections.abc import Callable
from functools import partial

from kutego.rendering.booking_pdf import booking_html
from kutego.rendering.dunning_pdf import dunning_html
from kutego.rendering.frozen import moment, printable
from kutego.rendering.invoice_pdf import invoice_html, likely_pages
from kutego.rendering.invoice_xml import best_profile, to_cii
from kutego.rendering.letter_pdf import letter_html
from kutego.rendering.offer_pdf import offer_html
from kutego.rendering.pdf import html_to_pdf
from kutego.rendering.receipt_pdf import receipt_html
from kutego.rendering.ticket_pdf import ticket_html
from kutego.rendering.voucher_pdf import voucher_html

INVOICES = ("invoice", "cancellation")
TEMPLATES = (
    "invoice.html", "offer.html", "receipt.html", "dunning.html", "letter.html", "booking.html",
    "voucher.html", "tickets.html",
)  # fmt: skip
DRAWINGS: dict[str, Callable[..., str]] = {
    "invoice": invoice_html,
    "cancellation": invoice_html,
    "offer": offer_html,
    "receipt": receipt_html,
    "dunning_notice": dunning_html,
    "letter": letter_html,
    "ticket_sheet": ticket_html,
    "booking": booking_html,
    "voucher": voucher_html,
}


def pdf(snapshot: dict, *, logo: bytes | None = None, accept_url: str | None = None) -> bytes:
    """The document as PDF/A-3; invoices and cancellations as hybrid with their XML."""
    snapshot = printable(snapshot)
    kind = snapshot["document"]
    extra = {"accept_url": accept_url} if kind == "offer" else {}
    return html_to_pdf(
        partial(DRAWINGS[kind], snapshot, logo=logo, **extra),
        moment=moment(snapshot),
        xml=to_cii(snapshot) if kind in INVOICES else None,
        pages=len(snapshot["tickets"]) if kind == "ticket_sheet" else likely_pages(snapshot),
    )


def xml(snapshot: dict) -> bytes:
    """The XML of an invoice or cancellation in the strictest profile its data can fill."""
    if snapshot["document"] not in INVOICES:
        raise ValueError(f"there is no XML of a document of the kind {snapshot['document']!r}")
    return to_cii(snapshot, best_profile(snapshot))
