from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from kutego.db import Base, db, transaction
from kutego.errors import DomainError, NeedsConfirmation
from kutego.models import (
    Activity,
    AttendanceValue,
    Contract,
    CourseKind,
    Customer,
    CustomValue,
    Enrolment,
    EnrolmentState,
    FieldTarget,
    Industry,
    Invoice,
    MakeUpClaim,
    MakeUpState,
    Message,
    Participant,
    ParticipantNote,
    PositionKind,
)
from kutego.models.house_words import house_words
from kutego.operations import participant_moves
from kutego.operations.attendances import record_attendance
from kutego.operations.billing import bill_contract
from kutego.operations.company import save_company
from kutego.operations.custom_values import save_values
from kutego.operations.customers import lock_customer
from kutego.operations.enrolment_changes import (
    end_enrolment,
    enrol_by_hand,
    enrol_participant,
    insure_place,
    move_enrolment,
    take_out,
)
from kutego.operations.enrolment_mails import send_dates
from kutego.operations.enrolments import enrol
from kutego.operations.make_ups import give_claim
from kutego.operations.participant_moves import STAYING, move_participant, plan_move
from kutego.operations.participant_notes import (
    add_participant_note,
    delete_participant_note,
    edit_participant_note,
)
from kutego.operations.participants import archive_participant, change_level, delete_participant
from kutego.operations.places import fullest_day
from kutego.operations.verification import verify
from kutego.texts import gettext
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_threads

pytestmark = pytest.mark.usefixtures("app")
BY = {"on": DAY, "by": ANNA}
WEEK = timedelta(days=7)
END = date(2027, 2, 1)


def course(**values):
    return factories.course_date(**{"starts_on": DAY, "ends_on": END} | values)


def placed(where, dog=None, **values):
    dog = dog or factories.participant()
    return enrol_participant(dog, course_date=where, starts_on=DAY, **BY, **values)


def action(name):
    query = select(Activity).where(Activity.action == name).order_by(Activity.id.desc())
    return db.session.scalars(query).first()


# --- deleting, notes, level -------------------------------------------------------------------


def test_who_was_ever_in_a_course_or_on_a_document_is_archived_not_deleted():
    in_course, on_draft = placed(course()).participant, factories.participant()
    line = factories.line(participant_id=on_draft.id)
    factories.draft(line, of=on_draft.customer)

    for dog, why in ((in_course, r"Kursplätze \(1\)"), (on_draft, r"Positionen von Entwürfen")):
        with pytest.raises(DomainError, match=why):
            delete_participant(dog, **BY)
        archive_participant(dog, **BY)

    fresh = factories.participant(first_name="Neuling")
    owner = fresh.customer
    field = factories.custom_field(target=FieldTarget.PARTICIPANT)
    save_values(fresh, {field: "groß"}, by=ANNA)
    add_participant_note(fresh, text="Lieb", **BY)
    delete_participant(fresh, **BY)
    assert db.session.scalars(select(ParticipantNote)).all() == []
    assert db.session.scalars(select(CustomValue)).all() == []
    assert "neuling" not in owner.search
    assert action("participant.deleted").detail.facts == {"name": "Neuling"}


def test_a_note_has_its_author_and_a_correction_leaves_its_trace():
    dog = factories.participant()
    with pytest.raises(DomainError, match="Bitte einen Text"):
        add_participant_note(dog, text=" ", **BY)
    note = add_participant_note(dog, text="Zieht an der Leine", **BY)
    with pytest.raises(DomainError, match="nichts geändert"):
        edit_participant_note(note, text="Zieht an der Leine ", **BY)

    edit_participant_note(note, text="Zieht nicht mehr", **BY)
    assert (note.created_by, note.edited_by, note.customer) == (ANNA.name, ANNA.name, dog.customer)
    delete_participant_note(note, **BY)

    assert action("participant_note.deleted").detail.facts == {"text": "Zieht nicht mehr"}
    assert dog.notes == []


