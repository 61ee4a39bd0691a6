"""The texts of mails: from a template to subject and text, and from the text to simple HTML.

A template of `templates/mail` begins with its subject. The text is what is kept and shown; the
HTML is made from it when it is sent. A line that ends in a colon with an address below it becomes
a button.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from kutego.config import ROOT
from kutego.models import Company, Customer, Salutation
from kutego.money import euro
from kutego.rendering.frozen import amount
from kutego.rendering.parties import legal_name, management
from kutego.rendering.placeholders import fill, names_in
from kutego.texts import gettext as _

SIGNATURE = "\n-- \n"  # what follows is the signature, for mail programs too (RFC 3676, 4.3)
OWN = (
    "{% extends own_base %}{% block subject %}{{ own_subject }}{% endblock %}"
    "{% block text %}{{ own_text }}{% endblock %}"
)
_BLOCK = re.compile(r"{% block (subject|text) %}(.*?){% endblock %}", re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_BUTTON = re.compile(r"(?P<label>[^\n]{1,80}):\n(?P<address>https?://\S+)")


def mail_text(
    template: str,
    *,
    company: Company,
    customer: Customer | None,
    own: tuple[str, str] | None = None,
    **context: Any,
) -> tuple[str, str]:
    """Subject and text of a mail. A name that the template uses and nobody gave is an error.

    `own`: the house's words in place of the template's; its frame and its annexes stay.
    """
    page = _environment().get_template(f"{template}.txt")
    given = {
        "company": company,
        "customer": customer,
        "greeting": greeting(customer),
        "signature": _signature(company),
        **context,
    }
    if own is None:
        text = page.render(given)
    else:
        facts = page.make_module(given)  # what the template calls its facts
        values = {name: str(getattr(facts, name)) for name in placeholders_of(template)}
        given |= {"own_subject": fill(own[0], values), "own_text": fill(own[1], values)}
        text = _environment().from_string(OWN).render(given, own_base=page)
    subject, _newline, body = text.strip().partition("\n")
    return " ".join(subject.split()), re.sub(r"\n{3,}", "\n\n", body).strip()


def mail_part(template: str, *, company: Company, **context: Any) -> str:
    """A text that several mails share, such as how to pay, without greeting and signature."""
    page = _environment().get_template(f"{template}.txt")
    return re.sub(r"\n{3,}", "\n\n", page.render(company=company, **context)).strip()


def default_words(template: str) -> tuple[str, str]:
    """Subject and text of a template as they stand in it, with its placeholders."""
    source = (ROOT / "templates" / "mail" / f"{template}.txt").read_text()
    parts = {name: words.strip() for name, words in _BLOCK.findall(source)}
    return parts["subject"], parts["text"]


def placeholders_of(template: str) -> list[str]:
    """What the words of a template, and those in their place, may name."""
    return list(dict.fromkeys(name for part in default_words(template) for name in names_in(part)))


def mail_html(subject: str, body: str, company: Company, *, pixel: str | None = None) -> str:
    """The text as HTML in the company's colour. Nothing is loaded from anywhere but a `pixel`."""
    text, delimiter, signature = body.rpartition(SIGNATURE)
    if not delimiter:
        text, signature = body, ""
    return (
        _environment()
        .get_template("layout.html")
        .render(
            subject=subject,
            pixel=pixel,
            company=company,
            on_accent=_readable_on(company.accent),
            paragraphs=[_paragraph(part) for part in text.split("\n\n") if part.strip()],
            signature=_lines(signature),
        )
    )


def greeting(customer: Customer | None) -> str:
    """How a letter to the customer begins: `Guten Tag Frau Dr. Kuhn`, or with both names."""
    if customer is None:
        return _("Guten Tag")
    names = " ".join(filter(None, (customer.title, customer.last_name)))
    if customer.last_name and customer.salutation in (Salutation.MS, Salutation.MR):
        return _("Guten Tag %(who)s", who=f"{customer.salutation.label} {names}")
    if customer.last_name and customer.salutation is Salutation.FAMILY:
        return _("Guten Tag Familie %(name)s", name=customer.last_name)
    if customer.first_name or customer.last_name:
        return _("Guten Tag %(who)s", who=customer.person)
    return _("Guten Tag")


def _signature(company: Company) -> str:
    """The company's own, or what § 35a GmbHG asks of business letters, e-mails too."""
    if company.mail_signature:
        return company.mail_signature.strip()
    seller = {name: getattr(company, name) for name in ("name", "legal_form", "owner")}
    town = " ".join(filter(None, (company.postcode, company.city)))
    lines = [
        legal_name(seller),
        management(seller),
        ", ".join(filter(None, (company.street, town))),
        _("Telefon %(number)s", number=company.phone) if company.phone else None,
        company.email,
        company.website,
        company.register,
    ]
    return "\n".join(filter(None, lines))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(ROOT / "templates" / "mail"),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"euro": euro, "day": _day, "amount": amount}
    return environment


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


@dataclass(frozen=True)
class _Paragraph:
    """Some lines of text, or a button that leads to an address."""

    lines: Markup
    label: str | None = None
    address: str | None = None


def _paragraph(text: str) -> _Paragraph:
    button = _BUTTON.fullmatch(text.strip())
    return _Paragraph(_lines(text), **button.groupdict() if button else {})


def _lines(text: str) -> Markup:
    """The text escaped, its lines kept, addresses of web pages as links."""
    found = []
    end = 0
    for match in _ADDRESS.finditer(text):
        found += [escape(text[end : match.start()]), _link(match.group())]
        end = match.end()
    found.append(escape(text[end:]))
    return Markup("<br>\n").join(Markup("").join(found).strip().splitlines())


def _link(address: str) -> Markup:
    return Markup('<a href="{0}">{0}</a>').format(address)


def _readable_on(colour: str) -> str:
    """Black or white, whichever is easier to read on `colour` (WCAG 2.1 relative luminance)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if luminance < 0.179 else "#000000"
