"""Mailings: whom they reach, what they say, when they go (spec COM-09 to COM-14)."""

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from kutego import clock
from kutego.db import db, transaction
from kutego.errors import DomainError, IllegalTransition
from kutego.jobs import run_job
from kutego.models import (
    AttendanceValue,
    ConsentSource,
    CourseDay,
    CourseDayState,
    CourseState,
    CustomerGroup,
    Everyone,
    LeftOut,
    MailingKind,
    MailingRecipient,
    MailingRule,
    MailingState,
    MakeUpState,
    Message,
    MessageState,
    MessageTemplate,
    PositionKind,
    RecipientGroup,
    RecipientState,
    Role,
    RuleMoment,
)
from kutego.operations import mailing_queue, mailings, newsletter
from kutego.operations.attendances import record_attendance
from kutego.operations.audiences import counted, first_recipients
from kutego.operations.course_copies import copy_course
from kutego.operations.course_day_changes import move_day
from kutego.operations.customers import lock_customer
from kutego.operations.delivery import deliver_due
from kutego.operations.mailing_plan import next_of
from kutego.operations.mailing_queue import queue_portion
from kutego.operations.mailing_rules import add_mailing_rule, announce, remove_mailing_rule
from kutego.operations.mailing_runs import (
    schedule_mailing,
    start_mailing,
    stop_mailing,
    unschedule_mailing,
)
from kutego.operations.make_ups import give_claim
from kutego.operations.master_data import save_record
from kutego.operations.message_files import keep_file
from kutego.operations.message_templates import delete_template
from kutego.operations.messages import resend_message
from kutego.operations.outbox import note_sent
from tests import factories, mailserver
from tests.factories import ANNA, DAY
from tests.racing import in_threads

BERLIN = clock.BERLIN


def write(**values):
    defaults = {
        "kind": MailingKind.INFORMATION,
        "subject": "Wir machen Ferien",
        "text": "{{ anrede }},\n\nvom 24.12. bis 6.1. ist zu. Ihre Nummer: {{ kundennummer }}.",
        "everyone": [Everyone.MEMBERS],
    }
    return mailings.write_mailing(on=DAY, by=ANNA, **defaults | values)


def write_to(*customers, **values):
    defaults = {"kind": MailingKind.INFORMATION, "subject": "Hallo", "text": "{{ vorname }}!"}
    return mailings.write_to_chosen([c.id for c in customers], on=DAY, by=ANNA, **defaults | values)


def start(mailing, on=DAY):
    start_mailing(mailing, on=on, by=ANNA)
    return mailing


def run(on=DAY):
    return run_job("queue_mailings", on)


def messages_of(mailing):
    found = select(Message).where(Message.mailing_id == mailing.id).order_by(Message.id)
    return list(db.session.scalars(found))


def report(mailing):
    rows = db.session.scalars(
        select(MailingRecipient).where(MailingRecipient.mailing_id == mailing.id)
    )
    return {row.customer_id: (row.state, row.reason) for row in rows}


def agree(customer):
    return newsletter.record_consent(
        customer, given_on=DAY, source=ConsentSource.PAPER, note="Formular", on=DAY, by=ANNA
    )


def force(customer, **values):
    """What old or imported data may hold, below every rule of today."""
    with transaction(customer) as session:
        record = session.get_one(type(customer), customer.id)
        for name, value in values.items():
            setattr(record, name, value)


def killed_in_the_middle(mailing):
    with transaction(mailing):
        queue_portion(mailing, most=2, on=DAY, by=ANNA)
        raise KeyboardInterrupt


def group(model, *members):
    relation = "customer_groups" if model is CustomerGroup else "recipient_groups"
    made = save_record(model(), {"name": f"Gruppe {len(members)}"}, by=ANNA)
    for customer in members:
        force(customer, **{relation: [made]})
    return made


def place_in(course, **values):
    dog = factories.participant()
    factories.invoice(
        factories.line(kind=PositionKind.COURSE, text="Kurs", participant_id=dog.id,
                       course_date_id=course.id, **values),
        of=dog.customer,
    )  # fmt: skip
    return dog.customer