def test_a_level_is_changed_once_and_told():
    dog = factories.participant(level="Welpe")
    with pytest.raises(DomainError, match="hat diese Stufe schon"):
        change_level(dog, level="Welpe ", **BY)

    change_level(dog, level="Junghund", **BY)

    assert action("participant.changed").detail.facts == {"level": ["Welpe", "Junghund"]}


# --- words ------------------------------------------------------------------------------------


def test_a_new_industry_brings_its_words_unless_they_were_typed_with_it():
    save_company({"industry": Industry.DOG_SCHOOL}, by=ANNA)
    assert gettext("{participants}: {participant}") == "Hunde: Hund"
    house = factories.change_company(participants_word="Vierbeiner", participant_word="100 % Hund")
    assert (house.participant_last_name_label, house.participant_breed_label) == (None, "Rasse")
    assert house_words()["participants"] == "Vierbeiner"
    assert gettext("%(n)s {participant}", n=2) == "2 100 % Hund"

    save_company({"industry": Industry.CHILDREN, "participant_level_label": "Farbe"}, by=ANNA)

    assert house_words() == {"participant": "Kind", "participants": "Kinder", "level": "Farbe"}
    assert (house.participant_level_label, house.participant_breed_label) == ("Farbe", None)
    with pytest.raises(DomainError, match="spitze Klammern"):
        factories.change_company(participants_word="<b>Hunde")


# --- places -----------------------------------------------------------------------------------


def test_the_fullest_day_of_the_span_decides_over_a_place():
    full = course(capacity=2)
    days = [factories.course_day(full, DAY + n * WEEK) for n in range(3)]
    placed(full)
    enrol_participant(
        factories.participant(), course_date=full, starts_on=days[1].on, ends_on=days[1].on, **BY
    )
    assert fullest_day(full, DAY, None) == (days[1].on, 2)

    with pytest.raises(NeedsConfirmation, match=r"Am 30.11.2026 sind 2 von 2 Plätzen belegt") as no:
        placed(full)
    assert no.value.code == "full"
    enrol_participant(
        factories.participant(), course_date=full, starts_on=days[2].on, ends_on=days[2].on, **BY
    )
    claim = give_guest(days[0])
    assert fullest_day(full, DAY, DAY).taken == 2
    with pytest.raises(NeedsConfirmation):
        enrol_participant(
            factories.participant(), course_date=full, starts_on=DAY, ends_on=DAY, **BY
        )
    assert claim.used_day_id == days[0].id


def give_guest(day):
    factories.change_company(make_ups=True)
    dog = placed(course(title="Anderswo")).participant
    claim = give_claim(dog, course_date=dog.enrolments[0].course_date, **BY)
    with transaction(claim), db.session.no_autoflush:
        claim.move_to(MakeUpState.USED)
        claim.used_day_id = day.id
    return claim


def test_the_last_place_of_one_day_goes_to_one_of_two(app):
    full = course(capacity=2)
    later = factories.course_day(full, DAY + WEEK).on
    enrol_participant(
        factories.participant(), course_date=full, starts_on=later, ends_on=later, **BY
    )
    dogs = [factories.participant().id, factories.participant().id]
    db.session.rollback()

    def book(dog_id):
        dog = db.session.get_one(Participant, dog_id)
        return placed(db.session.merge(full, load=True), dog).id

    answers = in_threads(app, *(lambda dog=dog: book(dog) for dog in dogs))

    [refusal] = [a for a in answers if isinstance(a, Exception)]
    assert isinstance(refusal, NeedsConfirmation)
    assert refusal.code == "full"


def test_places_by_hand_are_refused_where_they_make_no_sense():
    there, dog = course(), factories.participant()
    archived = factories.participant()
    archive_participant(archived, **BY)
    locked = factories.participant()
    lock_customer(locked.customer, reason="Streit", **BY)

    for who, first, sentence in (
        (archived, DAY, "ist archiviert"),
        (locked, DAY, "ist gesperrt"),
        (dog, END + WEEK, "ist am 01.02.2027 zu Ende"),
    ):
        with pytest.raises(DomainError, match=sentence):
            enrol_by_hand(there, participant=who, starts_on=first, **BY)
    made = enrol_by_hand(there, participant=dog, starts_on=DAY, **BY)
    with pytest.raises(NeedsConfirmation, match="schon in"):
        enrol_by_hand(there, participant=dog, starts_on=DAY + WEEK, **BY)

    assert (made.ends_on, made.invoice_id, made.contract_id) == (END, None, None)


