"""Free places go to whoever waits, in three ways (spec COU-12, D-09, INV-57, U-20, SMS-05)."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db, transaction
from kutego.errors import DomainError, NeedsConfirmation
from kutego.jobs import run_job
from kutego.models import (
    CourseDay,
    CourseState,
    Enrolment,
    EnrolmentState,
    Invoice,
    Message,
    OfferState,
    Participant,
    PositionKind,
    WaitlistEntry,
    WaitlistMode,
    WaitlistState,
    WaitlistStatus,
)
from kutego.models import company as house
from kutego.operations.customers import lock_customer
from kutego.operations.enrolments import enrol, remove_enrolment
from kutego.operations.master_data import save_record
from kutego.operations.offer_answers import accept_offer, decline_offer
from kutego.operations.offer_versions import consent_texts
from kutego.operations.offers import withdraw_offer
from kutego.operations.participants import archive_participant
from kutego.operations.waitlist import (
    join_waitlist,
    leave_waitlist,
    move_entry,
    place_in_line,
    remove_entry,
    reopen_entry,
)
from kutego.operations.waitlist_offers import move_up, offer_place, take_free_place
from tests import factories
from tests.factories import ANNA, DAY
from tests.racing import in_threads

BY = {"on": DAY, "by": ANNA}
NOON = clock.noon(DAY)
FULL = frozenset({"full"})


@pytest.fixture(autouse=True)
def texts(app):
    factories.legal_texts()


def full_course(capacity=1, **values):
    """A course whose places are all taken, and who has them."""
    values = {"title": "Seepferdchen", "price": Decimal("120.00"), "capacity": capacity} | values
    course = factories.course_date(**values)
    seats = []
    for _seat in range(capacity):
        sitting = factories.participant()
        with transaction():
            seats.append(enrol(sitting, course, starts_on=course.starts_on, ends_on=course.ends_on,
                               by=ANNA))  # fmt: skip
    return course, seats


def waiting(course, *, of=None, name="Mia", **values):
    who = factories.participant(of or factories.customer(), first_name=name)
    with clock.at(NOON):
        return join_waitlist(who, course_date=course, **BY, **values)


def free(seat):
    with transaction():
        remove_enrolment(seat, **BY)


def work(later=timedelta(0), **counts):
    """Run the job; it does, refuses and fails as said."""
    with clock.at(NOON + later):
        result = run_job("offer_places", (NOON + later).date())
    assert (result.done, result.refused, result.failed) == (
        counts.get("done", 0), counts.get("refused", 0), 0
    ), result.problems  # fmt: skip
    return result


def states(*entries, at=timedelta(0)):
    return [entry.status(NOON + at).value for entry in entries]


def mails(entry):
    rows = select(Message.template).where(
        Message.subject_type == "waitlist_entry", Message.subject_id == entry.id
    )
    return db.session.scalars(rows.order_by(Message.id)).all()


def accept(offer):
    agreed = {kind: text.id for kind, text in consent_texts(DAY).items()}
    return accept_offer(offer, version=offer.version, consents=agreed, on=DAY)


def refuse(sentence, call, *args, **values):
    with pytest.raises(DomainError, match=sentence):
        call(*args, **values)


def test_a_list_refuses_whoever_does_not_belong_on_it(app):
    course, _seats = full_course(waitlist_limit=2)
    mia = waiting(course)
    again = db.session.get_one(Participant, mia.participant_id)
    refuse("steht schon auf der Warteliste", join_waitlist, again, course_date=course, **BY)
    locked, gone = factories.participant(), factories.participant()
    lock_customer(locked.customer, reason="x", **BY)
    archive_participant(gone, **BY)
    refuse("gesperrt", join_waitlist, locked, course_date=course, **BY)
    refuse("archiviert", join_waitlist, gone, course_date=course, **BY)
    no_list, _ = full_course(waitlist_limit=0)
    refuse("hat keine Warteliste", waiting, no_list)
    refuse("findet nicht mehr statt", join_waitlist, factories.participant(), course_date=course,
           on=course.ends_on + timedelta(days=1), by=ANNA)  # fmt: skip
    empty = factories.course_date(capacity=3)
    with pytest.raises(NeedsConfirmation) as question:
        waiting(empty)
    assert question.value.code == "free"
    waiting(factories.course_date(capacity=3, waitlist_parallel=True))  # open beside its places
    waiting(course, name="Ben")
    refuse("ist voll: Sie hat 2 Plätze", waiting, course)
    for values, sentence in (
        ({"waitlist_hours": 0}, "zwischen 1 und 720 Stunden"),
        ({"waitlist_limit": -1}, "0 heißt: keine"),
        ({"make_up_valid_days": 900}, "zwischen 1 und 731 Tagen"),
    ):
        refuse(sentence, save_record, course, values, by=ANNA)

    refuse("Bitte einen Grund", remove_entry, mia, reason=" ", **BY)
    refuse("kein Platz frei", offer_place, mia, **BY)
    remove_entry(mia, reason="Umgezogen", notify=True, **BY)
    assert (states(mia), mails(mia)) == (["withdrawn"], ["waitlist_removed"])
    refuse("kann nachrücken", move_up, mia, **BY)
    leave_waitlist(mia, **BY)  # the link in an old mail


def test_the_office_changes_the_order_and_what_the_customer_sees_follows(app):
    course, _seats = full_course()
    mia, ben, lea = (waiting(course, name=name) for name in ("Mia", "Ben", "Lea"))
    refuse("von 1 bis 3", move_entry, lea, to=4, **BY)
    move_entry(lea, to=1, **BY)
    assert [place_in_line(entry) for entry in (mia, ben, lea)] == [2, 3, 1]
    leave_waitlist(lea, **BY)
    assert [place_in_line(entry) for entry in (mia, ben, lea)] == [1, 2, None]


def test_a_free_place_is_offered_to_the_next_until_somebody_takes_it(app):
    """The whole story by the clock: offered, reminded, expired, the next accepts, an invoice."""
    save_record(house(), {"sms_active": True}, by=ANNA)
    course, [seat] = full_course()
    parent = factories.customer(mobile="0171 1234567")
    lea = waiting(course, name="Lea", of=parent, send_mail=True)
    mia, ben = waiting(course), waiting(course, name="Ben")
    work()  # nothing is free
    free(seat)

    work(done=1)
    work()  # run twice, nothing more
    assert states(lea, mia, ben) == ["offered", "waiting", "waiting"]
    assert lea.answer_by == NOON + timedelta(hours=48)
    assert (lea.offer.total, lea.offer.text.count("25.11.2026, 12:00 Uhr")) == (Decimal("120"), 1)
    assert mails(lea) == ["waitlist_joined", "waitlist_offer"]
    texts = select(Message.body).where(Message.sms_trigger == "waiting_list")
    assert "ist bis 25.11.2026, 12:00 frei gehalten" in db.session.scalars(texts).one()
    refuse("angeboten bekommen", leave_waitlist, lea, **BY)
    with clock.at(NOON), transaction(), pytest.raises(NeedsConfirmation, match="freigehalten"):
        enrol(factories.participant(), course, starts_on=DAY, ends_on=None, by=ANNA)
    work(timedelta(hours=35))
    work(timedelta(hours=36), done=1)  # a quarter of the time is left
    work(timedelta(hours=47))
    assert mails(lea)[2:] == ["waitlist_reminder"]

    late = timedelta(hours=48)
    work(late, done=1)
    assert states(lea, mia, ben, at=late) == ["expired", "offered", "waiting"]
    with clock.at(NOON + late):
        refuse("nicht mehr offen", accept, lea.offer)
        reopen_entry(lea, **BY)
        assert [place_in_line(entry) for entry in (ben, lea)] == [1, 2]
        decline_offer(mia.offer, version=mia.offer.version, on=DAY)
    work(late, done=1)
    with clock.at(NOON + late):
        accept(ben.offer)
    work(late)

    assert states(lea, mia, ben, at=late) == ["waiting", "withdrawn", "accepted"]
    assert ben.enrolment.participant_id == ben.participant_id
    [invoice] = db.session.scalars(select(Invoice)).all()
    assert (invoice.total, invoice.customer_id) == (Decimal("120.00"), ben.customer_id)


def test_a_job_that_is_three_days_late_reminds_nobody_of_what_is_over(app):
    course, [seat] = full_course(waitlist_hours=48)
    mia, ben, eva = (waiting(course, name=name) for name in ("Mia", "Ben", "Eva"))
    free(seat)
    work(done=1)

    work(timedelta(days=3), done=1)  # nothing ran in between
    work(timedelta(days=3))

    assert states(mia, ben, eva, at=timedelta(days=3)) == ["expired", "offered", "waiting"]
    assert [mails(each) for each in (mia, ben, eva)] == [["waitlist_offer"]] * 2 + [[]]
    with clock.at(NOON + timedelta(days=3)):  # the whole time to answer begins with the offer
        assert ben.answer_by == clock.now() + timedelta(hours=48)


def test_an_offer_taken_back_passes_the_place_on(app):
    course, [seat] = full_course()
    mia, ben = waiting(course), waiting(course, name="Ben")
    free(seat)
    work(done=1)
    with clock.at(NOON):
        withdraw_offer(mia.offer, **BY)
    work(done=1)
    assert states(mia, ben) == ["withdrawn", "offered"]

    with transaction():  # somebody else is put in beyond the places
        enrol(factories.participant(), course, starts_on=DAY, ends_on=None, by=ANNA, confirmed=FULL)
    with clock.at(NOON):
        refuse("inzwischen leider vergeben", accept, ben.offer)
    with transaction():  # and then the one who was asked, too: nobody asks them any more
        enrol(ben.participant, course, starts_on=DAY, ends_on=None, by=ANNA, confirmed=FULL)
    assert (states(ben), ben.offer.state) == (["accepted"], OfferState.WITHDRAWN)
    assert ben.enrolment.participant_id == ben.participant_id


def test_all_are_told_and_the_first_has_the_place_for_half_an_hour(app):
    course, [seat] = full_course(waitlist_mode=WaitlistMode.NOTIFY_ALL)
    mia, ben = waiting(course), waiting(course, name="Ben")
    refuse("jemand schneller", take_free_place, ben, **BY)
    free(seat)

    work(done=2)
    work()
    with clock.at(NOON):
        offer = take_free_place(ben, **BY)
        assert take_free_place(ben, **BY) is offer  # twice is once
        refuse("jemand schneller", take_free_place, mia, **BY)
    work()
    half_an_hour = timedelta(minutes=30)
    with clock.at(NOON + half_an_hour):
        other = take_free_place(mia, **BY)
        refuse("jemand schneller", take_free_place, ben, **BY)
        accept(other)
        refuse("nicht mehr offen", accept, offer)
    assert states(mia, at=half_an_hour) == ["accepted"]
    work(half_an_hour, done=1)  # Ben waits on, and will hear of the next place
    assert (ben.state, ben.notified_at, mails(ben)) == (
        WaitlistState.WAITING, None, ["waitlist_free"]
    )  # fmt: skip


def test_who_ordered_a_place_moves_up_with_an_invoice_and_who_cannot_is_passed_over(app):
    course, seats = full_course(3, waitlist_mode=WaitlistMode.MOVE_UP)
    locked, twice, mia, shy = (
        waiting(course, name=name, is_binding=name != "Tim")
        for name in ("Uwe", "Eva", "Mia", "Tim")
    )
    lock_customer(locked.customer, reason="zahlt nicht", **BY)
    other = factories.course_date(title="Bronze", starts_on=DAY)
    for each in course, other:
        day = {"course_date_id": each.id, "on": course.starts_on}
        save_record(CourseDay(), {**day, "starts_at": time(16), "ends_at": time(17)}, by=ANNA)
    with transaction():  # has something else at that time
        enrol(twice.participant, other, starts_on=DAY, ends_on=None, by=ANNA)
    for seat in seats:
        free(seat)

    result = work(done=2, refused=2)
    assert work().problems == []  # told once
    assert "ist gesperrt" in result.problems[0]
    assert "Eva ist am 01.12.2026 schon in „Bronze“" in result.problems[1]
    assert states(locked, twice, mia, shy) == ["waiting", "waiting", "accepted", "offered"]
    assert locked.held_back.endswith("ist gesperrt.")
    [invoice] = db.session.scalars(select(Invoice)).all()
    assert (invoice.total, invoice.number is not None) == (Decimal("120.00"), True)
    assert mails(mia) == ["waitlist_moved_up"]

    refuse("ist gesperrt", move_up, locked, **BY)
    with clock.at(NOON):
        move_up(waiting(course, name="Jo"), **BY)
    with clock.at(NOON), pytest.raises(NeedsConfirmation) as question:  # two sit, one is kept
        move_up(waiting(course, name="Kim"), **BY)
    assert question.value.code == "full"
    kim = db.session.scalars(select(WaitlistEntry).order_by(WaitlistEntry.id.desc())).first()
    move_up(kim, confirmed=FULL, **BY)  # the office has the last word
    assert states(kim) == ["accepted"]


def test_nobody_moves_up_to_a_higher_price_or_with_debts_without_being_asked(app):
    """COU-12: checked before the automatic move; the office may still decide otherwise."""
    course, seats = full_course(3, waitlist_mode=WaitlistMode.MOVE_UP)
    owes = factories.customer(first_name="Kai", last_name="Kurz")
    late = waiting(course, of=owes, name="Uwe", is_binding=True)
    factories.invoice(factories.line("30.00"), of=owes, on=DAY - timedelta(days=60))
    mia = waiting(course, is_binding=True)
    assert mia.agreed_price == Decimal("120.00")
    save_record(course, {"price": Decimal("135.00")}, by=ANNA)
    ben = waiting(course, name="Ben", is_binding=True)
    for seat in seats:
        free(seat)

    with pytest.raises(NeedsConfirmation, match=r"für 120,00.€ bestellt, heute kostet er 135,00.€"):
        move_up(mia, **BY)
    save_record(course, {"price": Decimal("120.00")}, by=ANNA)
    with pytest.raises(NeedsConfirmation, match=r"Kai Kurz hat 30,00.€ überfällig offen"):
        move_up(late, **BY)
    save_record(course, {"price": Decimal("135.00")}, by=ANNA)
    work(done=3)
    assert states(late, mia, ben) == ["offered", "offered", "accepted"]  # asked with an offer
    assert mia.offer.total == Decimal("135.00")
    other, [seat] = full_course(waitlist_mode=WaitlistMode.MOVE_UP)
    again = waiting(other, of=owes, name="Eva", is_binding=True)
    free(seat)
    work(refused=1)
    assert (states(again), "überfällig offen" in again.held_back) == (["waiting"], True)
    move_up(again, confirmed=frozenset({"owes"}), **BY)


def test_who_waits_for_a_course_that_is_called_off_is_told_and_struck_off(app):
    off, _seats = full_course()
    gone, over = waiting(off), waiting(full_course(title="Bronze")[0])
    save_record(off, {"state": CourseState.CANCELLED}, by=ANNA)
    work(done=1)
    assert (states(gone, over), mails(gone)) == (["withdrawn", "waiting"], ["waitlist_closed"])
    save_record(over.course_date, {"ends_on": over.course_date.starts_on}, by=ANNA)
    later = over.course_date.ends_on - DAY + timedelta(days=1)
    work(later=later, done=1)
    assert (states(over), mails(over)) == (["withdrawn"], [])  # nothing to tell


def test_a_running_course_offers_its_term_from_the_day_that_was_wished(app):
    term = factories.term_template(price=Decimal("39.00"))
    course = factories.running_course(capacity=1, starts_on=DAY, term_template_id=term.id)
    sitting = factories.participant()
    with transaction():
        seat = enrol(sitting, course, starts_on=DAY, ends_on=DAY + timedelta(days=40), by=ANNA)
    first = DAY + timedelta(days=41)
    soon, later = waiting(course), waiting(course, name="Ben", wished_from=first)
    work(done=1)  # who wishes to come when the place is free does not wait for the one before
    assert states(soon, later) == ["waiting", "offered"]
    with clock.at(NOON):
        accept(later.offer)
    assert (later.enrolment.starts_on, later.offer.total) == (first, Decimal("39.00"))
    assert later.enrolment.contract_id is not None
    assert seat.state is EnrolmentState.ACTIVE


def seated(course_id):
    active = select(func.count()).where(
        Enrolment.course_date_id == course_id, Enrolment.state == EnrolmentState.ACTIVE
    )
    return db.session.scalar(active)


def test_two_runs_at_once_give_one_place_to_one(app):
    for mode in WaitlistMode.OFFER_NEXT, WaitlistMode.MOVE_UP:
        course, [seat] = full_course(waitlist_mode=mode)
        entries = [waiting(course, name=name, is_binding=True) for name in ("Mia", "Ben")]
        free(seat)
        ids = [entry.id for entry in entries]
        name = "move_up" if mode is WaitlistMode.MOVE_UP else "offer_place"
        db.session.rollback()

        def serve(id_, name=name):
            call = {"move_up": move_up, "offer_place": offer_place}[name]
            with clock.at(NOON):
                return call(db.session.get_one(WaitlistEntry, id_), **BY).id

        def run():
            with clock.at(NOON):
                return run_job("offer_places", DAY).failed

        answers = in_threads(app, run, run, *(lambda id_=id_: serve(id_) for id_ in ids))
        assert [a for a in answers[:2] if a != 0] == []
        db.session.rollback()
        taken = [db.session.get_one(WaitlistEntry, id_).state for id_ in ids]
        expected = "accepted" if mode is WaitlistMode.MOVE_UP else "offered"
        assert sorted(state.value for state in taken) == [expected, "waiting"], answers


def test_who_accepts_in_the_last_second_has_the_place_or_the_next_one_is_asked(app):
    course, [seat] = full_course()
    mia, ben = waiting(course), waiting(course, name="Ben")
    free(seat)
    work(done=1)
    ids, offer_id, offer_model = (mia.id, ben.id), mia.offer_id, type(mia.offer)
    course_id, window = course.id, timedelta(hours=48)
    db.session.rollback()

    def take():
        with clock.at(NOON + window - timedelta(seconds=1)):
            accept(db.session.get_one(offer_model, offer_id))
            return "taken"

    def run():
        with clock.at(NOON + window + timedelta(seconds=1)):
            return run_job("offer_places", DAY).failed

    answers = in_threads(app, take, run)

    db.session.rollback()
    late = window + timedelta(seconds=2)
    first, second = states(*(db.session.get_one(WaitlistEntry, id_) for id_ in ids), at=late)
    if answers[0] == "taken":
        assert (first, second, seated(course_id)) == ("accepted", "waiting", 1)
    else:
        assert "inzwischen leider vergeben" in str(answers[0])
        assert (first, second, seated(course_id)) == ("expired", "offered", 0)
    assert answers[1] == 0


def test_who_accepts_while_the_office_gives_the_place_away_is_told_so_or_has_it(app):
    course, [seat] = full_course()
    mia, other = waiting(course), factories.participant()
    free(seat)
    work(done=1)
    offer_id, other_id, course_id = mia.offer_id, other.id, course.id
    lesson = factories.line("120.00", kind=PositionKind.COURSE, participant_id=other_id,
                            course_date_id=course_id)  # fmt: skip
    draft = factories.draft(lesson, of=other.customer)
    draft_id, offer_model = draft.id, type(mia.offer)
    db.session.rollback()

    def take():
        with clock.at(NOON):
            accept(db.session.get_one(offer_model, offer_id))
            return "taken"

    def sell():
        from kutego.operations.invoices import issue_invoice

        with clock.at(NOON):
            issue_invoice(db.session.get_one(Invoice, draft_id), confirmed=FULL, **BY)
            return "sold"

    answers = in_threads(app, take, sell)
    assert answers[1] == "sold"  # the office was warned, and may
    db.session.rollback()
    entry = db.session.scalars(select(WaitlistEntry)).one()
    if answers[0] == "taken":
        assert (entry.state, seated(course.id)) == (WaitlistState.ACCEPTED, 2)
    else:
        assert "inzwischen leider vergeben" in str(answers[0])
        assert (entry.status(NOON), seated(course.id)) == (WaitlistStatus.OFFERED, 1)
        assert entry.offer.state is OfferState.OPEN