def test_several_kinds_of_recipients_at_once_and_everybody_once(app):
    member = factories.contract().customer
    trainer = factories.employee(Role.INSTRUCTOR)
    owner = factories.employee(Role.OWNER)
    regular, friend, pupil, stranger = (factories.customer() for _ in range(4))
    course = factories.course_date()
    pupil = place_in(course)
    mailing = write(
        everyone=[Everyone.MEMBERS],
        roles=[Role.INSTRUCTOR],
        customer_groups=[group(CustomerGroup, regular, member)],
        recipient_groups=[group(RecipientGroup, friend, regular, pupil)],
        course_dates=[course],
    )

    wanted = {c.id for c in (member, trainer.customer, regular, friend, pupil)}
    assert {c.id for c in first_recipients(mailing, DAY, 99)} == wanted
    assert counted(mailing, DAY) == {None: 5}
    start(mailing)
    run()

    assert {m.customer_id for m in messages_of(mailing)} == wanted
    assert len(messages_of(mailing)) == 5
    assert mailing.state is MailingState.SENT
    assert stranger.id not in wanted
    assert owner.customer.id not in wanted


def test_who_is_left_out_is_told_with_the_reason(app):
    fine, twin, locked, silent, bouncing = (factories.customer() for _ in range(5))
    force(twin, email=fine.email)
    force(silent, email=None)
    force(bouncing, email_problem="550 no such user")
    lock_customer(locked, reason="Hausverbot", on=DAY, by=ANNA)
    mailing = write_to(fine, twin, locked, silent, bouncing)

    planned = counted(mailing, DAY)
    run_of_it = start(mailing)
    run()

    left = RecipientState.LEFT_OUT
    assert report(mailing) == {
        fine.id: (RecipientState.QUEUED, None),
        twin.id: (left, LeftOut.DUPLICATE),
        locked.id: (left, LeftOut.LOCKED),
        silent.id: (left, LeftOut.NO_ADDRESS),
        bouncing.id: (left, LeftOut.BOUNCED),
    }
    assert sum(planned.values()) == 5
    assert planned[None] == run_of_it.recipients == 1
    assert run_of_it.left_out == 4


def test_a_newsletter_goes_only_where_there_is_a_consent_and_information_to_all(app):
    yes, no, gone, other = (factories.customer() for _ in range(4))
    for customer in (yes, gone, other):
        agree(customer)
    newsletter.withdraw_consent(gone, on=DAY, by=ANNA)
    save_record(other, {"email": "andere@example.org"}, by=ANNA)
    force(no, newsletter=True)  # a tick of old days proves nothing

    letter = start(write_to(yes, no, gone, other, kind=MailingKind.NEWSLETTER))
    plain = start(write_to(yes, no, gone, other))
    run()

    assert {i: why for i, (_state, why) in report(letter).items()} == {
        yes.id: None, no.id: LeftOut.NO_CONSENT, gone.id: LeftOut.UNSUBSCRIBED,
        other.id: LeftOut.NO_CONSENT,
    }  # fmt: skip
    assert len(messages_of(plain)) == 4
    assert all(m.unsubscribe_path is None for m in messages_of(plain))


def test_a_newsletter_arrives_with_a_link_and_the_headers_of_one_click(app):
    eva = factories.customer(first_name="Eva", last_name="{{ vorname }}")
    agree(eva)
    file = keep_file("Programm.pdf", factories.pdf())
    start(write_to(eva, kind=MailingKind.NEWSLETTER, subject="Neues für {{ name }}",
                   text="Guten Tag {{ name }}", files=[file]))  # fmt: skip
    run()
    with mailserver.running() as server:
        factories.change_company(
            smtp_host="127.0.0.1", smtp_port=server.port, smtp_security="none",
            mail_from="buero@example.org",
        )  # fmt: skip
        assert deliver_due().sent == 1

    [letter] = server.letters
    [recipient] = db.session.scalars(select(MailingRecipient))
    link = f"http://127.0.0.1:8000/newsletter/abmelden/{recipient.token}"
    assert letter["List-Unsubscribe"] == f"<{link}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Subject"] == "Neues für Eva {{ vorname }}"
    text = letter.get_body(("plain",)).get_content()
    assert "Guten Tag Eva {{ vorname }}" in text
    assert link in text
    assert "Petra Kuhn" in text  # the signature that § 35a GmbHG asks for
    assert [part.get_filename() for part in letter.iter_attachments()] == ["Programm.pdf"]


def test_a_newsletter_is_not_repeated_to_whoever_has_unsubscribed(app):
    eva = factories.customer()
    agree(eva)
    mailing = start(write_to(eva, kind=MailingKind.NEWSLETTER))
    run()
    [message] = messages_of(mailing)
    note_sent(message)

    again = resend_message(message, to_current=True, on=DAY, by=ANNA)
    assert again.unsubscribe_path == message.unsubscribe_path
    newsletter.withdraw_consent(eva, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="keine Einwilligung"):
        resend_message(message, to_current=True, on=DAY, by=ANNA)


