"""The printed invoice and cancellation, and the table of positions that an offer shares."""

import math

from kutego.money import percent
from kutego.rendering.frozen import amount, german_date, service_period
from kutego.rendering.girocode import compact, girocode
from kutego.rendering.layout import (
    environment,
    money,
    quantity_text,
    rate_text,
    sheet,
    span_text,
)
from kutego.rendering.parties import legal_name, spaced_iban
from kutego.rendering.pictures import qr_uri
from kutego.texts import gettext as _

FIRST_PAGE, LATER_PAGE = 126, 205  # millimetres for positions and what follows them


def invoice_html(snapshot: dict, pages: int, *, logo: bytes | None = None) -> str:
    """The invoice or cancellation as HTML for xhtml2pdf; contents by § 14 (4), § 34a UStDV."""
    context = sheet(
        snapshot,
        heading=f"{snapshot['title']} {snapshot['number']}",
        facts=_facts(snapshot),
        logo=logo,
    )
    context |= positions_table(snapshot) | totals(snapshot)
    code = girocode(snapshot)
    context |= {
        "pages": pages,
        "preceding": preceding_text(snapshot),
        "remarks": remarks(snapshot),
        "terms": snapshot["payment"]["terms"],
        "account": account_lines(snapshot),
        "qr": qr_uri(code) if code else None,
    }
    return environment().get_template("invoice.html").render(context)


def likely_pages(snapshot: dict) -> int:
    """A guess, so that most documents are drawn once only (heights in millimetres)."""
    rows = sum(8.1 + 3.7 * len(line["notes"]) for line in lines_of(snapshot))
    sums_and_words = 52 + (13 if snapshot["deductions"] else 0)
    sums_and_words += 26 if account_lines(snapshot) else 0
    beyond = rows + sums_and_words - FIRST_PAGE
    return 1 + max(math.ceil(beyond / LATER_PAGE), 0)


def preceding_text(snapshot: dict) -> str | None:
    """Which document this one replaces or cancels (§ 31 (5) UStDV)."""
    before = snapshot["preceding"]
    if not before:
        return None
    values = {"number": before["number"], "day": german_date(before["issued_on"])}
    if snapshot["document"] == "cancellation":
        return _("Storno zur Rechnung %(number)s vom %(day)s.", **values)
    return _("Diese Rechnung ersetzt die Rechnung %(number)s vom %(day)s.", **values)


def positions_table(snapshot: dict) -> dict:
    """The rows of the positions and whether a column of VAT rates is needed."""
    return {"rows": lines_of(snapshot), "taxed": snapshot["tax_mode"] == "regular"}


def lines_of(snapshot: dict) -> list[dict]:
    """The positions as printed, at the prices that were agreed (gross or net)."""
    return [
        {
            "text": position["text"],
            "notes": _notes(position),
            "quantity": quantity_text(position),
            "price": money(position["unit_price"]),
            "rate": rate_text(position["rate"]),
            "amount": money(position[snapshot["prices"]]),
        }
        for position in snapshot["positions"]
    ]


def _notes(position: dict) -> list[str]:
    notes = (position["detail"] or "").splitlines()
    period = span_text(position["period_first"], position["period_last"])
    days = [german_date(d) for d in (position["period_first"], position["period_last"]) if d]
    if period and not any(all(day in note for day in days) for note in notes):
        notes.append(_("Zeitraum %(period)s", period=period))
    discount = amount(position["discount"])
    if discount:
        values = {
            "percent": percent(amount(position["discount_percent"])),
            "amount": money(abs(discount)),
        }
        share = amount(position["discount_percent"])
        notes.append(
            _("abzüglich %(percent)s %% Rabatt (%(amount)s)", **values)
            if share
            else _("abzüglich Rabatt (%(amount)s)", amount=values["amount"])
        )
    off = amount(position.get("code_discount"))
    if off:
        notes.append(
            _("abzüglich %(code)s (%(amount)s)", code=position["code_text"], amount=money(abs(off)))
        )
    return notes


