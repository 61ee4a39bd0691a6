"""The office of everything that is sold, and what can be done in it, chosen by chance."""

from datetime import time, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from kutego import clock, jobs
from kutego.actor import Actor
from kutego.db import db
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    Activation,
    Appointment,
    Attendance,
    AttendanceValue,
    Booking,
    CompensationWay,
    Contract,
    ContractPause,
    ContractPeriod,
    ContractPrice,
    ContractState,
    CourseCategory,
    CourseDate,
    CourseDay,
    CourseDayState,
    CreditEntry,
    Customer,
    CustomerMerge,
    CustomerState,
    DayCompensation,
    DepositKind,
    Enrolment,
    EnrolmentState,
    Event,
    FirstInvoice,
    Invoice,
    InvoiceState,
    MakeUpClaim,
    MakeUpState,
    MembershipTemplate,
    Offer,
    OfferState,
    Package,
    Participant,
    ParticipantState,
    Payment,
    PaymentMethod,
    PositionKind,
    PriceStep,
    Product,
    Refund,
    Room,
    RoomRental,
    Settlement,
    StartRule,
    TermTemplate,
    Ticket,
    TicketCategory,
    TrialEnd,
    UnitQuota,
    UnitUse,
    Voucher,
    VoucherKind,
    VoucherTemplate,
    WaitlistEntry,
    WaitlistMode,
)
from kutego.operations import (
    appointments,
    billing,
    booking_cancellations,
    booking_conversions,
    bookings,
    called_off_days,
    cancellations,
    check_in,
    contract_cancellations,
    contract_dates,
    contract_making,
    contract_moves,
    contract_prices,
    contracts,
    course_day_changes,
    credit,
    customers,
    day_compensations,
    deletions,
    enrolment_changes,
    erasures,
    event_cancellations,
    instalments,
    invoice_corrections,
    invoices,
    make_up_days,
    make_ups,
    memberships,
    merging,
    offer_answers,
    offers,
    packages,
    participant_moves,
    participants,
    pauses,
    payments,
    refunds,
    room_rentals,
    stock,
    terminations,
    unmerging,
    voucher_conversion,
    voucher_payments,
    vouchers,
    waitlist,
    waitlist_offers,
)
from kutego.operations.attendances import record_attendance, record_rest
from kutego.operations.cancellations import cancellable_positions
from kutego.operations.master_data import save_record
from kutego.operations.offer_versions import consent_texts
from tests import factories
from tests.factories import DAY

FIRM = {"full", "occupied"}  # questions whose answer is no, so that nothing is ever taken twice
IBAN = "DE89370400440532013000"
MORNING = (
    "make_course_days", "bill_contracts", "compensate_days", "dunning", "remind_make_ups",
    "mail_vouchers", "offer_places", "work_mass_runs",
)  # fmt: skip
MOVES = []
RUNNING = (ContractState.PENDING, ContractState.ACTIVE, ContractState.TERMINATED)


def _name(record):
    """Which one it is, for the story."""
    return f"{record.__tablename__} {record.id}" if hasattr(record, "id") else "both"


def move(weight=1):
    """Mark what can be done, `weight` times as likely as the rest."""

    def mark(function):
        MOVES.extend([function] * weight)
        return function

    return mark


