"""What customers read: every mail, as the operation that sends it writes it."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from jinja2 import UndefinedError

from kutego.db import db, transaction
from kutego.models import (
    Cancellation,
    DepositKind,
    LegalKind,
    Message,
    PaymentMethod,
    Salutation,
    Settlement,
    company,
    current_legal_text,
)
from kutego.operations.cancellations import cancel_positions
from kutego.operations.contracts import shift_contract
from kutego.operations.credit import deposit_credit, pay_out_credit
from kutego.operations.dunning import dun_invoice
from kutego.operations.invoice_corrections import edit_invoice
from kutego.operations.master_data import save_record
from kutego.operations.messages import queue_message
from kutego.operations.offer_answers import accept_offer, decline_offer
from kutego.operations.offers import withdraw_offer
from kutego.operations.payments import record_payment
from kutego.operations.terminations import terminate_contract
from kutego.rendering.mail import greeting, mail_html, mail_text
from tests import factories
from tests.factories import ANNA, DAY, line

INVOICE = """\
Guten Tag Herr Dr. Weiß,

anbei erhalten Sie unsere Rechnung R-2026-00001 vom 23.11.2026 über 1.234,50\u00a0€.

Bitte überweisen Sie den offenen Betrag bis zum 07.12.2026 auf unser Konto:

Empfänger: Petra Kuhn
IBAN: DE02120300000000202051
BIC: BYLADEM1001
Verwendungszweck: R-2026-00001

Mit freundlichen Grüßen
Hundeschule Pfotenglück

