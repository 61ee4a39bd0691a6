"""Bookings: what becomes one and why, what is done with it, and how it becomes an invoice."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from sqlalchemy import func, select

from kutego.db import db, transaction
from kutego.errors import DomainError, IllegalTransition, NeedsConfirmation
from kutego.models import (
    Activity,
    Booking,
    BookingReason,
    BookingState,
    Contract,
    ContractPeriod,
    CoveredRule,
    CreditEntry,
    Customer,
    Enrolment,
    EnrolmentState,
    EntryKind,
    Invoice,
    InvoiceOrigin,
    InvoicePosition,
    Message,
    PaymentMethod,
    PositionKind,
    Voucher,
)
from kutego.operations.billing import bill_contract, bill_period_again, cancelled_periods
from kutego.operations.booking_cancellations import cancel_booking, plan_booking_cancellation
from kutego.operations.booking_conversions import convert_booking
from kutego.operations.bookings import finish_booking, reopen_booking, resend_booking
from kutego.operations.cancellations import cancel_positions
from kutego.operations.contract_cancellations import cancel_contract
from kutego.operations.documents import document_bytes, renditions_of
from kutego.operations.invoices import issue_invoice
from kutego.operations.offer_answers import accept_offer
from kutego.operations.offer_versions import consent_texts
from kutego.operations.positions import make_positions
from kutego.operations.sales import sell_at_once
from kutego.operations.verification import verify
from kutego.operations.vouchers import block_voucher
from tests import factories
from tests.everything import deposit
from tests.factories import ANNA, DAY, discount_code, line, value_voucher
from tests.racing import in_threads

pytestmark = pytest.mark.usefixtures("app")

GIVEN = {"on": DAY, "by": ANNA}
FREE = "0.00"


def course_line(dog, course, price="149.00", **values):
    return line(
        price, kind=PositionKind.COURSE, text=course.title, participant_id=dog.id,
        course_date_id=course.id, **values,
    )  # fmt: skip


def booked(*lines, **values):
    """A draft that became a booking."""
    made = issue_invoice(factories.draft(*lines, **values), **GIVEN)
    assert isinstance(made, Booking)
    return made


def free_course(**values):
    dog = factories.participant()
    course = factories.course_date(price=Decimal("0.00"), **values)
    return booked(course_line(dog, course, FREE), of=dog.customer)


def actions(record):
    query = select(Activity.action).where(
        Activity.subject_type == record.__tablename__, Activity.subject_id == record.id
    )
    return list(db.session.scalars(query.order_by(Activity.id)))


def sound():
    return list(verify()) == []


# --- what becomes a booking -------------------------------------------------------------------


def test_a_free_draft_becomes_a_booking_with_a_number_and_a_confirmation_of_its_own():
    """Spec INV-02, 07: the place is given, the draft is gone, nothing is owed."""
    dog = factories.participant()
    course = factories.course_date(title="Schnupperstunde")
    factories.enclosure()
    draft = factories.draft(course_line(dog, course, FREE), of=dog.customer)
    draft_id = draft.id

    booking = issue_invoice(draft, **GIVEN)

    assert (booking.number, booking.reason) == ("B-2026-0001", BookingReason.FREE)
    assert (booking.state, booking.total) == (BookingState.OPEN, Decimal("0.00"))
    assert db.session.get(Invoice, draft_id) is None
    place = db.session.scalars(select(Enrolment)).one()
    assert (place.booking_id, place.invoice_id, place.position_key) == (booking.id, None, "p1")
    message = db.session.scalars(select(Message)).one()
    assert (message.template, message.subject) == ("booking_made", "Ihre Buchung B-2026-0001")
    assert "Schnupperstunde (Bello)" in message.body
    assert "kostenlos" in message.body
    [pdf] = renditions_of(booking.confirmation)
    assert pdf.name == "Buchungsbestätigung B-2026-0001.pdf"
    assert [name for name, _id in message.attachments] == ["rendition", "enclosure"]
    assert document_bytes(pdf).startswith(b"%PDF-")
    told = select(Activity.action).where(Activity.subject_id == draft_id)
    assert "invoice.draft_booked" in set(db.session.scalars(told))
    assert actions(booking) == ["booking.made"]
    assert sound()


@pytest.mark.parametrize(
    "house, values, reason",
    [
        ({}, {"payment_method": PaymentMethod.EXTERNAL}, BookingReason.EXTERNAL),
        ({"finance_module": False}, {}, BookingReason.NO_FINANCE),
        ({"covered_rule": CoveredRule.BOOKING}, {"credit_to_use": Decimal("49.00")},
         BookingReason.COVERED),
    ],
)  # fmt: skip
def test_what_is_paid_elsewhere_or_by_credit_makes_no_invoice(house, values, reason):
    """Spec INV-03, 04: each with its reason, and nobody owes anything."""
    factories.change_company(**house)
    owner = factories.customer()
    deposit(owner, "60.00")

    booking = booked(of=owner, **values)

    assert (booking.reason, booking.total) == (reason, Decimal("49.00"))
    paid = Decimal("49.00") if reason.is_covered else Decimal("0.00")
    assert booking.credit_used == paid
    assert owner.credit == Decimal("60.00") - paid
    assert owner.open_amount == Decimal("0.00")
    assert booking.confirmation.snapshot["booking"]["label"] == reason.label
    assert sound()


def test_by_default_only_a_booking_on_the_website_that_credit_covers_has_no_invoice():
    """Spec D-04: by hand there is always an invoice, unless the setting says otherwise."""
    owner = factories.customer()
    deposit(owner, "98.00")

    by_hand = factories.invoice(of=owner, credit_to_use=Decimal("49.00"))
    with transaction(owner):
        website = sell_at_once(
            owner, lines=make_positions(InvoicePosition, owner, [line()]),
            origin=InvoiceOrigin.WEBSITE, payment_method=PaymentMethod.BANK_TRANSFER, **GIVEN,
        )  # fmt: skip

    assert isinstance(by_hand, Invoice)
    assert by_hand.open_amount == Decimal("0.00")
    assert website.reason is BookingReason.COVERED
    assert website.confirmation.snapshot["deductions"][0]["amount"] == "49.00"
    assert owner.credit == Decimal("0.00")
    assert sound()


def test_a_booking_takes_neither_credit_nor_a_down_payment_off():
    """Where nothing is paid to us, nothing can go off it; the draft stays as it was."""
    owner = factories.customer()
    deposit(owner, "60.00")
    draft = factories.draft(
        of=owner, payment_method=PaymentMethod.EXTERNAL, credit_to_use=Decimal("10.00")
    )

    with pytest.raises(DomainError, match="Buchung ohne Rechnung"):
        issue_invoice(draft, **GIVEN)

    assert db.session.get(Invoice, draft.id) is not None
    assert db.session.scalar(select(func.count(Booking.id))) == 0


def test_a_full_course_asks_before_a_booking_too():
    dog = factories.participant()
    course = factories.full_course()
    draft = factories.draft(course_line(dog, course, FREE), of=dog.customer)

    with pytest.raises(NeedsConfirmation):
        issue_invoice(draft, **GIVEN)

    assert isinstance(issue_invoice(draft, confirmed=frozenset({"full"}), **GIVEN), Booking)


def test_an_accepted_offer_makes_bookings_where_nothing_is_invoiced():
    """One mail tells of both, with the confirmation attached."""
    dog = factories.participant()
    course = factories.course_date()
    offer = factories.offer(course_line(dog, course, FREE), of=dog.customer)
    texts = {kind: text.id for kind, text in consent_texts(DAY).items()}

    accept_offer(offer, version=1, consents=texts, on=DAY)

    booking = db.session.scalars(select(Booking)).one()
    assert (booking.offer_id, booking.origin) == (offer.id, InvoiceOrigin.OFFER)
    mail = db.session.scalars(select(Message).where(Message.template == "offer_accepted")).one()
    assert "B-2026-0001" in mail.body
    assert "Buchungsbestätigung" in mail.body
    assert len(mail.attachments) == 2
    assert sound()


# --- contracts --------------------------------------------------------------------------------


def test_a_free_period_of_a_contract_makes_one_booking_and_never_two():
    """Spec D-04, chapter 4 no. 23: the period is noted, so that a second run adds nothing."""
    contract = factories.contract_by_hand(starts_on=DAY, discount_percent=Decimal("100.00"))

    [booking] = bill_contract(contract, **GIVEN)
    again = bill_contract(contract, **GIVEN)

    assert again == []
    assert booking.reason is BookingReason.FREE
    assert booking.contract_id == contract.id
    period = db.session.scalars(select(ContractPeriod)).one()
    assert (period.booking_id, period.invoice_id) == (booking.id, None)
    assert db.session.scalar(select(func.count(Message.id))) == 0  # nothing is to be done about it
    cancel_booking(booking, reason="Irrtum", remove_participants=False, **GIVEN)
    assert cancelled_periods(contract) == [period]
    assert bill_period_again(contract, period=period, **GIVEN).number == "B-2026-0002"
    assert contract.state.value == "active"
    assert sound()


def test_a_contract_that_is_paid_elsewhere_books_every_period():
    dog = factories.participant()
    course = factories.running_course(starts_on=DAY)
    term = factories.term_template()
    sold = course_line(dog, course, "49.00", term_template_id=term.id, starts_on=DAY)

    first = booked(sold, of=dog.customer, payment_method=PaymentMethod.EXTERNAL)
    contract = db.session.scalars(select(Contract)).one()
    [second] = bill_contract(contract, on=date(2026, 12, 23), by=ANNA)

    assert first.contract_id == second.contract_id == contract.id
    assert (second.reason, second.total) == (BookingReason.EXTERNAL, Decimal("49.00"))
    periods = db.session.scalars(select(ContractPeriod).order_by(ContractPeriod.first)).all()
    assert [p.booking_id for p in periods] == [first.id, second.id]
    assert sound()


def test_a_contract_cancelled_from_its_beginning_takes_its_bookings_along():
    contract = factories.contract_by_hand(starts_on=DAY, payment_method=PaymentMethod.EXTERNAL)
    [booking] = bill_contract(contract, **GIVEN)

    cancel_contract(contract, reason="Irrtum", confirmed=frozenset({"cancel_contract"}), **GIVEN)

    assert booking.state is BookingState.CANCELLED
    assert sound()


# --- what becomes of it -----------------------------------------------------------------------


def test_a_booking_is_done_and_open_again_and_sent_once_more():
    """Spec INV-06."""
    booking = free_course()

    finish_booking(booking, **GIVEN)
    with pytest.raises(IllegalTransition):
        finish_booking(booking, **GIVEN)
    reopen_booking(booking, **GIVEN)
    message = resend_booking(booking, to_current=True, **GIVEN)

    assert booking.state is BookingState.OPEN
    assert message.attachments
    assert message.recipient == booking.customer.email
    assert actions(booking) == ["booking.made", "booking.done", "booking.reopened",
                                "booking.resent"]  # fmt: skip


def test_cancelling_gives_back_the_place_and_the_credit():
    factories.change_company(covered_rule=CoveredRule.BOOKING)
    dog = factories.participant()
    deposit(dog.customer, "149.00")
    course = factories.course_date()
    sold = course_line(dog, course)
    booking = booked(sold, of=dog.customer, credit_to_use=Decimal("149.00"))

    told = plan_booking_cancellation(booking).lines()
    cancel_booking(booking, reason="Krank", send_mail=True, **GIVEN)

    assert told == ["Bello verlässt „Welpenkurs“.", ("Wird wieder Guthaben", Decimal("149.00"))]
    assert db.session.scalars(select(Enrolment)).one().state is EnrolmentState.REMOVED
    assert dog.customer.credit == Decimal("149.00")
    assert booking.credit_used == Decimal("0.00")
    entry = db.session.scalars(select(CreditEntry).order_by(CreditEntry.id.desc())).first()
    assert (entry.kind, entry.booking_id) == (EntryKind.CANCELLATION, booking.id)
    mail = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert "149,00\xa0€ haben wir Ihrem Guthaben gutgeschrieben" in mail.body
    for late in (
        lambda: cancel_booking(booking, reason="Noch einmal", **GIVEN),
        lambda: convert_booking(booking, **GIVEN),
        lambda: resend_booking(booking, to_current=False, **GIVEN),
    ):
        with pytest.raises(DomainError):
            late()
    assert sound()


def test_cancelling_can_leave_the_participant_in_the_course():
    booking = free_course()

    cancel_booking(booking, reason="Doppelt", remove_participants=False, **GIVEN)

    assert db.session.scalars(select(Enrolment)).one().state is EnrolmentState.ACTIVE


# --- an invoice after all ---------------------------------------------------------------------


def test_a_booking_becomes_an_invoice_and_what_it_gave_belongs_to_that():
    """Spec INV-05: a new number, the booking stays linked, nothing is given twice."""
    dog = factories.participant()
    course = factories.course_date(capacity=1)
    sold = course_line(dog, course)
    booking = booked(sold, of=dog.customer, payment_method=PaymentMethod.EXTERNAL)

    invoice = convert_booking(
        booking, payment_method=PaymentMethod.BANK_TRANSFER, send_mail=True, **GIVEN
    )

    assert (invoice.number, invoice.total) == ("R-2026-00001", Decimal("149.00"))
    assert (booking.state, booking.invoice) == (BookingState.CONVERTED, invoice)
    place = db.session.scalars(select(Enrolment)).one()
    assert (place.booking_id, place.invoice_id) == (booking.id, invoice.id)
    with pytest.raises(DomainError, match="schon umgewandelt, in Rechnung R-2026-00001"):
        convert_booking(booking, **GIVEN)
    with pytest.raises(DomainError):
        cancel_booking(booking, reason="Zu spät", **GIVEN)
    cancel_positions(invoice, reason="Krank", **GIVEN)
    assert place.state is EnrolmentState.REMOVED
    assert sound()


def test_credit_that_paid_for_a_booking_pays_its_invoice():
    factories.change_company(covered_rule=CoveredRule.BOOKING)
    owner = factories.customer()
    deposit(owner, "49.00")
    booking = booked(of=owner, credit_to_use=Decimal("49.00"))

    invoice = convert_booking(booking, **GIVEN)

    assert (invoice.paid, invoice.open_amount) == (Decimal("49.00"), Decimal("0.00"))
    assert owner.credit == booking.credit_used == Decimal("0.00")
    assert sound()


def test_the_period_of_a_contract_goes_over_to_the_invoice():
    contract = factories.contract_by_hand(starts_on=DAY, payment_method=PaymentMethod.EXTERNAL)
    [booking] = bill_contract(contract, **GIVEN)

    invoice = convert_booking(booking, payment_method=PaymentMethod.BANK_TRANSFER, **GIVEN)

    period = db.session.scalars(select(ContractPeriod)).one()
    assert (period.invoice_id, invoice.contract_id) == (invoice.id, contract.id)
    assert bill_contract(contract, **GIVEN) == []
    assert sound()


def test_without_the_finance_module_there_is_no_invoice_to_make():
    factories.change_company(finance_module=False)
    booking = booked()

    with pytest.raises(DomainError, match="Finanzmodul"):
        convert_booking(booking, **GIVEN)

    factories.change_company(finance_module=True)
    assert convert_booking(booking, **GIVEN).number == "R-2026-00001"


def test_two_who_convert_at_once_make_one_invoice(app):
    booking_id = booked(payment_method=PaymentMethod.EXTERNAL).id

    def convert():
        return convert_booking(db.session.get(Booking, booking_id), **GIVEN).number

    db.session.remove()
    results = in_threads(app, *[convert] * 4)

    assert results.count("R-2026-00001") == 1
    assert sum("schon umgewandelt" in str(result) for result in results) == 3
    assert db.session.scalar(select(func.count(Invoice.id))) == 1
    assert sound()


# --- paid with codes (D-04, VOU-11) -----------------------------------------------------------


def sell_online(owner, lines, *vouchers, on=DAY):
    """As the website does: at once, with codes that pay all they can."""
    with transaction(owner, *vouchers):
        return sell_at_once(
            owner, lines=make_positions(InvoicePosition, owner, lines),
            origin=InvoiceOrigin.WEBSITE, payment_method=PaymentMethod.BANK_TRANSFER,
            vouchers={voucher.id: Decimal("0.00") for voucher in vouchers}, on=on, by=ANNA,
        )  # fmt: skip


def paid_with(booking):
    """The deductions as the customer reads them."""
    return [(d["kind"], d["amount"]) for d in booking.confirmation.snapshot["deductions"]]


def test_what_codes_pay_in_full_on_the_website_is_a_booking_and_the_invoice_it_becomes_takes_over():
    """Spec D-04: the redemption stands once, whatever becomes of the code in the meantime."""
    dog, course = factories.participant(), factories.course_date()
    owner = dog.customer
    deposit(owner, "60.00")
    code = discount_code(percent=Decimal("10.00"), most_uses=1)
    money = value_voucher(value=Decimal("100.00"), valid_to=DAY)

    booking = sell_online(owner, [course_line(dog, course)], code, money)

    assert (booking.reason, booking.total) == (BookingReason.VOUCHER, Decimal("134.10"))
    assert paid_with(booking) == [("voucher", "100.00"), ("credit", "34.10")]
    assert (booking.voucher_used, booking.credit_used) == (Decimal("100.00"), Decimal("34.10"))
    sentence = booking.confirmation.snapshot["booking"]["sentence"]
    assert sentence.startswith("Gutschein und Guthaben decken zusammen")
    assert (money.rest, money.uses, code.uses) == (Decimal("0.00"), 1, 1)
    assert owner.credit == Decimal("25.90")
    assert document_bytes(renditions_of(booking.confirmation)[0]).startswith(b"%PDF-")
    assert sound()

    block_voucher(money, reason="Verloren", **GIVEN)
    invoice = convert_booking(booking, on=DAY + timedelta(9), by=ANNA)

    assert (invoice.total, invoice.paid) == (Decimal("134.10"), Decimal("134.10"))
    assert (booking.voucher_used, booking.credit_used) == (Decimal("0.00"), Decimal("0.00"))
    assert (money.rest, money.uses, code.uses) == (Decimal("0.00"), 1, 1)
    assert owner.credit == Decimal("25.90")
    cancel_positions(invoice, reason="Krank", on=DAY + timedelta(9), by=ANNA)
    assert (money.rest, money.uses, code.uses) == (Decimal("100.00"), 0, 0)
    assert owner.credit == Decimal("60.00")
    assert sound()


def test_codes_follow_the_setting_and_only_lower_prices_where_nothing_is_paid_to_us():
    """Spec D-04: by hand an invoice, unless the setting or the method says otherwise."""
    owner = factories.customer()
    by_hand = factories.invoice(of=owner, codes=[value_voucher(value=Decimal("49.00")).code])
    assert isinstance(by_hand, Invoice)
    elsewhere = {"of": owner, "payment_method": PaymentMethod.EXTERNAL}
    with pytest.raises(DomainError, match="Buchung ohne Rechnung"):
        booked(codes=[value_voucher(value=Decimal("10.00")).code], **elsewhere)
    with pytest.raises(DomainError, match="keine Raten"):
        booked(instalments=2, **elsewhere)

    lowered = booked(codes=[discount_code(percent=Decimal("10.00")).code], **elsewhere)
    covered = booked(codes=[value_voucher(value=Decimal("49.00")).code], **elsewhere)
    factories.change_company(covered_rule=CoveredRule.BOOKING)
    free = booked(codes=[discount_code(percent=Decimal("100.00")).code], of=owner)

    assert (lowered.reason, lowered.total) == (BookingReason.EXTERNAL, Decimal("44.10"))
    narrow = discount_code(percent=Decimal("10.00"), payment_methods=[PaymentMethod.EXTERNAL])
    bound = booked(codes=[narrow.code], **elsewhere)
    with pytest.raises(DomainError, match="nur Externe Bezahlung"):
        convert_booking(bound, payment_method=PaymentMethod.PAYPAL, **GIVEN)
    assert (covered.reason, covered.voucher_used) == (BookingReason.VOUCHER, Decimal("49.00"))
    assert (free.reason, free.total) == (BookingReason.VOUCHER, Decimal("0.00"))
    assert sound()


def test_a_part_of_a_booking_is_cancelled_with_what_paid_for_it_and_the_rest_goes_on():
    """What was paid last goes back first: to the voucher, then to credit; twice is refused."""
    factories.change_company(covered_rule=CoveredRule.BOOKING)
    dog, course = factories.participant(), factories.course_date(title="Rallye")
    owner = dog.customer
    deposit(owner, "98.00")
    money = value_voucher(value=Decimal("100.00"))
    booking = booked(
        course_line(dog, course), line("49.00", text="Buch"), of=owner,
        codes=[money.code], credit_to_use=Decimal("98.00"),
    )  # fmt: skip
    [first, second] = booking.positions

    told = plan_booking_cancellation(booking, positions=[first.key]).lines()
    cancel_booking(booking, positions=[first.key], reason="Krank", send_mail=True, **GIVEN)

    assert told == [
        ("Rallye", Decimal("149.00")),
        "Bello verlässt „Rallye“.",
        (f"Zurück auf Gutschein {money.short}", Decimal("100.00")),
        ("Wird wieder Guthaben", Decimal("49.00")),
    ]
    assert (booking.state, booking.left) == (BookingState.OPEN, [second])
    assert (booking.voucher_used, booking.credit_used) == (Decimal("0.00"), Decimal("49.00"))
    assert (money.rest, money.uses) == (Decimal("100.00"), 0)
    mail = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert "einen Teil Ihrer Buchung" in mail.body
    assert "100,00\xa0€ sind wieder auf dem Gutschein" in mail.body
    with pytest.raises(DomainError, match="„Rallye“ ist schon storniert"):
        cancel_booking(booking, positions=[first.key], reason="Krank", **GIVEN)
    assert sound()

    invoice = convert_booking(booking, **GIVEN)

    assert [p.text for p in invoice.current.positions] == ["Buch"]
    assert (invoice.total, invoice.paid) == (Decimal("49.00"), Decimal("49.00"))
    assert sound()


def test_two_bookings_at_once_use_a_code_only_once(app):
    voucher_id = value_voucher(value=Decimal("49.00")).id
    owners = [factories.customer().id for _n in range(3)]

    def buy(owner_id):
        owner, voucher = db.session.get(Customer, owner_id), db.session.get(Voucher, voucher_id)
        return sell_online(owner, [line()], voucher).number

    db.session.remove()
    results = in_threads(app, *(partial(buy, owner_id) for owner_id in owners))

    assert results.count("B-2026-0001") == 1
    assert sum("schon vollständig eingelöst" in str(result) for result in results) == 2
    assert sound()


def test_a_draft_without_a_mail_tells_of_nothing_that_its_booking_gives():
    [category] = factories.event().categories

    booked(factories.ticket_line(category, unit_price=Decimal("0.00")), send_mail=False)
    assert db.session.scalar(select(func.count(Message.id))) == 0
    booked(factories.ticket_line(category, unit_price=Decimal("0.00")))
    assert db.session.scalar(select(func.count(Message.id))) == 2


def test_one_cancels_and_one_converts_and_only_one_of_them_does_it(app):
    factories.change_company(covered_rule=CoveredRule.BOOKING)
    code = value_voucher(value=Decimal("49.00"))
    booking_id, voucher_id = booked(codes=[code.code]).id, code.id

    def convert():
        return str(convert_booking(db.session.get(Booking, booking_id), **GIVEN))

    def cancel():
        cancel_booking(db.session.get(Booking, booking_id), reason="Krank", **GIVEN)
        return "storniert"

    db.session.remove()
    results = in_threads(app, convert, cancel, convert, cancel)

    assert sum(result in ("R-2026-00001", "storniert") for result in results) == 1
    is_converted = db.session.get(Booking, booking_id).state is BookingState.CONVERTED
    left = db.session.get(Voucher, voucher_id).rest
    assert left == (Decimal("0.00") if is_converted else Decimal("49.00"))
    assert sound()