class Office:
    """A small office in which chance decides; a refusal is part of it and must leave nothing."""

    def __init__(self, chance):
        self.chance, self.day, self.hour, self.story = chance, DAY, 9, []
        with clock.at(self.now):
            self._furnish()

    @property
    def now(self):
        return clock.moment(self.day, time(self.hour))

    def _furnish(self):
        factories.change_company(make_ups=True, make_up_reminder_days=3)
        self.petra = Actor("Petra Kuhn", factories.employee().id)
        factories.legal_texts()
        for _n in range(5):
            owner = factories.customer(iban=IBAN)
            for _dog in range(2):
                factories.participant(owner)
        monthly, weekly = factories.term_template(), factories.term_template(
            name="Alle zwei Wochen", interval_weeks=2, price=Decimal("19.99"), minimum_months=3,
            registration_fee=Decimal("10.00"),
        )  # fmt: skip
        self.terms = [monthly.id, weekly.id]
        dogs = save_record(CourseCategory(), {"name": "Hunde"}, by=self.petra).id
        for n, mode in enumerate(WaitlistMode):
            block = factories.course_date(
                title=f"Welpen {n}", capacity=3, waitlist_mode=mode,
                category_id=dogs, starts_on=DAY + timedelta(days=7 + n),
                ends_on=DAY + timedelta(days=100),
                price=Decimal("100.00"),
            )  # fmt: skip
            running = factories.running_course(
                title=f"Junghunde {n}", starts_on=DAY, capacity=3, term_template_id=monthly.id,
                waitlist_mode=mode, category_id=dogs,
            )  # fmt: skip
            for course in (block, running):
                for week in range(10):
                    on = course.starts_on + timedelta(weeks=week)
                    factories.course_day(course, on, starts_at=time(16), ends_at=time(17))
        hall = factories.room()
        self.rooms = [hall.id, factories.room(hall.location, name="Nebenraum").id]
        self.lecturers = [factories.lecturer(first_name=name) for name in ("Ida", "Ben")]
        self.template = factories.appointment_template(*self.lecturers)
        self.event = factories.event(quotas=(9, 5), day=DAY + timedelta(days=60))
        leash = factories.product()
        stock.count_stock(leash, counted=Decimal("5.00"), reason="Anfang", on=DAY, by=self.petra)
        save_record(
            Package(), {"name": "3er-Karte", "units": 3, "price": Decimal("45.00")}, by=self.petra
        )
        for values in (
            {}, {"activation": Activation.ON_PAYMENT},
            {"activation": Activation.TRIAL, "trial_days": 10, "trial_price": Decimal("5.00"),
             "trial_end": TrialEnd.CONTINUES},
            {"start_rule": StartRule.CUT_OFF, "cut_off_day": 31,
             "first_invoice": FirstInvoice.PRO_RATA, "minimum_months": 6},
            {"start_rule": StartRule.CUT_OFF, "cut_off_day": 1, "interval_months": 3,
             "cut_off_month": 1, "first_invoice": FirstInvoice.RETROACTIVE},
        ):  # fmt: skip
            factories.membership_template(**values)
        factories.voucher_template()
        factories.value_voucher(send_mail=False)
        factories.discount_code(most_uses=3)
        factories.discount_code(percent=None, amount=Decimal("7.77"), name="Betrag")

    # --- helpers ---

    def step(self):
        """Do something."""
        what = self.chance.choice(MOVES)
        self.story.append(f"{self.day} {self.hour:02} {what.__name__}")
        db.session.rollback()
        self.hour += 1
        if self.hour > 19:
            self.day, self.hour = self.day + timedelta(days=1), 9
        with clock.at(self.now):
            what(self)

    def do(self, function, *record, **values):
        """Call an operation and answer its questions, but for those that are firm."""
        if any(each is None for each in record):
            return None
        answers, names = set(), ", ".join(map(_name, record))
        while True:
            wish = {"confirmed": frozenset(answers)} if answers else {}
            try:
                made = function(*record, **values, **wish, on=self.day, by=self.petra)
            except NeedsConfirmation as question:
                if question.code in answers:
                    raise AssertionError("asked twice") from question
                self.story[-1] += f" ?{question.code}"
                answers.add(question.code)
                if question.code in FIRM or self.chance.random() < 0.2:
                    return None
            except DomainError as refusal:
                self.story[-1] += f" !{refusal}"
                return None
            else:
                self.story[-1] += f" ={function.__name__}({names})"
                return made

    def one(self, model, *which):
        """One of the records, or nothing where there is none."""
        ids = db.session.scalars(select(model.id).where(*which).order_by(model.id)).all()
        return db.session.get(model, self.chance.choice(ids)) if ids else None

    def customer(self):
        """Somebody who was not anonymised."""
        return self.one(Customer, Customer.state != CustomerState.ERASED,
                        Customer.email.like("kunde%"))  # fmt: skip

    def dog(self, of=None):
        """One of a customer's, or of anybody's."""
        mine = [Participant.customer_id == of.id] if of else []
        return self.one(Participant, Participant.state == ParticipantState.ACTIVE, *mine)

    def amount(self, most="60.00"):
        """Some money."""
        return Decimal(self.chance.randint(1, int(Decimal(most) * 100))).scaleb(-2)

    def soon(self, most=40):
        """A day around today."""
        return self.day + timedelta(days=self.chance.randint(-2, most))

    def yes(self):
        return self.chance.random() < 0.5

    def lines(self, of):
        """One to three positions of any kind."""
        kinds = [kind for kind in PositionKind if kind in LINES]
        count = self.chance.choice([1, 1, 2, 3])
        return [LINES[self.chance.choice(kinds)](self, of) for _n in range(count)]

    def codes(self):
        """Mostly none."""
        voucher = self.one(Voucher) if self.chance.random() < 0.25 else None
        return [voucher.code] if voucher else []


