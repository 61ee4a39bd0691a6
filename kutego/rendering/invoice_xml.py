"""Invoices and cancellations as XML: UN/CEFACT CII by EN 16931, plain or as XRechnung 3.0.

factur-x writes the XML from a dict keyed by the standard's own terms (BT-1, BG-25, …): it is
needed for the hybrid PDF anyway, takes 1 ms, and knows the order of the elements. Its schema and
schematron are run by the tests, not here.
"""

import re
from decimal import Decimal
from typing import Literal

from facturx.generate_xml import generate_cii_xml

from kutego.rendering.frozen import amount, printable, service_period
from kutego.rendering.invoice_pdf import preceding_text
from kutego.rendering.invoice_xml_lines import line
from kutego.rendering.parties import legal_name
from kutego.rendering.payment_means import payment_means
from kutego.texts import gettext as _

Profile = Literal["en16931", "xrechnung"]

EN16931 = b">urn:cen.eu:en16931:2017<"
XRECHNUNG = b">urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0<"
PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"


def to_cii(snapshot: dict, profile: Profile = "en16931") -> bytes:
    """The XML of an invoice or cancellation. Control characters in texts are dropped."""
    snapshot = printable(snapshot)
    terms = (
        _head(snapshot)
        | _dates(snapshot)
        | payment_means(snapshot)
        | _sums(snapshot)
        | {
            "BG-4": _seller(snapshot["seller"]),
            "BG-7": _buyer(snapshot["recipient"]),
            "BG-25": [
                line(position, snapshot["prices"], number)
                for number, position in enumerate(snapshot["positions"], 1)
            ],
        }
    )
    xml = generate_cii_xml(terms, level="en16931", check_xsd=False, check_schematron=None)
    return xml.replace(EN16931, XRECHNUNG, 1) if profile == "xrechnung" else xml


def best_profile(snapshot: dict) -> Profile:
    """XRechnung, where everything is known that it demands beyond EN 16931 (BR-DE-*)."""
    seller, buyer = snapshot["seller"], snapshot["recipient"]
    demanded = [
        *(seller[key] for key in ("phone", "email", "city", "postcode")),
        *(buyer[key] for key in ("email", "city", "postcode")),
    ]
    return "xrechnung" if all(demanded) else "en16931"


def _head(snapshot: dict) -> dict:
    before = snapshot["preceding"]
    notes = [snapshot["title"], preceding_text(snapshot)]
    notes += [
        _("%(text)s: %(amount)s EUR", text=part["text"], amount=part["amount"])
        for part in snapshot["deductions"]
    ]
    reference = {"BT-25": before["number"], "BT-26": before["issued_on"]} if before else None
    return {
        "BT-1": snapshot["number"],
        "BT-2": snapshot["issued_on"],
        "BT-3": snapshot["type_code"],
        "BT-5": "EUR",
        "BT-10": snapshot["recipient"]["number"],
        "BT-23": PROCESS,
        "BG-1": [{"BT-22": note} for note in notes if note],
        "BG-3": [reference] if reference else [],
    }


def _dates(snapshot: dict) -> dict:
    """When it is to be paid and when it was supplied (§ 14 (4) No. 6 UStG).

    The day of delivery is given with a period too, as its last day: the element around it must
    be there and must not be empty (PEPPOL R008).
    """
    period = service_period(snapshot)
    supplied = {"BT-72": period[1] if period else snapshot["issued_on"]}
    if period:
        supplied |= {"BT-73": period[0], "BT-74": period[1]}
    due = {"BT-9": snapshot["due_on"]} if amount(snapshot["due"]) > 0 and snapshot["due_on"] else {}
    return supplied | due


def _sums(snapshot: dict) -> dict:
    prepaid = {"BT-113": snapshot["prepaid"]} if amount(snapshot["prepaid"]) else {}
    return prepaid | {
        "BG-23": _vat_breakdown(snapshot["taxes"]),
        "BT-106": snapshot["net"],
        "BT-109": snapshot["net"],
        "BT-110": snapshot["tax"],
        "BT-112": snapshot["gross"],
        "BT-115": snapshot["due"],
    }


def _vat_breakdown(taxes: list[dict]) -> list[dict]:
    """One entry per category and rate, however many reasons there are (BR-E-01, BR-S-08)."""
    groups: dict[tuple, list[dict]] = {}
    for tax in taxes:
        groups.setdefault((tax["category"], Decimal(tax["rate"])), []).append(tax)
    return [
        {
            "BT-116": str(sum(amount(tax["net"]) for tax in group)),
            "BT-117": str(sum(amount(tax["tax"]) for tax in group)),
            "BT-118": category,
            "BT-119": f"{rate:.2f}",
            "BT-120": "; ".join(dict.fromkeys(tax["reason"] for tax in group if tax["reason"])),
        }
        for (category, rate), group in groups.items()
    ]


def _seller(seller: dict) -> dict:
    vat_id = _vat_id(seller["vat_id"])
    party = {
        "name": legal_name(seller),
        "legal_info": seller["register"],
        "contacts": [
            {
                "name": seller["owner"] or seller["name"],
                "phone": seller["phone"],
                "email": seller["email"],
            }
        ],
        "vat_identifier": vat_id,
        "tax_identifier": seller["tax_number"],
    }
    if not vat_id and seller["tax_number"]:
        # Whoever has no VAT id must be identified by something else (BR-CO-26).
        party["identifiers"] = {None: seller["tax_number"]}
    return party | _address(seller) | _electronic_address(seller)


def _buyer(recipient: dict) -> dict:
    contact = {"contacts": [{"name": recipient["contact"]}]} if recipient["contact"] else {}
    party = {
        "name": recipient["company_name"] or recipient["name"],
        "identifiers": {None: recipient["number"]},
        "vat_identifier": _vat_id(recipient["vat_id"]),
        "addr_l2": recipient["address_extra"],
    }
    return party | contact | _address(recipient) | _electronic_address(recipient)


def _address(party: dict) -> dict:
    return {
        "addr_l1": party["street"],
        "postcode": party["postcode"],
        "city": party["city"],
        "country_code": party["country"] or "DE",
    }


def _electronic_address(party: dict) -> dict:
    if not party["email"]:
        return {}
    return {"einvoicing_addr": party["email"], "einvoicing_addr_schemeid": "EM"}


def _vat_id(text: str | None) -> str | None:
    """A VAT id, where it looks like one: country code first (BR-CO-09), no spaces."""
    compact = re.sub(r"[\s.-]", "", text or "").upper()
    return compact if re.fullmatch(r"[A-Z]{2}[0-9A-Z+*]{2,12}", compact) else None