def test_a_place_moves_from_a_block_to_another_and_keeps_what_was_paid():
    old, new = course(title="Montag"), course(title="Dienstag", starts_on=DAY + WEEK)
    running = factories.running_course(starts_on=DAY)
    dog = factories.participant()
    sold = factories.line(
        kind=PositionKind.COURSE, participant_id=dog.id, course_date_id=old.id, starts_on=DAY
    )
    invoice = factories.invoice(sold, of=dog.customer)
    place = db.session.scalars(select(Enrolment)).one()
    held = factories.contract(course=running).enrolments[0]

    with pytest.raises(DomainError, match="von einem Blockkurs in einen anderen"):
        move_enrolment(place, course_date=running, **BY)
    with pytest.raises(DomainError, match="gehört zu einem Vertrag"):
        move_enrolment(held, course_date=new, **BY)
    later = DAY + 2 * WEEK
    insure_place(place, is_insured=True, **BY)
    with pytest.raises(DomainError, match="steht das schon so da"):
        insure_place(place, is_insured=True, **BY)
    monday = factories.course_day(old)
    record_attendance(dog, course_day=monday, value=AttendanceValue.ILL, seen=None, **BY)
    assert place.ill_days == 1
    moved = move_enrolment(place, course_date=new, notify=True, on=later, by=ANNA)

    assert (place.state, place.ends_on) == (EnrolmentState.ENDED, later - timedelta(days=1))
    assert (moved.starts_on, moved.ends_on, moved.moved_from_id) == (later, END, place.id)
    assert (moved.is_insured, moved.ill_days) == (True, 0)
    assert (moved.invoice_id, moved.position_key) == (invoice.id, place.position_key)
    assert (
        "wechselt in „Dienstag“"
        in db.session.scalars(
            select(Message.subject).where(Message.template == "enrolment_moved")
        ).one()
    )
    assert action("enrolment.moved").facts == {"old": "Montag", "new": "Dienstag"}


def test_a_place_ends_or_goes_without_money_and_the_dates_go_out():
    here = course(title="Montag")
    factories.course_day(here, DAY + WEEK)
    place = placed(here)
    with pytest.raises(DomainError, match="endet schon am"):
        end_enrolment(place, last_day=END, **BY)
    with pytest.raises(DomainError, match="beginnt erst am"):
        end_enrolment(place, last_day=DAY - WEEK, **BY)

    assert "30.11.2026" in send_dates(place, **BY).body
    end_enrolment(place, last_day=DAY, **BY)
    with pytest.raises(DomainError, match="kein Termin mehr"):
        send_dates(place, **BY)
    take_out(place, **BY)
    with pytest.raises(DomainError, match="ist schon „Entfernt“"):
        take_out(place, **BY)


# --- to another customer ----------------------------------------------------------------------


def test_every_table_about_a_participant_says_whether_it_moves():
    models = [kind for kind in vars(participant_moves).values() if isinstance(kind, type)]
    tables = {
        kind.__tablename__ for kind in models
        if issubclass(kind, Base) and "participant_id" in kind.__table__.c
    }  # fmt: skip
    about = {t.name for t in Base.metadata.sorted_tables if "participant_id" in t.c}

    assert about - tables - {"participant_note"} == STAYING - tables


