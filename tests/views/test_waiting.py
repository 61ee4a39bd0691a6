"""Make-up days and waiting lists on the screens of the office, and the page of who waits."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from kutego import clock
from kutego.clock import BERLIN
from kutego.db import db, transaction
from kutego.models import (
    CourseCategory,
    CourseDate,
    CourseDay,
    Enrolment,
    MakeUpClaim,
    MakeUpReason,
    MakeUpState,
    OfferState,
    Role,
    WaitlistEntry,
    WaitlistMode,
    WaitlistState,
)
from kutego.models import company as house
from kutego.operations.enrolments import enrol, remove_enrolment
from kutego.operations.make_ups import grant_claim
from kutego.operations.master_data import save_record
from kutego.operations.waitlist import join_waitlist
from tests import factories
from tests.factories import ANNA
from tests.views.test_office import login, statements
from tests.views.visitor import Visitor, hidden_fields

WEEK = timedelta(days=7)


def today():
    return clock.today(BERLIN)


def course(title, *, hour=16, leader=None, **values):
    """A course with days in one, two and three weeks."""
    made = factories.course_date(
        title=title, starts_on=today(), ends_on=today() + 10 * WEEK,
        instructor_id=leader.id if leader else None, **values,
    )  # fmt: skip
    for week in (1, 2, 3):
        day = {"course_date_id": made.id, "on": today() + week * WEEK}
        save_record(
            CourseDay(), {**day, "starts_at": time(hour), "ends_at": time(hour + 1)}, by=ANNA
        )
    return made


def seat(of, who=None):
    with transaction():
        return enrol(who or factories.participant(first_name="Mia"), of, starts_on=of.starts_on,
                     ends_on=of.ends_on, by=ANNA)  # fmt: skip


def claim(place, day=0):
    with transaction():
        return grant_claim(place, place.course_date.days[day], reason=MakeUpReason.SIGNED_OFF,
                           on=today(), by=ANNA)  # fmt: skip


def test_a_guest_is_booked_from_below_the_list_of_the_day_by_whoever_leads_it(app):
    """COU-08: the candidates with origin and expiry, the button with the day already chosen."""
    leader = factories.employee(Role.INSTRUCTOR)
    water = save_record(CourseCategory(), {"name": "Wasser"}, by=ANNA)
    there = course("Seepferdchen", hour=17, leader=leader, category_id=water.id, capacity=2)
    home = course("Bronze", leader=leader, category_id=water.id)
    strange = claim(seat(course("Fremd")))
    seats = [seat(home) for _n in range(3)]
    [mia, *_more] = [claim(each) for each in seats]
    claim(seats[0], 2)
    day, mia_id, strange_id = there.days[1].id, mia.id, strange.id
    origin = f"Bronze, {mia.missed_on:%d.%m.%Y}", f"{mia.expires_on:%d.%m.%Y}"
    url = f"/buero/course_dates/{there.id}/attendance/{day}/"
    use = f"/buero/make_ups/{mia_id}/use-claim/?day={day}&url={url}"
    instructor = login(app, Role.INSTRUCTOR)

    with statements() as many:
        page = instructor.get(url).text
    assert page.count("An diesem Tag eintragen: Mia") == 3
    assert all(words in page for words in origin)
    assert "2 Plätze frei" in page
    assert "Fremd" not in page
    assert "reset-claim" not in page  # only the office takes a claim away
    assert len(many) <= 15
    assert page.count("außerdem") == 1  # each claim with its origin and expiry, also the younger

    form = instructor.get(use)
    assert f'<option selected value="{day}">' in form.text
    assert "Seepferdchen (2 frei)" in form.text
    fields = hidden_fields(form.text)
    answer = instructor.post(use, data={**fields, "course_day": day})
    assert answer.status_code == 302, answer.text
    assert db.session.get_one(MakeUpClaim, mia_id).used_day_id == day
    with statements() as few:
        page = instructor.get(url).text
    assert "Kommt zum Nachholen" in page
    assert "1 Platz frei" in page
    assert abs(len(few) - len(many)) <= 1
    assert instructor.get(f"/buero/make_ups/{strange_id}/").status_code == 404
    assert instructor.get(f"/buero/make_ups/{mia_id}/reset-claim/").status_code == 403
    assert instructor.get("/buero/make_ups/").text.count("Bronze") >= 3


def test_all_claims_of_a_customer_go_with_one_and_the_rules_are_kept_as_they_were_left(app):
    water = save_record(CourseCategory(), {"name": "Wasser"}, by=ANNA)
    home = course("Bronze", category_id=water.id)
    there_id = course("Silber", hour=9, category_id=water.id).id
    place = seat(home)
    claims = [claim(place, 0).id, claim(place, 1).id]
    home_id, starts_on = home.id, home.starts_on
    factories.employee()
    owner = login(app, Role.OWNER)
    below = owner.get(f"/buero/course_dates/{there_id}/attendance/").text  # the whole list
    assert f'außerdem <a href="/buero/make_ups/{claims[1]}/">für Bronze' in below
    assert below.count('name="rowid"') == 2
    assert 'action="/buero/make_ups/mass/reset-claim/"' in below
    page = f"/buero/make_ups/{claims[0]}/reset-claim/"
    sent = {**hidden_fields(owner.get(page).text), "all_of_customer": "y", "reason": "Umzug"}
    assert owner.post(page, data=sent).status_code == 302
    assert {db.session.get_one(MakeUpClaim, id_).state for id_ in claims} == {MakeUpState.RESET}
    assert owner.get("/buero/make_ups/?f.status=reset").text.count("Zurückgesetzt") >= 2

    edit = f"/buero/course_dates/{home_id}/edit/"
    form = owner.get(edit).text
    kept = {"title": "Bronze", "kind": "block", "starts_on": f"{starts_on}",
            "vat_rate": "19", "state": "published", "waitlist_mode": "move_up",
            "waitlist_hours": "24", "weeks_ahead": "8", "make_ups": ""}  # fmt: skip
    answer = owner.post(edit, data={**hidden_fields(form, edit), **kept})
    assert answer.status_code == 302, answer.text[answer.text.find("invalid-feedback") :][:200]
    db.session.rollback()
    saved = db.session.get_one(CourseDate, home_id)
    assert (saved.make_ups, saved.waitlist_mode) == (None, WaitlistMode.MOVE_UP)
    line = owner.get(f"/buero/course_dates/{home_id}/waitlist/").text
    assert "rückt zum vereinbarten Preis nach" in line
    assert "24 Stunden Zeit" in line
    lea = factories.participant(first_name="Lea").id
    here = f"/buero/course_dates/{home_id}/waitlist/do/list-here/"
    sent = {**hidden_fields(owner.get(here).text), "participant": f"#{lea}"}
    assert "noch freie Plätze" in owner.post(here, data=sent).text  # asked once more
    settings = "/buero/settings/make_ups"
    form = owner.get(settings).text
    values = {"make_up_notice_hours": "12", "make_up_valid_days": "0"}
    wrong = owner.post(settings, data={**hidden_fields(form, settings), **values})
    assert "Bitte eine Zahl von 1 bis 731" in wrong.text
    values |= {"make_up_valid_days": "14", "make_ups": "y"}
    owner.post(settings, data={**hidden_fields(form, settings), **values})
    db.session.rollback()
    assert (house().make_up_notice_hours, house().make_up_valid_days) == (12, 14)


@pytest.fixture
def waiting(app):
    """Somebody on the list of a full course, and the place that is about to become free."""
    factories.legal_texts(on=date(2026, 1, 1))
    full = course("Seepferdchen", capacity=1, waitlist_mode=WaitlistMode.NOTIFY_ALL,
                  price=Decimal("120.00"))  # fmt: skip
    place = seat(full)
    who = factories.participant(first_name="Lea")
    entry = join_waitlist(who, course_date=full, on=today(), by=ANNA)
    return entry.id, place.id, f"/warteliste/{entry.token}"


def test_who_waits_sees_the_place_books_the_free_one_and_leaves_by_the_link(app, waiting):
    entry_id, place_id, url = waiting
    first = db.session.get_one(WaitlistEntry, entry_id)
    sister = factories.participant(first.customer, first_name="Ida")
    second = join_waitlist(sister, course_date=first.course_date, on=today(), by=ANNA).token
    guest = Visitor(app)
    page = guest.get(url).text
    assert "Platz 1" in page
    assert f'Ebenfalls auf dieser Warteliste: <a href="/warteliste/{second}">Ida</a>' in page
    assert "Platz 2" in guest.get(f"/warteliste/{second}").text
    assert "Platz ansehen" not in page
    taken = guest.post(url, {"answer": "take"})
    assert (taken.status_code, "jemand schneller" in taken.text) == (409, True)
    with transaction():
        remove_enrolment(db.session.get_one(Enrolment, place_id), on=today(), by=ANNA)
    assert "Es ist ein Platz frei" in guest.get(url).text

    shown = guest.post(url, {"answer": "take"})
    assert shown.status_code == 303
    offer = guest.get(shown.headers["Location"]).text
    assert "Für Sie frei gehalten bis" in offer
    assert "Zahlungspflichtig bestellen" in offer
    assert "120,00" in offer
    assert "frei gehalten" in guest.get(url).text
    refused = guest.post(url, {"answer": "leave"})
    assert (refused.status_code, "angeboten bekommen" in refused.text) == (409, True)
    db.session.rollback()
    assert db.session.get_one(WaitlistEntry, entry_id).offer.state is OfferState.OPEN


def test_nobody_decides_for_who_waits_and_no_page_gives_a_name_away(app, waiting):
    entry_id, _place, url = waiting
    factories.employee()
    owner = login(app, Role.OWNER)
    assert "Vorschau für das Büro" in owner.get(url).text
    assert owner.post(url, data={"answer": "leave"}).status_code == 403
    stranger = Visitor(app)
    lost = stranger.get("/warteliste/" + "x" * 43)
    assert (lost.status_code, "Lea" in lost.text) == (404, False)
    assert stranger.post(url, {"answer": "leave"}).status_code == 303
    assert stranger.post(url, {"answer": "leave"}).status_code == 303
    db.session.rollback()
    assert db.session.get_one(WaitlistEntry, entry_id).state is WaitlistState.WITHDRAWN
    assert "nicht mehr auf dieser Warteliste" in stranger.get(url).text
