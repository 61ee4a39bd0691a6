"""The printed confirmation of a booking: no invoice, so it shows no VAT (§ 14c UStG)."""

from kutego.rendering.frozen import amount, german_date, service_period
from kutego.rendering.invoice_pdf import lines_of
from kutego.rendering.layout import environment, money, sheet, span_text
from kutego.texts import gettext as _


def booking_html(snapshot: dict, pages: int, *, logo: bytes | None = None) -> str:
    """The confirmation as HTML for xhtml2pdf: what was booked, and why there is no invoice."""
    context = sheet(
        snapshot,
        heading=f"{snapshot['title']} {snapshot['number']}",
        facts=_facts(snapshot),
        logo=logo,
    )
    context |= {
        "pages": pages,
        "rows": _rows(snapshot),
        "sums": _sums(snapshot),
        "why": snapshot["booking"]["sentence"],
    }
    return environment().get_template("booking.html").render(context)


def _facts(snapshot: dict) -> list[tuple]:
    period = service_period(snapshot)
    return [
        (_("Buchungsnummer"), snapshot["number"]),
        (_("Datum"), german_date(snapshot["issued_on"])),
        (_("Kundennummer"), snapshot["recipient"]["number"]),
        (_("Leistungszeit"), span_text(*period) if period else None),
    ]


def _rows(snapshot: dict) -> list[dict]:
    """The positions at what they cost in all: an agreed net price would need its tax beside it."""
    return [
        row | {"amount": _cost(line["gross"])}
        for row, line in zip(lines_of(snapshot), snapshot["positions"], strict=True)
    ]


def _sums(snapshot: dict) -> list[tuple[str, str]]:
    """The total, what was taken off it, and where the rest is paid."""
    if not amount(snapshot["gross"]):
        return [(_("Gesamtbetrag"), _("kostenlos"))]
    taken = [(part["text"], money(-amount(part["amount"]))) for part in snapshot["deductions"]]
    return [(_("Gesamtbetrag"), money(snapshot["gross"])), *taken, _left(snapshot)]


def _left(snapshot: dict) -> tuple[str, str]:
    if snapshot["booking"]["reason"] == "external":
        rest = amount(snapshot["gross"]) - amount(snapshot["prepaid"])
        return _("Wird extern bezahlt"), money(rest)
    return _("Bei uns zu zahlen"), money(snapshot["due"])


def _cost(gross: str) -> str:
    return money(gross) if amount(gross) else _("kostenlos")
