"""The printed offer."""

from urllib.parse import urlsplit

from kutego.rendering.frozen import german_date, service_period
from kutego.rendering.invoice_pdf import positions_table, remarks, totals
from kutego.rendering.layout import environment, sheet, span_text
from kutego.texts import gettext as _


def offer_html(
    snapshot: dict, pages: int, *, logo: bytes | None = None, accept_url: str | None = None
) -> str:
    """The offer as HTML for xhtml2pdf, with the link where it can be accepted."""
    until = snapshot["valid_until"]
    context = sheet(
        snapshot,
        heading=f"{snapshot['title']} {snapshot['number']}",
        facts=_facts(snapshot),
        logo=logo,
    )
    context |= positions_table(snapshot) | totals(snapshot)
    context |= {
        "pages": pages,
        "remarks": remarks(snapshot),
        "terms": (snapshot["payment"] or {}).get("terms"),
        "until": german_date(until) if until else None,
        "accept_url": _web_address(accept_url),
    }
    return environment().get_template("offer.html").render(context)


def _facts(snapshot: dict) -> list[tuple]:
    until, period = snapshot["valid_until"], service_period(snapshot)
    return [
        (_("Angebotsnummer"), snapshot["number"]),
        (_("Datum"), german_date(snapshot["issued_on"])),
        (_("Kundennummer"), snapshot["recipient"]["number"]),
        (_("Leistungszeit"), span_text(*period) if period else None),
        (_("Gültig bis"), german_date(until) if until else None),
    ]


def _web_address(url: str | None) -> str | None:
    """`url`, where it leads to a web page and nowhere else."""
    if url and urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"not the address of a web page: {url!r}")
    return url
