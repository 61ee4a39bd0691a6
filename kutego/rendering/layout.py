"""What all printed documents share: templates, letterhead, footer, German formats."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from kutego.money import euro, percent
from kutego.rendering.frozen import amount, german_date
from kutego.rendering.parties import address_lines, legal_name, management, spaced_iban
from kutego.rendering.pictures import Logo
from kutego.texts import gettext as _

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates" / "documents"
DEFAULT_ACCENT = "#1f6f54"
FOOTER_WIDTH = 165  # millimetres
MINUS = "\N{MINUS SIGN}"


@cache
def environment() -> Environment:
    """The templates of the documents. Everything a person typed is escaped."""
    templates = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters["lines"] = lines
    templates.globals["_"] = _
    return templates


def sheet(snapshot: dict, *, heading: str, facts: Iterable[tuple], logo: bytes | None) -> dict:
    """What the letterhead needs; `facts` are label and value, those without value fall out."""
    seller = snapshot["seller"]
    return {
        "doc": snapshot,
        "seller": seller,
        "sender": legal_name(seller),
        "accent": readable(seller["accent"]),
        "heading": heading,
        "address": address_lines(snapshot["recipient"], seller["country"]),
        "facts": [(label, value) for label, value in facts if value],
        "footer": footer(seller),
        "logo": Logo.read(logo) if logo else None,
        "intro": paragraphs(snapshot["intro"]),
        "closing": paragraphs(snapshot["closing"]),
    }


def footer(seller: dict) -> list[tuple[list[str], int]]:
    """The footer (§ 14 UStG, § 35a GmbHG): lines of each column, and its width in millimetres."""
    filled = [kept for column in _columns(seller) if (kept := [line for line in column if line])]
    needs = [min(max(map(len, column)), 40) + 4 for column in filled]
    widths = [FOOTER_WIDTH * need // sum(needs) for need in needs]
    widths[-1] = FOOTER_WIDTH - sum(widths[:-1])
    return list(zip(filled, widths, strict=True))


def _columns(seller: dict) -> list[list[str | None]]:
    phone, tax, vat = seller["phone"], seller["tax_number"], seller["vat_id"]
    city = f"{seller['postcode']} {seller['city']}"
    return [
        [legal_name(seller), management(seller), seller["street"], city],
        [phone and _("Tel. %(phone)s", phone=phone), seller["email"], seller["website"]],
        [seller["bank_name"], seller["iban"] and spaced_iban(seller["iban"]), seller["bic"]],
        [
            tax and _("Steuernummer %(number)s", number=tax),
            vat and _("USt-IdNr. %(number)s", number=vat),
            seller["register"],
        ],
    ]


def lines(texts: Iterable[str]) -> Markup:
    """Texts one below the other."""
    return Markup("<br>").join(escape(text) for text in texts)


def paragraphs(text: str | None) -> list[str]:
    """The lines a person typed; none for nothing."""
    return text.strip().splitlines() if text and text.strip() else []


def money(text: str | Decimal) -> str:
    """An amount as printed: `−1.234,50 €`, with a true minus sign."""
    value = text if isinstance(text, Decimal) else amount(text)
    return euro(value).replace("-", MINUS)


def rate_text(rate: str) -> str:
    """`"19.00"` as `19 %`."""
    return f"{percent(Decimal(rate))}\u00a0%"


def quantity_text(position: dict) -> str:
    """`2,5 Std.`: the number without needless zeros, with its unit."""
    quantity = Decimal(position["quantity"])
    number = percent(quantity).replace("-", MINUS)
    unit = {
        "MON": _("Monat") if abs(quantity) == 1 else _("Monate"),
        "HUR": _("Std."),
        "LS": _("pausch."),
    }.get(position["unit"], "")
    return f"{number}\u00a0{unit}".strip("\u00a0")


def span_text(first: str | None, last: str | None) -> str | None:
    """`01.12.2026 – 31.12.2026`, or the one day."""
    first, last = first or last, last or first
    if not first or not last:
        return None
    return german_date(first) if first == last else f"{german_date(first)} – {german_date(last)}"


@cache
def readable(accent: str | None) -> str:
    """The company's colour, darkened until it can be read on white (WCAG: at least 4.5 : 1)."""
    if not accent or not re.fullmatch(r"#[0-9a-fA-F]{6}", accent):
        return DEFAULT_ACCENT
    rgb = [int(accent[i : i + 2], 16) for i in (1, 3, 5)]
    while _contrast_on_white(rgb) < 4.5:
        rgb = [channel * 9 // 10 for channel in rgb]
    return "#" + "".join(f"{channel:02x}" for channel in rgb)


def _contrast_on_white(rgb: list[int]) -> float:
    shares = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    luminance = sum(w * share for w, share in zip((0.2126, 0.7152, 0.0722), shares, strict=True))
    return 1.05 / (luminance + 0.05)