# --- positions -----------------------------------------------------------------------------------


def _course_line(office, of):
    course, dog = office.one(CourseDate), office.dog(of)
    runs = course.term_template_id is not None
    return factories.line(
        "49.00" if runs else "100.00", kind=PositionKind.COURSE, text=course.title,
        course_date_id=course.id, participant_id=dog.id if dog else None,
        term_template_id=office.chance.choice(office.terms) if runs else None,
        starts_on=office.soon() if runs else None, discount_percent=_discount(office),
    )  # fmt: skip


def _package_line(office, of):
    package, dog = office.one(Package), office.dog(of)
    return factories.line(
        "45.00", kind=PositionKind.PACKAGE, text="Karte", package_id=package.id,
        participant_id=dog.id if dog else None, quantity=Decimal(office.chance.randint(1, 2)),
    )  # fmt: skip


def _membership_line(office, _of):
    kind = office.one(MembershipTemplate)
    return factories.line(
        str(kind.price), kind=PositionKind.MEMBERSHIP, text=kind.name, starts_on=office.soon(),
        membership_template_id=kind.id, discount_percent=_discount(office),
    )  # fmt: skip


def _voucher_line(office, _of):
    template = office.one(VoucherTemplate)
    return factories.line(
        "50.00", kind=PositionKind.VOUCHER, text="Gutschein", voucher_template_id=template.id,
        vat_rate=Decimal("0.00"), quantity=Decimal(office.chance.randint(1, 2)),
    )  # fmt: skip


def _ticket_line(office, _of):
    return factories.ticket_line(office.one(TicketCategory), office.chance.randint(1, 2))


def _appointment_line(office, _of):
    at = time(office.chance.randint(8, 18), office.chance.choice([0, 30]))
    return factories.appointment_line(
        office.template, office.soon(10), at, office.chance.choice(office.lecturers)
    )


def _rental_line(office, _of):
    room = db.session.get(Room, office.chance.choice(office.rooms))
    at = office.chance.randint(8, 18)
    return factories.rental_line(room, office.soon(10), time(at), time(at + 2))


def _product_line(office, _of):
    return factories.line(
        "19.90", kind=PositionKind.PRODUCT, text="Leine", product_id=office.one(Product).id,
        quantity=Decimal(office.chance.randint(1, 3)), discount_percent=_discount(office),
    )  # fmt: skip


def _other_line(office, _of):
    return factories.line(str(office.amount()), vat_rate=office.chance.choice(
        [Decimal("19.00"), Decimal("7.00"), Decimal("0.00")]))  # fmt: skip


def _discount(office):
    return Decimal(office.chance.choice(["0.00", "0.00", "0.00", "33.33", "100.00"]))


LINES = {
    PositionKind.COURSE: _course_line,
    PositionKind.PACKAGE: _package_line,
    PositionKind.MEMBERSHIP: _membership_line,
    PositionKind.VOUCHER: _voucher_line,
    PositionKind.TICKET: _ticket_line,
    PositionKind.APPOINTMENT: _appointment_line,
    PositionKind.ROOM: _rental_line,
    PositionKind.PRODUCT: _product_line,
    PositionKind.OTHER: _other_line,
}

# --- sales ---------------------------------------------------------------------------------------


