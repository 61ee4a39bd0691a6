"""The printed dunning letter: what is open on which invoice, what is added, where to pay to."""

from decimal import Decimal

from kutego.money import ZERO
from kutego.rendering.frozen import amount, german_date
from kutego.rendering.girocode import girocode
from kutego.rendering.invoice_pdf import account_lines
from kutego.rendering.layout import environment, money, sheet
from kutego.rendering.pictures import qr_uri
from kutego.texts import gettext as _


def dunning_html(snapshot: dict, pages: int, *, logo: bytes | None = None) -> str:
    """The letter as HTML for xhtml2pdf."""
    context = sheet(
        snapshot,
        heading=snapshot["title"],
        facts=[
            (_("Schreiben"), snapshot["number"]),
            (_("Datum"), german_date(snapshot["issued_on"])),
            (_("Kundennummer"), snapshot["recipient"]["number"]),
            (_("Zahlbar bis"), german_date(snapshot["due_on"])),
        ],
        logo=logo,
    )
    code = girocode(snapshot)
    context |= {
        "pages": pages,
        "greeting": snapshot["greeting"],
        "paragraphs": [part.splitlines() for part in (snapshot["intro"] or "").split("\n\n")],
        "rows": [_row(claim) for claim in snapshot["dunning"]],
        "sums": _sums(snapshot["dunning"]),
        "due": money(snapshot["due"]),
        "terms": snapshot["payment"]["terms"],
        "account": account_lines(snapshot),
        "qr": qr_uri(code) if code else None,
    }
    return environment().get_template("dunning.html").render(context)


def _row(claim: dict) -> dict:
    fees = amount(claim["fees"])
    return {
        "number": claim["number"],
        "issued_on": german_date(claim["issued_on"]),
        "due_on": german_date(claim["due_on"]),
        "stage": claim["stage"],
        "total": money(claim["total"]),
        "note": _("davon %(fee)s Mahngebühr", fee=money(fees)) if fees else None,
        "open": money(claim["open"]),
    }


def _sums(claims: list[dict]) -> list[tuple[str, str]]:
    """What is added to the open amounts, by its ground in law."""
    opened = sum((amount(claim["open"]) for claim in claims), ZERO)
    rows: list[tuple[str, Decimal]] = [
        (
            _("Verzugszinsen auf %(number)s seit %(day)s (§ 288 Abs. 2 BGB)",
              number=claim["number"], day=german_date(claim["interest_from"])),
            amount(claim["interest"]),
        )
        for claim in claims
        if claim["interest_from"]
    ]  # fmt: skip
    lump = sum((amount(claim["lump_sum"]) for claim in claims), ZERO)
    if lump:
        rows.append((_("Verzugspauschale (§ 288 Abs. 5 BGB)"), lump))
    if not rows:
        return []
    return [(label, money(value)) for label, value in [(_("Offene Rechnungen"), opened), *rows]]