def test_killed_between_two_portions_everybody_gets_one_mail(app, monkeypatch):
    monkeypatch.setattr(mailing_queue, "PORTION", 2)
    people = [factories.customer() for _ in range(5)]
    mailing = start(write_to(*people))

    queue_portion(mailing, most=2, on=DAY, by=ANNA)
    with pytest.raises(KeyboardInterrupt):
        killed_in_the_middle(mailing)
    assert len(messages_of(mailing)) == 2
    run()
    run()

    assert Counter(m.customer_id for m in messages_of(mailing)) == {c.id: 1 for c in people}
    assert mailing.state is MailingState.SENT
    with pytest.raises(IllegalTransition):
        start(mailing)


def test_stopped_in_the_middle_nothing_more_leaves(app):
    people = [factories.customer() for _ in range(5)]
    mailing = start(write_to(*people))
    queue_portion(mailing, most=2, on=DAY, by=ANNA)

    stop_mailing(mailing, on=DAY, by=ANNA)
    run()

    assert [m.state for m in messages_of(mailing)] == [MessageState.SUPPRESSED] * 2
    reasons = Counter(why for _state, why in report(mailing).values())
    assert reasons == {None: 2, LeftOut.STOPPED: 3}
    assert (mailing.recipients, mailing.left_out) == (2, 3)
    assert mailing.stop_reason == "Abgebrochen von Anna Büro."


def test_whoever_is_locked_or_unsubscribes_after_the_start_gets_nothing(app):
    stays, locked, leaves, late = (factories.customer() for _ in range(4))
    for customer in (stays, locked, leaves, late):
        agree(customer)
    mailing = start(write_to(stays, locked, leaves, late, kind=MailingKind.NEWSLETTER))
    lock_customer(locked, reason="Hausverbot", on=DAY, by=ANNA)
    newsletter.withdraw_consent(leaves, on=DAY, by=ANNA)
    run()
    newsletter.withdraw_consent(late, on=DAY, by=ANNA)  # its mail waits for the server

    states = {m.customer_id: m.state for m in messages_of(mailing)}
    assert states == {stays.id: MessageState.QUEUED, late.id: MessageState.SUPPRESSED}
    assert (mailing.recipients, mailing.left_out) == (2, 2)


def test_a_planned_mailing_goes_at_its_time_to_whoever_is_there_then(app):
    early = factories.contract().customer
    mailing = write()
    with clock.at(datetime(2026, 11, 23, 12, tzinfo=BERLIN)):
        with pytest.raises(DomainError, match="schon vorbei"):
            schedule_mailing(mailing, send_on=DAY, send_at=time(11), on=DAY, by=ANNA)
        schedule_mailing(mailing, send_on=DAY, on=DAY + timedelta(1), by=ANNA,
                         send_at=time(18, 30))  # fmt: skip
        run()
        assert messages_of(mailing) == []
        unschedule_mailing(mailing, on=DAY, by=ANNA)
        assert mailing.state is MailingState.DRAFT
        schedule_mailing(mailing, send_on=DAY, send_at=time(18, 30), on=DAY, by=ANNA)
        late = factories.contract().customer
    with clock.at(datetime(2026, 11, 23, 18, 30, tzinfo=BERLIN)):
        run()

    assert {m.customer_id for m in messages_of(mailing)} == {early.id, late.id}


def test_a_planned_mailing_that_would_reach_nobody_stops_with_the_reason(app):
    mailing = write(everyone=[Everyone.SUBSCRIBERS])
    with pytest.raises(DomainError, match="Niemand würde"):
        start(mailing)
    with clock.at(clock.noon(DAY)):
        schedule_mailing(mailing, send_on=DAY, send_at=time(13), on=DAY, by=ANNA)
    with clock.at(clock.noon(DAY) + timedelta(hours=2)):
        assert run().failed == 0

    assert mailing.state is MailingState.STOPPED
    assert "Niemand" in mailing.stop_reason