@move(weight=25)
def sell(office):
    of = office.customer()
    draft = office.do(
        invoices.save_draft, of, positions=office.lines(of), codes=office.codes(),
        payment_method=office.chance.choice(
            [PaymentMethod.BANK_TRANSFER, PaymentMethod.BANK_TRANSFER, PaymentMethod.EXTERNAL]),
        credit_to_use=min(of.credit, office.amount()) if office.yes() else Decimal(0),
        instalments=office.chance.choice([None, None, None, 3]),
    )  # fmt: skip
    if draft is not None and office.chance.random() < 0.9:
        office.do(invoices.issue_invoice, draft)


@move(weight=2)
def issue_old_draft(office):
    office.do(invoices.issue_invoice, office.one(Invoice, Invoice.state == InvoiceState.DRAFT))


@move(weight=2)
def offer(office):
    of = office.customer()
    draft = office.do(
        offers.save_offer, of, positions=office.lines(of),
        payment_method=PaymentMethod.BANK_TRANSFER,
    )  # fmt: skip
    office.do(offers.issue_offer, draft)


@move(weight=2)
def answer_offer(office):
    offer = office.one(Offer, Offer.state == OfferState.OPEN)
    if offer is None:
        return
    consents = {kind: text.id for kind, text in consent_texts(office.day).items()}
    try:
        if office.chance.random() < 0.7:
            offer_answers.accept_offer(
                offer, version=offer.version, consents=consents, codes=office.codes(),
                on=office.day,
            )  # fmt: skip
        else:
            offer_answers.decline_offer(offer, version=offer.version, on=office.day)
    except DomainError as refusal:
        office.story[-1] += f" !{refusal}"


@move()
def withdraw_offer(office):
    office.do(offers.withdraw_offer, office.one(Offer, Offer.state == OfferState.OPEN))


def _issued(office):
    return office.one(Invoice, Invoice.state == InvoiceState.ISSUED)


@move(weight=8)
def pay(office):
    invoice = _issued(office)
    part = {"amount": office.amount()} if office.chance.random() < 0.3 else {}
    office.do(payments.record_payment, invoice, paid_on=office.day, **part)


@move()
def reverse_payment(office):
    office.do(payments.reverse_payment, office.one(Payment), reason="Rücklast")


@move(weight=8)
def cancel(office):
    invoice = _issued(office)
    if invoice is None:
        return
    keys = [position.key for position in cancellable_positions(invoice)]
    chosen = [key for key in keys if office.yes()] or None
    values = {"positions": chosen}
    if chosen and office.chance.random() < 0.3:
        values = {"days": dict.fromkeys(chosen, office.chance.randint(1, 3))}
        if office.yes():
            values["leave_on"] = office.soon()
    office.do(
        cancellations.cancel_positions, invoice, **values, reason="Absage",
        fee=office.amount("20.00") if office.chance.random() < 0.2 else Decimal(0),
        settlement=office.chance.choice(list(Settlement)),
        remove_participants=office.chance.random() < 0.8,
    )  # fmt: skip


@move(weight=2)
def edit(office):
    invoice = _issued(office)
    if invoice is None:
        return
    kept = [invoices.as_input(position) for position in invoice.current.positions]
    if len(kept) > 1 and office.yes():
        kept.pop(office.chance.randrange(len(kept)))
    if office.yes():
        kept += office.lines(invoice.customer)[:1]
    office.do(invoice_corrections.edit_invoice, invoice, positions=kept, reason="Nachtrag")


@move()
def agree_instalments(office):
    office.do(instalments.agree_instalments, _issued(office),
              instalments=office.chance.randint(2, 4))  # fmt: skip


@move()
def redeem(office):
    voucher = office.one(Voucher, Voucher.kind != VoucherKind.DISCOUNT)
    office.do(voucher_payments.redeem_vouchers, _issued(office), codes=[voucher.code])


@move()
def convert_voucher(office):
    voucher = office.one(Voucher)
    office.do(voucher_conversion.convert_vouchers, office.customer(), codes=[voucher.code])


@move()
def block_voucher(office):
    voucher = office.one(Voucher)
    office.do(vouchers.block_voucher, voucher, reason="verloren")
    if office.yes():
        office.do(vouchers.unblock_voucher, voucher)