def totals(snapshot: dict) -> dict:
    """The sums below the positions: net and VAT per rate, total, deductions, what is due."""
    regular = snapshot["tax_mode"] == "regular"
    sums = [(_("Nettobetrag"), money(snapshot["net"]))] if regular else []
    for tax in snapshot["taxes"] if regular else []:
        values = {"rate": rate_text(tax["rate"]), "net": money(tax["net"])}
        label = (
            _("USt %(rate)s auf %(net)s", **values)
            if tax["category"] == "S"
            else _("ohne USt: %(net)s", net=values["net"])
        )
        sums.append((label, money(tax["tax"])))
    deducted = [(part["text"], money(-amount(part["amount"]))) for part in snapshot["deductions"]]
    total = (_("Gesamtbetrag"), money(snapshot["gross"]))
    return {
        "sums": sums,
        "total": total if deducted else None,
        "deductions": deducted,
        "due": (_("Zu zahlen"), money(snapshot["due"])) if deducted else total,
    }


def remarks(snapshot: dict) -> list[str]:
    """What the law wants to be said: why there is no VAT, what the prices contain, when."""
    said = []
    reasons = dict.fromkeys(tax["reason"] for tax in snapshot["taxes"] if tax["reason"])
    said += [reason if reason.endswith(".") else f"{reason}." for reason in reasons]
    if snapshot["tax_mode"] == "regular":
        said.append(
            _("Alle Preise in Euro einschließlich Umsatzsteuer.")
            if snapshot["prices"] == "gross"
            else _("Alle Preise in Euro zuzüglich Umsatzsteuer.")
        )
    if snapshot["document"] == "invoice" and not service_period(snapshot):
        said.append(_("Das Leistungsdatum entspricht dem Rechnungsdatum."))
    return said


def _facts(snapshot: dict) -> list[tuple]:
    cancelled = snapshot["document"] == "cancellation"
    before, recipient = snapshot["preceding"], snapshot["recipient"]
    period = service_period(snapshot)
    due = snapshot["due_on"] if amount(snapshot["due"]) > 0 else None
    return [
        (_("Stornonummer") if cancelled else _("Rechnungsnummer"), snapshot["number"]),
        (_("Zur Rechnung"), before["number"] if cancelled and before else None),
        (_("Datum"), german_date(snapshot["issued_on"])),
        (_("Kundennummer"), recipient["number"]),
        (_("Ihre USt-IdNr."), recipient["vat_id"]),
        (_("Leistungszeit"), span_text(*period) if period else None),
        (_("Fällig am"), german_date(due) if due else None),
    ]


def account_lines(snapshot: dict) -> list[tuple[str, str]]:
    """Where to pay to, or which account is debited; nothing where nothing is due."""
    seller, payment = snapshot["seller"], snapshot["payment"]
    if amount(snapshot["due"]) <= 0:
        return []
    if payment["method"] == "direct_debit" and payment["mandate_reference"]:
        return _debit(seller, payment)
    if payment["method"] not in ("bank_transfer", "on_account") or not seller["iban"]:
        return []
    rows = [
        (_("Empfänger"), seller["account_holder"] or legal_name(seller)),
        (_("IBAN"), spaced_iban(seller["iban"])),
        (_("BIC"), seller["bic"]),
        (_("Verwendungszweck"), snapshot["reference"]),
    ]
    return [(label, value) for label, value in rows if value]


def _debit(seller: dict, payment: dict) -> list[tuple[str, str]]:
    iban = compact(payment["debtor_iban"])
    rows = [
        (_("Mandatsreferenz"), payment["mandate_reference"]),
        (_("Gläubiger-ID"), seller["creditor_id"]),
        (_("Ihr Konto"), f"{iban[:4]} … {iban[-4:]}" if iban else None),
    ]
    return [(label, value) for label, value in rows if value]