def test_a_participant_moves_with_what_is_to_come_and_back_again():
    contract = factories.contract()
    dog, old, new = contract.participant, contract.customer, factories.customer(last_name="Neu")
    field = factories.custom_field(target=FieldTarget.PARTICIPANT)
    save_values(dog, {field: "groß"}, by=ANNA)
    over = placed(course(ends_on=DAY + WEEK), dog)
    on = DAY + 2 * WEEK

    with pytest.raises(DomainError, match="gehört schon zu diesem Kunden"):
        move_participant(dog, customer=old, with_contracts=True, on=on, by=ANNA)
    told = plan_move(dog, with_contracts=True, on=on).sentences
    assert any("ab dem 23.12.2026 bekommt der neue Kunde" in line for line in told)

    move_participant(dog, customer=new, with_contracts=True, on=on, by=ANNA)

    assert (dog.customer_id, contract.customer_id) == (new.id, new.id)
    assert contract.enrolments[0].customer_id == new.id
    assert over.customer_id == old.id  # what is over stays
    assert db.session.scalars(select(CustomValue.customer_id)).one() == new.id
    invoice = db.session.scalars(select(Invoice)).one()
    assert invoice.customer_id == old.id
    assert "bello" in new.search
    assert "bello" not in old.search
    [billed] = bill_contract(contract, on=contract.next_invoice_on, by=ANNA)
    assert billed.customer_id == new.id
    assert {i.customer_id for i in db.session.scalars(select(Invoice))} == {old.id, new.id}

    move_participant(dog, customer=old, with_contracts=True, on=on, by=ANNA)
    assert (dog.customer_id, contract.customer_id) == (old.id, old.id)
    assert action("participant.moved_here").facts == {"other": new.number}
    assert list(verify()) == []


def test_a_contract_may_stay_with_who_pays_so_far():
    contract = factories.contract()
    dog, old, new = contract.participant, contract.customer, factories.customer()

    move_participant(dog, customer=new, with_contracts=False, on=DAY, by=ANNA)
    bill_contract(contract, on=contract.next_invoice_on, by=ANNA)

    assert contract.enrolments[0].customer_id == new.id
    assert {i.customer_id for i in db.session.scalars(select(Invoice))} == {old.id}


def test_nobody_moves_off_a_draft_or_an_open_offer_or_to_a_locked_customer():
    dog, new = factories.participant(), factories.customer()
    factories.draft(factories.line(participant_id=dog.id), of=dog.customer)
    with pytest.raises(DomainError, match="steht noch auf einem Rechnungsentwurf"):
        move_participant(dog, customer=new, with_contracts=True, on=DAY, by=ANNA)

    lock_customer(new, reason="Streit", **BY)
    with pytest.raises(DomainError, match="ist nicht aktiv"):
        move_participant(
            factories.participant(), customer=new, with_contracts=True, on=DAY, by=ANNA
        )


def test_moved_while_billed_either_pays_but_never_both(app):
    contract = factories.contract()
    ids = contract.id, contract.participant_id, factories.customer().id
    due = contract.next_invoice_on
    db.session.rollback()

    def bill():
        return len(bill_contract(db.session.get_one(Contract, ids[0]), on=due, by=ANNA))

    def move():
        return move_participant(
            db.session.get_one(Participant, ids[1]),
            customer=db.session.get_one(Customer, ids[2]), with_contracts=True, on=DAY, by=ANNA,
        ).id  # fmt: skip

    answers = in_threads(app, bill, move)

    assert not [a for a in answers if isinstance(a, Exception)], answers
    contract = db.session.get_one(Contract, ids[0])
    assert contract.customer_id == ids[2]
    assert len(contract.periods) == 2
    assert len({i.id for i in db.session.scalars(select(Invoice))}) == 2
    assert list(verify()) == []


def test_a_double_place_of_a_contract_that_goes_on_is_asked_about():
    contract = factories.contract()
    later = contract.ends_on + WEEK
    dog = contract.participant
    with transaction(dog), pytest.raises(NeedsConfirmation, match="schon in"):
        enrol(dog, contract.course_date, starts_on=later, ends_on=None, by=ANNA)
    assert contract.course_date.kind is CourseKind.RUNNING
    assert Decimal(contract.price) > 0
    assert db.session.scalars(select(MakeUpClaim)).all() == []