@move(weight=2)
def deposit(office):
    office.do(
        credit.deposit_credit, office.customer(), amount=office.amount(),
        kind=office.chance.choice(list(DepositKind)), received_on=office.day,
    )  # fmt: skip


@move()
def set_off(office):
    office.do(credit.set_off_credit, office.customer())


@move()
def pay_out(office):
    office.do(credit.pay_out_credit, office.customer(), amount=office.amount("20.00"), iban=IBAN,
              account_holder="Jörg Müller")  # fmt: skip


@move()
def correct_entry(office):
    office.do(credit.correct_entry, office.one(CreditEntry), reason="Tippfehler")


@move()
def mark_refunded(office):
    office.do(refunds.mark_refunded, office.one(Refund), refunded_on=office.day)


@move(weight=2)
def change_booking(office):
    booking = office.one(Booking)
    what = office.chance.choice(["done", "open", "cancel", "convert", "convert"])
    if what == "done":
        office.do(bookings.finish_booking, booking)
    elif what == "open":
        office.do(bookings.reopen_booking, booking)
    elif what == "cancel":
        office.do(booking_cancellations.cancel_booking, booking, reason="Absage")
    else:
        office.do(booking_conversions.convert_booking, booking,
                  payment_method=PaymentMethod.BANK_TRANSFER)  # fmt: skip


# --- contracts -----------------------------------------------------------------------------------


def _contract(office):
    """Mostly one that runs."""
    running = [Contract.state.in_(RUNNING)] if office.chance.random() < 0.85 else []
    return office.one(Contract, *running)


@move()
def contract_by_hand(office):
    dog = office.dog()
    if dog is None:
        return
    office.do(
        contract_making.create_contract, dog.customer, participant=dog,
        course_date=office.one(CourseDate, CourseDate.term_template_id.is_not(None)),
        term_template=db.session.get(TermTemplate, office.chance.choice(office.terms)),
        starts_on=office.soon(),
    )  # fmt: skip


@move()
def membership_by_hand(office):
    office.do(
        memberships.create_membership, office.customer(), starts_on=office.soon(),
        membership_template=office.one(MembershipTemplate),
    )  # fmt: skip


@move(weight=2)
def terminate(office):
    to = office.soon(60) if office.chance.random() < 0.3 else None
    office.do(terminations.terminate_contract, _contract(office), received_on=office.day, to=to)


@move()
def resume(office):
    office.do(terminations.resume_contract, _contract(office))


@move()
def end(office):
    office.do(terminations.end_contract, _contract(office), reason="Umzug",
              keep_place=office.yes())  # fmt: skip


@move()
def cancel_contract(office):
    office.do(contract_cancellations.cancel_contract, _contract(office), reason="Irrtum",
              settlement=office.chance.choice(list(Settlement)))  # fmt: skip


@move(weight=3)
def shift(office):
    office.do(contracts.shift_contract, _contract(office), reason="Pause",
              months=office.chance.choice([-2, -1, 1, 1, 2]))  # fmt: skip


@move()
def change_dates(office):
    contract = _contract(office)
    if contract is None:
        return
    ends_on = contract.ends_on + timedelta(days=office.chance.randint(-10, 10))
    next_on = ends_on + timedelta(days=office.chance.choice([1, 1, 5, -3]))
    office.do(
        contract_dates.change_contract_dates, contract, ends_on=ends_on, next_invoice_on=next_on
    )


@move()
def join_dates(office):
    office.do(
        office.chance.choice([contract_dates.join_end, contract_dates.join_next_invoice]),
        _contract(office),
    )


@move(weight=4)
def pause(office):
    contract = _contract(office)
    if contract is None:
        return
    first = office.soon(20)
    until = {"last": first + timedelta(days=office.chance.randint(0, 40))}
    if office.yes():
        first, until = contract.next_invoice_on, {"periods": office.chance.randint(1, 2)}
    office.do(
        pauses.pause_contract, contract, first=first, **until, keep_place=office.yes(),
        extend_term=office.yes(), reason="Urlaub",
    )  # fmt: skip


@move()
def withdraw_pause(office):
    office.do(pauses.withdraw_pause, office.one(ContractPause))


