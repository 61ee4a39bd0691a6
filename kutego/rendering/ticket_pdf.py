"""The printed tickets of one position: a page each, with the code that lets one person in."""

from kutego.rendering.layout import environment, footer, readable
from kutego.rendering.parties import legal_name
from kutego.rendering.pictures import Logo, qr_uri
from kutego.texts import gettext as _


def ticket_html(snapshot: dict, pages: int, *, logo: bytes | None = None) -> str:
    """The sheet as HTML for xhtml2pdf; it bears no name, and whoever shows the code comes in."""
    seller = snapshot["seller"]
    count = len(snapshot["tickets"])
    context = {
        "doc": snapshot,
        "seller": seller,
        "sender": legal_name(seller),
        "accent": readable(seller["accent"]),
        "logo": Logo.read(logo) if logo else None,
        "footer": footer(seller),
        "pages": pages,
        "facts": [(label, value) for label, value in _facts(snapshot) if value],
        "tickets": [
            {
                "qr": qr_uri(ticket["code"]),
                "shown": ticket["shown"],
                "place": _("Ticket %(place)s von %(count)s", place=place, count=count),
            }
            for place, ticket in enumerate(snapshot["tickets"], start=1)
        ],
    }
    return environment().get_template("tickets.html").render(context)


def _facts(snapshot: dict) -> list[tuple[str, str | None]]:
    return [
        (_("Wann"), _("%(when)s Uhr", when=snapshot["when"])),
        (_("Wo"), snapshot["place"]),
        (_("Kategorie"), snapshot["category"]),
    ]