def test_a_course_sends_its_template_once_to_whoever_comes_that_day(app):
    course = factories.course_date(title="Agility", starts_on=date(2026, 12, 1))
    day = save_record(CourseDay(), {"course_date_id": course.id, "on": date(2026, 12, 8),
                                    "starts_at": time(17)}, by=ANNA)  # fmt: skip
    comes, left = place_in(course), place_in(course)
    [enrolment] = left.participants[0].enrolments
    force(enrolment, ends_on=date(2026, 12, 7))
    template = save_record(
        MessageTemplate(),
        {"name": "Morgen", "subject": "{{ kurs }} am {{ kurstag }}", "text": "Um {{ uhrzeit }}."},
        by=ANNA,
    )
    with clock.at(clock.noon(DAY)):
        mailing = mailings.plan_course_mailing(
            course, template=template, send_on=date(2026, 12, 7), course_day=day, on=DAY, by=ANNA
        )
        with pytest.raises(DomainError, match="kurs"):
            write(subject="{{ kurs }}")
    with clock.at(datetime(2026, 12, 7, 9, tzinfo=BERLIN)):
        run(date(2026, 12, 7))
        run(date(2026, 12, 7))

    [message] = messages_of(mailing)
    assert message.customer_id == comes.id
    assert message.subject == "Agility am 08.12.2026"
    assert message.body.startswith("Um 17:00.")


@pytest.mark.parametrize("what", ["course", "day"])
def test_what_is_called_off_is_not_announced(app, what):
    course = factories.course_date()
    day = save_record(CourseDay(), {"course_date_id": course.id, "on": date(2026, 12, 8)}, by=ANNA)
    place_in(course)
    template = save_record(
        MessageTemplate(), {"name": "Morgen", "subject": "Morgen", "text": "Bis dann"}, by=ANNA
    )
    with clock.at(clock.noon(DAY)):
        mailing = mailings.plan_course_mailing(
            course, template=template, send_on=date(2026, 12, 7), course_day=day, on=DAY, by=ANNA
        )
        if what == "day":
            save_record(day, {"state": CourseDayState.CANCELLED}, by=ANNA)
        else:
            save_record(course, {"state": CourseState.CANCELLED}, by=ANNA)
    with clock.at(datetime(2026, 12, 7, 9, tzinfo=BERLIN)):
        run(date(2026, 12, 7))

    assert mailing.state is MailingState.STOPPED
    assert "abgesagt" in mailing.stop_reason
    assert messages_of(mailing) == []


def test_a_rule_writes_before_and_after_the_days_of_a_course_once_each(app):
    """COM-12: to whoever comes that day, guests among them; days that move take it along.

    Tuesdays at 17:00. Rule: two days before, so Sundays at 9:00. Killed and late, once all the
    same; on a day that was called off, to those who have signed off or rest, nothing.
    """
    course = factories.course_date(
        title="Agility", starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 22)
    )
    first, second, third, fourth = (
        factories.course_day(course, date(2026, 12, 1 + 7 * n), starts_at=time(17),
                             ends_at=time(18)) for n in range(4)
    )  # fmt: skip
    comes, away = place_in(course), place_in(course)
    template = save_record(
        MessageTemplate(),
        {"name": "Bald", "subject": "{{ kurs }} am {{ kurstag }}", "text": "Um {{ uhrzeit }}."},
        by=ANNA,
    )
    how = {"template": template, "moment": RuleMoment.BEFORE_DAY, "days": 2, "on": DAY, "by": ANNA}
    record = {"value": AttendanceValue.EXCUSED, "seen": None, "on": DAY, "by": ANNA}
    with clock.at(clock.noon(DAY)):
        rule = add_mailing_rule(course, **how)
        with pytest.raises(DomainError, match="gibt es bei dem Kurs schon"):
            add_mailing_rule(course, **how)
        with pytest.raises(DomainError, match="sendet diese Vorlage von selbst"):
            delete_template(template, on=DAY, by=ANNA)
        after = add_mailing_rule(
            course, **how | {"moment": RuleMoment.AFTER_END, "days": 1, "send_at": time(18)}
        )
        copy = copy_course(course, title="Agility II", starts_on=date(2027, 2, 2), on=DAY, by=ANNA)
        record_attendance(away.participants[0], course_day=second, **record)
        claim = give_claim(comes.participants[0], course_date=course, on=DAY, by=ANNA)
        force(claim, used_day_id=fourth.id, state=MakeUpState.USED)
        force(comes.participants[0].enrolments[0], ends_on=date(2026, 12, 16))

    def at(day, hour=9):
        with clock.at(datetime(2026, 12, day, hour, tzinfo=BERLIN)):
            for _twice in range(2):
                assert run_job("announce_days", date(2026, 12, day)).failed == 0
            run(date(2026, 12, day))
        mails = select(Message).where(Message.mailing_id.is_not(None)).order_by(Message.id)
        return [(m.subject, m.customer_id) for m in db.session.scalars(mails)]

    both = {comes.id, away.id}
    with clock.at(datetime(2026, 11, 29, 8, 59, tzinfo=BERLIN)):
        assert run_job("announce_days", date(2026, 11, 29)).done == 0
        assert next_of(rule, clock.now()).day == first
    sent = at(1, 16)  # two days late, an hour before it begins
    assert len(sent) == 2
    assert {who for _what, who in sent} == both
    assert sent[0][0] == "Agility am 01.12.2026"
    assert at(6)[2:] == [("Agility am 08.12.2026", comes.id)]
    with clock.at(datetime(2026, 12, 7, 9, tzinfo=BERLIN)):
        move_day(third, held_on=date(2026, 12, 17), starts_at=time(17), ends_at=time(18),
                 on=DAY, by=ANNA)  # fmt: skip
    assert len(at(13)) == 3  # where it was before
    assert at(15)[3:] == [("Agility am 17.12.2026", away.id)]
    assert {who for _what, who in at(20)[4:]} == both  # the other is a guest
    with clock.at(datetime(2026, 12, 21, 9, tzinfo=BERLIN)):
        save_record(fourth, {"state": CourseDayState.CANCELLED}, by=ANNA)
    assert len(at(23, 18)) == 7  # after the end: whoever stayed to it
    assert [r.template_id for r in db.session.scalars(select(MailingRule)
            .where(MailingRule.course_date_id == copy.id))] == [template.id] * 2  # fmt: skip
    remove_mailing_rule(after, on=DAY, by=ANNA)
    assert len(rule.occasions) == 4