@move()
def change_price(office):
    office.do(
        contract_prices.change_contract_price, _contract(office), valid_from=office.soon(),
        step=office.chance.choice(list(PriceStep)), value=office.amount("20.00"),
    )  # fmt: skip


@move()
def withdraw_price(office):
    office.do(contract_prices.withdraw_price, office.one(ContractPrice))


@move()
def move_contract(office):
    contract = _contract(office)
    if contract is None:
        return
    moves_on = contract.next_invoice_on - timedelta(days=office.chance.randint(0, 20))
    office.do(
        contract_moves.move_contract, contract, moves_on=moves_on,
        course_date=office.one(CourseDate, CourseDate.term_template_id.is_not(None)),
    )  # fmt: skip


@move()
def bill_again(office):
    period = office.one(ContractPeriod)
    if period is not None:
        office.do(billing.bill_period_again, db.session.get(Contract, period.contract_id),
                  period=period)  # fmt: skip


# --- courses -------------------------------------------------------------------------------------


def _day(office):
    return office.one(CourseDay, CourseDay.state == CourseDayState.PLANNED)


@move()
def enrol(office):
    office.do(enrolment_changes.enrol_participant, office.dog(), starts_on=office.soon(),
              course_date=office.one(CourseDate))  # fmt: skip


@move(weight=2)
def change_place(office):
    place = office.one(Enrolment)
    what = office.chance.choice(["move", "end", "out"])
    if what == "move":
        office.do(enrolment_changes.move_enrolment, place, course_date=office.one(CourseDate))
    elif what == "end":
        office.do(enrolment_changes.end_enrolment, place, last_day=office.soon())
    else:
        office.do(enrolment_changes.take_out, place)


@move(weight=10)
def attend(office):
    place = office.one(Enrolment, Enrolment.state == EnrolmentState.ACTIVE)
    if place is None:
        return
    day = office.one(CourseDay, CourseDay.course_date_id == place.course_date_id,
                     CourseDay.on >= place.starts_on)  # fmt: skip
    if day is None:
        return
    seen = db.session.scalar(
        select(Attendance.value).where(
            Attendance.participant_id == place.participant_id, Attendance.course_day_id == day.id
        )
    )
    value = office.chance.choice([None, *AttendanceValue, AttendanceValue.MAKE_UP])
    office.do(record_attendance, place.participant, course_day=day, value=value, seen=seen)


@move()
def attend_rest(office):
    office.do(record_rest, office.one(CourseDay, CourseDay.on <= office.day))


@move(weight=2)
def call_off(office):
    office.do(called_off_days.call_off_day, _day(office),
              way=office.chance.choice(list(CompensationWay)))  # fmt: skip


@move()
def waive(office):
    office.do(day_compensations.waive_compensation, office.one(DayCompensation), reason="Absprache")


@move()
def move_day(office):
    office.do(course_day_changes.move_day, _day(office), held_on=office.soon(),
              starts_at=time(16), ends_at=time(17))  # fmt: skip


@move()
def give_make_up(office):
    office.do(make_ups.give_claim, office.dog(), course_date=office.one(CourseDate))


@move(weight=5)
def use_make_up(office):
    what = office.chance.choice(["use", "use", "use", "change", "release", "reset"])
    claim = office.one(MakeUpClaim, MakeUpClaim.state != MakeUpState.RESET)
    soon = office.one(
        CourseDay, CourseDay.state == CourseDayState.PLANNED,
        CourseDay.on.between(office.day, office.day + timedelta(days=28)),
    )  # fmt: skip
    if what in ("use", "change") and soon is not None:
        function = make_up_days.use_claim if what == "use" else make_up_days.change_day
        office.do(function, claim, course_day=soon)
    elif what == "release":
        office.do(make_up_days.release_claim, claim)
    else:
        office.do(make_ups.reset_claim, claim)


@move(weight=2)
def wait(office):
    office.do(waitlist.join_waitlist, office.dog(), course_date=office.one(CourseDate),
              is_binding=office.yes())  # fmt: skip