--\u0020
Hundeschule Pfotenglück
Inh. Petra Kuhn
Am Anger 3, 99084 Erfurt
Telefon +49 361 123456
buero@example.org"""


@pytest.fixture
def weiss(app):
    return factories.customer(
        salutation=Salutation.MR, title="Dr.", first_name="Jörg", last_name="Weiß"
    )


def sent(template):
    """The newest message of a template, its text checked for what no letter may have."""
    query = db.select(Message).where(Message.template == template).order_by(Message.id.desc())
    message = db.session.scalars(query).first()
    assert message is not None, template
    whole = message.subject + message.body
    assert not re.search(r"None|Decimal|\{\{|\{%|\n\n\n|[ \t]\n(?<!-- \n)|<|Undefined", whole)
    assert message.body.startswith(("Guten Tag Herr Dr. Weiß,\n\n", "Guten Tag,\n\n"))
    assert "\n\nMit freundlichen Grüßen\nHundeschule Pfotenglück\n" in message.body
    return message


def test_an_invoice_is_announced_with_amount_and_account(weiss):
    factories.invoice(line("1234.50"), of=weiss)

    message = sent("invoice_issued")
    assert message.subject == "Ihre Rechnung R-2026-00001"
    assert message.body == INVOICE


@pytest.mark.parametrize(
    ("method", "sentence"),
    [
        (PaymentMethod.DIRECT_DEBIT, "buchen wir per Lastschrift von Ihrem Konto ab."),
        (PaymentMethod.ON_SITE, "Bitte zahlen Sie den offenen Betrag bei Ihrem nächsten Besuch"),
        (PaymentMethod.PAYPAL, "bis zum 07.12.2026 mit PayPal."),
        (PaymentMethod.ON_ACCOUNT, "Bitte überweisen Sie den offenen Betrag bis zum 07.12.2026"),
    ],
)
def test_the_mail_says_how_to_pay(weiss, method, sentence):
    factories.invoice(of=weiss, payment_method=method)

    assert sentence in sent("invoice_issued").body


def test_where_paypal_payments_go_stands_in_the_mail_and_on_the_invoice(weiss):
    save_record(company(), {"paypal": "paypal.me/hundeschule"}, by=factories.ANNA)

    invoice = factories.invoice(of=weiss, payment_method=PaymentMethod.PAYPAL)

    told = "bis zum 07.12.2026 mit PayPal an paypal.me/hundeschule."
    assert told in sent("invoice_issued").body
    assert told in invoice.current.snapshot["payment"]["terms"]


def test_a_new_version_says_that_it_replaces_the_old_one(weiss):
    invoice = factories.invoice(of=weiss)

    edit_invoice(
        invoice, positions=[line("39.00")], reason="Preis", send_mail=True, on=DAY, by=ANNA
    )

    message = sent("invoice_new_version")
    assert message.subject == "Ihre geänderte Rechnung R-2026-00001-2"
    assert "die neue Fassung R-2026-00001-2 über 39,00\u00a0€. Sie ersetzt" in message.body


def test_a_cancellation_says_what_becomes_of_the_money(weiss):
    invoice = factories.invoice(of=weiss)
    record_payment(
        invoice, amount=Decimal("49.00"), method=PaymentMethod.ON_SITE, paid_on=DAY,
        on=DAY, by=ANNA,
    )  # fmt: skip

    cancel_positions(
        invoice, reason="Krank", fee=Decimal("9.00"), settlement=Settlement.CREDIT,
        send_mail=True, on=DAY, by=ANNA,
    )  # fmt: skip

    message = sent("invoice_cancelled")
    number = db.session.scalars(db.select(Cancellation.number)).one()
    assert message.subject == f"Stornorechnung {number} zu R-2026-00001"
    assert "wir haben Ihre Rechnung R-2026-00001 storniert." in message.body
    assert "Für die Stornierung berechnen wir 9,00\u00a0€." in message.body
    assert "40,00\u00a0€ haben wir Ihrem Guthaben gutgeschrieben." in message.body


def test_a_cancelled_part_leaves_the_rest_to_pay(weiss):
    invoice = factories.invoice(line("49.00"), line("20.00"), of=weiss)
    first = invoice.current.positions[0].key

    cancel_positions(invoice, positions=[first], reason="Krank", send_mail=True, on=DAY, by=ANNA)

    message = sent("invoice_cancelled")
    assert "wir haben einen Teil Ihrer Rechnung R-2026-00001 storniert." in message.body
    assert "sind noch 20,00\u00a0€ offen, fällig am 07.12.2026." in message.body
    assert "Guthaben" not in message.body


def test_receipts_thank_for_money_and_announce_a_pay_out(weiss):
    deposit_credit(
        weiss, amount=Decimal("50.00"), kind=DepositKind.ON_SITE, received_on=DAY, text="Bar",
        send_receipt=True, on=DAY, by=ANNA,
    )  # fmt: skip
    message = sent("receipt")
    assert message.subject == "Ihre Quittung Q-2026-0001"
    assert "vielen Dank für Ihre Zahlung von 50,00\u00a0€ vom 23.11.2026." in message.body

    pay_out_credit(
        weiss, amount=Decimal("20.00"), iban="DE02120300000000202051", account_holder="J. Weiß",
        send_receipt=True, on=DAY, by=ANNA,
    )  # fmt: skip
    message = sent("receipt")
    assert message.subject == "Ihr Auszahlungsbeleg Q-2026-0002"
    assert "wir zahlen Ihnen 20,00\u00a0€ aus." in message.body


def test_an_offer_leads_to_its_page(weiss):
    offer = factories.offer(line("149.00"), of=weiss, valid_until=date(2026, 12, 24))

    message = sent("offer_issued")
    assert message.subject == f"Ihr Angebot {offer.number}"
    assert f"unser Angebot {offer.number} über 149,00\u00a0€." in message.body
    assert "annehmen oder ablehnen, bis einschließlich 24.12.2026." in message.body
    assert f"Angebot ansehen:\nhttp://127.0.0.1:8000/angebot/{offer.token}\n" in message.body


def test_an_accepted_offer_is_confirmed_with_invoice_and_texts(weiss):
    offer = factories.offer(line("149.00"), of=weiss)
    consents = {
        kind: current_legal_text(kind, DAY).id
        for kind in (LegalKind.TERMS, LegalKind.PRIVACY, LegalKind.WITHDRAWAL)
    }

    accept_offer(offer, version=1, consents=consents, on=DAY)

    message = sent("offer_accepted")
    assert message.subject == f"Ihre Buchung: Angebot {offer.number} ist angenommen"
    assert "Es liegt noch einmal bei, ebenso Ihre Rechnung." in message.body
    assert "Rechnung R-2026-00001 über 149,00\u00a0€:\n\nBitte überweisen" in message.body
    assert "Verwendungszweck: R-2026-00001\n" in message.body
    assert "AGB, Version 1\n\nAGB: der ganze Text." in message.body
    assert "Widerrufsbelehrung: der ganze Text.\n\n-- \n" in message.body


def test_a_declined_and_a_withdrawn_offer_are_said_so_plainly(weiss):
    declined, withdrawn = factories.offer(of=weiss), factories.offer(of=weiss)

    decline_offer(declined, version=1, on=DAY)
    withdraw_offer(withdrawn, notify=True, on=DAY, by=ANNA)

    assert "Es entstehen Ihnen keine Kosten." in sent("offer_declined").body
    message = sent("offer_withdrawn")
    assert message.subject == f"Unser Angebot {withdrawn.number} gilt nicht mehr"
    assert "Es kann nicht mehr angenommen werden." in message.body


def test_a_reminder_is_friendly_and_names_account_and_amount(weiss):
    invoice = factories.invoice(of=weiss)

    dun_invoice(invoice, on=DAY + timedelta(days=15), by=ANNA)

    message = sent("dunning")
    assert message.subject == "Zahlungserinnerung zu R-2026-00001"
    assert "fällig am 07.12.2026: 49,00\u00a0€ offen" in message.body
    assert "IBAN: DE02120300000000202051" in message.body


def test_a_payment_is_confirmed_with_what_is_left(weiss):
    invoice = factories.invoice(of=weiss)

    for amount, rest in (("10.00", "noch 39,00\u00a0€ offen"), ("39.00", "vollständig bezahlt")):
        record_payment(
            invoice, amount=Decimal(amount), method=PaymentMethod.ON_SITE, paid_on=DAY,
            send_mail=True, on=DAY, by=ANNA,
        )  # fmt: skip

        message = sent("payment_confirmed")
        assert f"{amount.replace('.', ',')}\u00a0€ sind am 23.11.2026" in message.body
        assert rest in message.body


def test_a_shifted_contract_names_its_new_dates(weiss):
    contract = factories.contract(weiss, starts_on=date(2026, 11, 1))

    shift_contract(contract, months=2, reason="Babypause", notify=True, on=DAY, by=ANNA)

    message = sent("contract_shifted")
    assert message.subject == f"Ihr Vertrag {contract.number} wurde verschoben"
    assert " um 2 Monate verschoben." in message.body
    assert (
        f"bis einschließlich {contract.ends_on:%d.%m.%Y}. "
        f"Die nächste Rechnung kommt am {contract.next_invoice_on:%d.%m.%Y}. Ihr Platz"
    ) in message.body


def test_a_terminated_contract_is_promised_no_invoice_that_will_not_come(weiss):
    contract = factories.contract(weiss)
    terminate_contract(
        contract, received_on=DAY, to=contract.ends_on, confirmed=frozenset({"early"}),
        on=DAY, by=ANNA,
    )  # fmt: skip

    shift_contract(contract, months=1, reason="Reise", notify=True, on=DAY, by=ANNA)

    body = sent("contract_shifted").body
    assert " um 1 Monat verschoben." in body
    assert "Die nächste Rechnung" not in body


def test_the_test_mail_goes_to_nobody_in_particular(app):
    with transaction():
        queue_message(None, "test_mail", recipient="chefin@example.org")

    assert "ß und €" in sent("test_mail").subject


def test_a_name_that_nobody_gave_is_an_error_not_a_gap(weiss):
    with pytest.raises(UndefinedError, match="invoice"):
        mail_text("invoice_issued", company=company(), customer=weiss)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"salutation": Salutation.MS, "title": "Prof."}, "Guten Tag Frau Prof. Kuhn"),
        ({"salutation": Salutation.FAMILY, "title": "Dr."}, "Guten Tag Familie Kuhn"),
        ({"salutation": Salutation.NONE}, "Guten Tag Petra Kuhn"),
        ({"salutation": Salutation.MS, "last_name": None}, "Guten Tag Petra"),
        ({"first_name": None, "last_name": None}, "Guten Tag"),
        ({"is_company": True, "company_name": "Kuhn GmbH", "salutation": Salutation.MR},
         "Guten Tag Herr Kuhn"),
    ],
)  # fmt: skip
def test_everybody_is_greeted_by_name(app, values, words):
    customer = factories.customer(**{"first_name": "Petra", "last_name": "Kuhn"} | values)

    assert greeting(customer) == words


# --- the HTML ---------------------------------------------------------------------------------


class Reader(HTMLParser):
    """The text and the addresses of a page; refuses tags that are not closed."""

    def __init__(self):
        super().__init__()
        self.text, self.links, self.open = "", [], []

    def handle_starttag(self, tag, attrs):
        if tag not in ("br", "meta"):
            self.open.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def read(html):
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


def test_the_html_says_what_the_text_says_and_loads_nothing(weiss):
    offer = factories.offer(of=weiss)
    message = sent("offer_issued")

    page = read(mail_html(message.subject, message.body, company()))

    words = message.body.replace("-- \n", "").replace("Angebot ansehen:", "Angebot ansehen")
    assert " ".join(words.split()) in " ".join(page.text.split())
    assert page.links == [f"http://127.0.0.1:8000/angebot/{offer.token}"]


def test_what_customers_type_is_text_in_the_html(app):
    body = 'Guten Tag <b>Jörg</b> & "Söhne",\n\nsiehe https://example.org/a?b=1&c=2.\n\n-- \n<i>wir'

    html = mail_html("<script>", body, company())

    page = read(html)
    assert '<b>Jörg</b> & "Söhne"' in page.text
    assert page.links == ["https://example.org/a?b=1&c=2"]
    assert "<b>" not in html
    assert "<script>" not in html


@pytest.mark.parametrize(
    ("accent", "words"), [("#1f6f54", "#ffffff"), ("#ffd500", "#000000"), ("#777777", "#000000")]
)
def test_the_button_can_be_read_on_every_colour(app, accent, words):
    house = company()
    with transaction():
        house.accent = accent

    html = mail_html("Hallo", "Guten Tag,\n\nAnsehen:\nhttps://example.org/x", company())

    assert f"background:{accent}" in html
    assert f"color:{words};text-decoration:none" in html


# --- paying -----------------------------------------------------------------------------------


def test_credit_that_was_set_off_is_named(weiss):
    deposit_credit(
        weiss, amount=Decimal("60.00"), kind=DepositKind.ON_SITE, received_on=DAY, text="Bar",
        on=DAY, by=ANNA,
    )  # fmt: skip

    factories.invoice(of=weiss, credit_to_use=Decimal("9.00"))
    assert (
        "Davon haben wir 9,00\u00a0€ mit Ihrem Guthaben verrechnet. Es sind noch 40,00\u00a0€ "
        "offen.\n\nBitte überweisen" in sent("invoice_issued").body
    )

    factories.invoice(of=weiss, credit_to_use=Decimal("49.00"))
    assert (
        "Davon haben wir 49,00\u00a0€ mit Ihrem Guthaben verrechnet. Die Rechnung ist damit "
        "beglichen. Sie müssen nichts mehr tun.\n\nMit freundlichen" in sent("invoice_issued").body
    )


def test_a_house_without_an_account_promises_none(weiss):
    factories.change_company(iban=None, bic=None)

    invoice = factories.invoice(of=weiss)
    dun_invoice(invoice, on=DAY + timedelta(days=15), by=ANNA)

    asked = "Wohin, sagen wir Ihnen gern: Antworten Sie einfach auf diese E-Mail."
    first, reminder = sent("invoice_issued").body, sent("dunning").body
    assert f"überweisen Sie den offenen Betrag bis zum 07.12.2026. {asked}\n" in first
    assert f"überweisen Sie den offenen Betrag bis zum 15.12.2026. {asked}\n" in reminder
    assert "auf unser Konto" not in first + reminder


@pytest.mark.parametrize(
    ("method", "sentence"),
    [
        (PaymentMethod.PAYPAL, "Bitte zahlen Sie den offenen Betrag bis zum 15.12.2026 mit"),
    ],
)
def test_a_reminder_asks_for_the_agreed_way_to_pay(weiss, method, sentence):
    invoice = factories.invoice(of=weiss, payment_method=method)

    dun_invoice(invoice, on=DAY + timedelta(days=15), by=ANNA)

    assert sentence in sent("dunning").body
    assert "IBAN" not in sent("dunning").body