def test_two_who_announce_at_once_write_once(app):
    course = factories.course_date(starts_on=DAY, ends_on=DAY)
    factories.course_day(course, DAY, starts_at=time(17), ends_at=time(18))
    place_in(course)
    template = save_record(
        MessageTemplate(), {"name": "Heute", "subject": "Heute", "text": "Bis gleich"}, by=ANNA
    )
    with clock.at(datetime(2026, 11, 20, 9, tzinfo=BERLIN)):
        rule = add_mailing_rule(course, template=template, moment=RuleMoment.BEFORE_DAY, days=0,
                                on=DAY, by=ANNA)  # fmt: skip
    rule_id = rule.id
    db.session.rollback()

    def tell():
        with clock.at(clock.noon(DAY)):
            return announce(db.session.get_one(MailingRule, rule_id), on=DAY, by=ANNA)

    assert sorted(in_threads(app, tell, tell)) == [0, 1]


def test_a_draft_is_changed_tested_and_thrown_away_but_nothing_that_is_on_its_way(app):
    me = factories.employee()
    by_me = factories.Actor("Petra Kuhn", me.id)
    mailing = write_to(factories.customer(), kind=MailingKind.NEWSLETTER)
    mailings.edit_mailing(
        mailing, kind=MailingKind.NEWSLETTER, subject="Neu", text="Hallo {{ vorname }}",
        on=DAY, by=ANNA,
    )  # fmt: skip
    test_mail = mailings.send_test(mailing, on=DAY, by=by_me)
    assert (test_mail.recipient, test_mail.subject) == (me.email, "[Test] Neu")
    assert "Hallo Petra" in test_mail.body
    assert "/newsletter/abmelden/beispiel" in test_mail.body
    assert test_mail.mailing_id is None

    mailings.delete_mailing(mailing, on=DAY, by=ANNA)
    assert db.session.scalars(select(MailingRecipient)).all() == []
    going = start(write_to(factories.customer()))
    with pytest.raises(DomainError, match="schon unterwegs"):
        mailings.delete_mailing(going, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="schon unterwegs"):
        mailings.edit_mailing(going, kind=going.kind, subject="x", text="x", on=DAY, by=ANNA)


@pytest.mark.parametrize(
    "values, sentence",
    [
        ({"everyone": []}, "mindestens einen Empfänger"),
        ({"text": "Hallo {{ iban }}"}, "iban"),
        ({"text": "{% for x in y %}"}, "Platzhalter"),
        ({"subject": " "}, "Betreff"),
        ({"subject": "a\nb"}, "eine Zeile"),
        ({"text": "a\x01b"}, "druckbare"),
        ({"subject": "x" * 301}, "zu lang"),
    ],
)
def test_what_could_not_be_sent_is_refused_before_it_is_written(app, values, sentence):
    with pytest.raises(DomainError, match=sentence):
        write(**values)