@move(weight=2)
def change_waiting(office):
    entry = office.one(WaitlistEntry)
    what = office.chance.choice(
        [waitlist.leave_waitlist, waitlist.reopen_entry, waitlist_offers.take_free_place,
         waitlist_offers.offer_place, waitlist_offers.move_up]
    )  # fmt: skip
    office.do(what, entry)


@move(weight=3)
def use_unit(office):
    if office.chance.random() < 0.7:
        office.do(packages.use_unit, office.one(UnitQuota), course_day=_day(office))
    elif (use := office.one(UnitUse)) is not None:
        office.do(packages.return_unit, use.quota, use=use)


# --- appointments, rooms, events, products -------------------------------------------------------


@move(weight=2)
def arrange(office):
    at = time(office.chance.randint(8, 18))
    who, on = office.chance.choice(office.lecturers), office.soon(10)
    if office.yes():
        office.do(appointments.arrange_appointment, office.customer(), template=office.template,
                  lecturer=who, day=on, at=at)  # fmt: skip
    else:
        office.do(appointments.move_appointment, office.one(Appointment), lecturer=who, day=on,
                  at=at)  # fmt: skip


@move()
def end_appointment(office):
    office.do(
        office.chance.choice(
            [appointments.cancel_appointment, appointments.mark_held, appointments.mark_missed]
        ),
        office.one(Appointment),
    )


@move(weight=2)
def rent(office):
    room = db.session.get(Room, office.chance.choice(office.rooms))
    at = office.chance.randint(8, 18)
    when = {"room": room, "day": office.soon(10), "at": time(at), "until": time(at + 2)}
    if office.yes():
        office.do(room_rentals.rent_room, office.customer(), **when)
    elif office.yes():
        office.do(room_rentals.move_rental, office.one(RoomRental), **when)
    else:
        office.do(room_rentals.cancel_rental, office.one(RoomRental))


@move(weight=2)
def at_the_door(office):
    what = office.chance.choice([check_in.admit_ticket, check_in.undo_admission])
    office.do(what, office.one(Ticket))


@move()
def cancel_event(office):
    if office.chance.random() < 0.05:
        office.do(event_cancellations.cancel_event, office.one(Event), reason="Sturm")


@move()
def keep_stock(office):
    leash = office.one(Product)
    what = office.chance.choice(["count", "receive", "stop"])
    if what == "count":
        office.do(stock.count_stock, leash, counted=office.amount("9.00"), reason="Inventur")
    elif what == "receive":
        office.do(stock.receive_stock, leash, quantity=Decimal(3))
    elif office.chance.random() < 0.2:
        office.do(stock.stop_counting, leash)


# --- people --------------------------------------------------------------------------------------


@move()
def newcomer(office):
    factories.participant(factories.customer(iban=IBAN))


@move()
def give_away(office):
    office.do(participant_moves.move_participant, office.dog(), customer=office.customer(),
              with_contracts=office.yes())  # fmt: skip


@move()
def merge(office):
    both = [office.customer(), office.customer()]
    if both[0].id != both[1].id and office.chance.random() < 0.3:
        office.do(merging.merge_customers, both)


@move()
def undo_merge(office):
    office.do(unmerging.undo_merge, office.one(CustomerMerge))


@move()
def lock_out(office):
    of = office.customer()
    office.do(customers.lock_customer, of, reason="zahlt nicht")
    if office.chance.random() < 0.95:
        office.do(customers.unlock_customer, of, reason="hat gezahlt")


@move()
def archive(office):
    office.do(participants.archive_participant, office.dog())
    office.do(participants.restore_participant, office.one(Participant))


@move()
def forget(office):
    what = office.chance.choice([erasures.erase_customer, deletions.delete_customer])
    office.do(what, office.customer())


# --- time ----------------------------------------------------------------------------------------


@move(weight=8)
def days_go_by(office):
    office.day += timedelta(days=office.chance.choice([1, 1, 3, 7, 15]))
    office.hour = 6
    with clock.at(office.now):
        for name in MORNING:
            result = jobs.run_job(name, office.day)
            assert result.failed == 0, (name, result.problems)


def count(model, *which):
    """How many there are."""
    return db.session.scalar(select(func.count()).select_from(model).where(*which)) or 0
