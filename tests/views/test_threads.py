"""Talks with customers on the screen: written, answered, assigned, folded, and who may see them."""

from io import BytesIO

import pytest

from kutego.channels.incoming import parse
from kutego.db import db, transaction
from kutego.models import (
    Mailbox,
    Message,
    MessageFile,
    MessageTemplate,
    Role,
    Thread,
    ThreadKind,
    ThreadState,
)
from kutego.operations.incoming_mail import Place, take_mail
from kutego.operations.master_data import save_record
from kutego.operations.threads import write_to_customer
from tests import factories
from tests.factories import ANNA, DAY
from tests.views.visitor import hidden_fields, staff


@pytest.fixture
def clerk(app):
    return staff(app, factories.employee(Role.OFFICE))


def come_in(text, sender="joerg@example.org", subject="Frage", uid=1):
    """A mail from outside, as the mailbox gives it."""
    with transaction() as session:
        box = session.query(Mailbox).first() or Mailbox(address="x", uid_validity=1, next_uid=1)
        session.add(box)
    raw = f"From: {sender}\nSubject: {subject}\nMessage-ID: <{uid}@x.example>\n\n{text}".encode()
    take_mail(Place(box.id, 1, uid), parse(raw))
    return db.session.query(Thread).order_by(Thread.id.desc()).first()


def only(model):
    db.session.rollback()
    return db.session.query(model).one()


def test_a_mail_is_written_from_a_template_previewed_and_keeps_its_files(clerk):
    # given
    joerg = factories.customer(first_name="Jörg", email="joerg@example.org")
    values = {"name": "Zusage", "subject": "Ihr Platz", "text": "Hallo {{ vorname }} <b>!"}
    template = save_record(MessageTemplate(), values, by=ANNA)
    of_course = {"name": "Kursinfo", "subject": "{{ kurs }}", "text": "Am {{ kurstag }}."}
    save_record(MessageTemplate(), of_course, by=ANNA)
    here = f"/buero/customers/{joerg.id}/write-to-customer/"

    # when: the template is taken over, and a file goes along
    page = clerk.get(f"{here}?template={template.id}").text
    assert "Zusage</option>" in page
    assert "Kursinfo</option>" not in page  # nobody could fill it here
    assert "Hallo {{ vorname }} &lt;b&gt;!" in page
    answer = clerk.send(
        here, subject="Ihr Platz", text=values["text"],
        files=(BytesIO(factories.pdf()), "../../Packliste.pdf"),
    )  # fmt: skip

    # then: a preview, nothing sent yet
    assert "Hallo Jörg &lt;b&gt;!" in answer.text
    assert "Packliste.pdf (" in answer.text
    assert db.session.query(Message).count() == 0

    # when
    kept = answer.text.split('name="files" value="')[1].split('"')[0]
    sent = clerk.post(here, {
        **hidden_fields(answer.text), "subject": "Ihr Platz", "text": values["text"], "files": kept,
    })  # fmt: skip

    # then
    assert sent.status_code == 302
    thread, file = only(Thread), only(MessageFile)
    assert (thread.subject, thread.state, file.name) == (
        "Ihr Platz", ThreadState.ANSWERED, "Packliste.pdf"
    )  # fmt: skip
    shown = clerk.get(f"/buero/threads/{thread.id}/").text
    assert "Hallo Jörg &lt;b&gt;!" in shown
    file_page = clerk.get(f"/buero/dokumente/anhang/{file.id}/x.pdf")
    assert file_page.headers["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"text": "{{ vornahme }}"}, "Den Platzhalter {{ vornahme }} gibt es hier nicht"),
        ({"files": (BytesIO(b"MZ\x90\x00" * 9), "rechnung.pdf")}, "rechnung.pdf"),
        ({"files": (BytesIO(b"<svg onload=alert(1)>"), "bild.svg")}, "bild.svg"),
        ({"subject": ""}, "Bitte ausfüllen"),
        ({"subject": "a" * 251}, "höchstens 250 Zeichen"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_sentence(clerk, fields, words):
    joerg = factories.customer()

    answer = clerk.send(
        f"/buero/customers/{joerg.id}/write-to-customer/",
        **{"subject": "Post", "text": "Guten Tag"} | fields,
    )

    assert answer.status_code == 422
    assert words in answer.text
    db.session.rollback()
    assert db.session.query(Message).count() + db.session.query(MessageFile).count() == 0


def test_a_forged_name_of_a_file_is_nobodys_file(clerk):
    joerg = factories.customer()
    here = f"/buero/customers/{joerg.id}/write-to-customer/"

    answer = clerk.send(here, subject="Post", text="Guten Tag", files="WyJ4Il0.c2lnbmVk")

    assert "Guten Tag" in answer.text
    assert 'type="checkbox" checked' not in answer.text


def test_an_unknown_sender_is_given_to_a_customer_with_one_click(clerk):
    # given
    joerg = factories.customer()
    thread = come_in("Ist noch Platz?", sender="Nele Neu <nele@example.net>")
    assert "Ist noch Platz?" in clerk.get(f"/buero/threads/{thread.id}/").text
    assert "nele@example.net" in clerk.get("/buero/threads/?f.unassigned=yes").text
    assert clerk.get("/buero/").text.count("E-Mails von Unbekannten") == 1

    # when
    answer = clerk.send(f"/buero/threads/{thread.id}/assign-to-customer/", customer=f"#{joerg.id}")

    # then
    assert answer.status_code == 302
    assert only(Thread).customer_id == joerg.id
    assert "Frage" in clerk.get(f"/buero/customers/{joerg.id}/threads/").text

    # and: another one becomes a customer, a third is advertising
    other = come_in("Hallo", sender="Eva Neu <eva@example.net>", subject="B", uid=2)
    page = clerk.get(f"/buero/threads/{other.id}/take-sender-in/").text
    assert 'value="Eva"' in page
    clerk.send(f"/buero/threads/{other.id}/take-sender-in/", first_name="Eva", last_name="Neu")
    spam = come_in("Kaufen!", sender="spam@example.net", subject="C", uid=3)
    gone = clerk.send(f"/buero/threads/{spam.id}/discard-thread/")
    assert gone.headers["Location"].endswith("/buero/threads/")
    db.session.rollback()
    assert [t.subject for t in db.session.query(Thread).order_by(Thread.id)] == ["Frage", "B"]
    assert db.session.get(Thread, other.id).customer.name == "Eva Neu"


def test_history_that_a_mail_quotes_is_folded_and_markup_is_shown_as_text(clerk):
    # given
    factories.customer(email="joerg@example.org")
    text = "Ja <script>alert(1)</script>\n\nAm 23.11.2026 um 9:00 schrieb Büro:\n> Passt es?"
    thread = come_in(text)

    # when
    page = clerk.get(f"/buero/threads/{thread.id}/").text

    # then
    assert "Ja &lt;script&gt;alert(1)&lt;/script&gt;</p>" in page
    folded = page[page.index("<details><summary>Früheres") :]
    assert "&gt; Passt es?" in folded[: folded.index("</details>")]


def test_one_tab_holds_the_three_sections_with_their_counts(clerk):
    # given
    joerg = factories.customer()
    write_to_customer(joerg, subject="Post", text="Guten Tag", on=DAY, by=ANNA)
    here = f"/buero/customers/{joerg.id}/"

    # when
    clerk.send(
        f"{here}callbacks/do/record-callback/", phone="0361 998877", wished="abends", topic=""
    )
    clerk.send(f"{here}threads/do/record-contact/", subject="Anruf", text="Fragt nach", is_done="1")
    page = clerk.get(f"{here}callbacks/").text

    # then
    sections = page[page.index('class="sections') :]
    for name, count in (("Kontaktanfragen", 2), ("Rückrufbitten", 1), ("E-Mails", 1)):
        assert f'{name} <span class="count">{count}</span>' in sections
    assert page.count(">Kommunikation <span") == 1
    assert "+49 361 998877" in page
    db.session.rollback()
    for where in (f"{here}callbacks/", "/buero/callbacks/"):  # a caller is always a customer
        assert "finish-thread" in clerk.get(where).text
        assert "discard-thread" not in clerk.get(where).text
    callback = db.session.query(Thread).filter_by(kind=ThreadKind.CALLBACK).one()
    assert callback.state is ThreadState.OPEN
    clerk.send(f"/buero/threads/{callback.id}/finish-thread/")
    assert "Erledigt" in clerk.get(f"/buero/threads/{callback.id}/").text


def test_mine_are_those_i_look_after_and_an_instructor_sees_none(app):
    # given
    petra = factories.employee(Role.OFFICE, first_name="Petra")
    clerk, thread = staff(app, petra), come_in("Hallo", subject="Für Petra")
    come_in("Hallo", subject="Für niemanden", uid=2)

    # when
    clerk.send(f"/buero/threads/{thread.id}/assign-thread/", assignee=str(petra.id))

    # then
    mine = clerk.get("/buero/threads/?f.mine=yes").text
    assert ("Für Petra" in mine, "Für niemanden" in mine) == (True, False)
    other = staff(app, factories.employee(Role.OFFICE)).get("/buero/threads/?f.mine=yes").text
    assert "Für Petra" not in other
    trainer = staff(app, factories.employee(Role.INSTRUCTOR))
    customer = factories.customer()
    for path in ("threads/", f"threads/{thread.id}/", "callbacks/", "message_templates/",
                 f"customers/{customer.id}/threads/",
                 f"customers/{customer.id}/write-to-customer/"):  # fmt: skip
        assert trainer.get(f"/buero/{path}").status_code == 403


def test_a_template_is_shown_as_a_customer_reads_it(clerk):
    factories.customer(first_name="Erste")
    anna = factories.customer(first_name="Anna")

    made = clerk.send(
        "/buero/message_templates/new/",
        name="Zusage", subject="Platz für {{vorname}}", text="{{ anrede }}, <i>gern</i>",
    )  # fmt: skip

    assert made.status_code == 302
    number = only(MessageTemplate).id
    page = clerk.get(f"/buero/message_templates/{number}/?customer=%23{anna.id}").text
    assert "Platz für Anna" in page
    assert "&lt;i&gt;gern&lt;/i&gt;" in page
    wrong = clerk.send(f"/buero/message_templates/{number}/edit/", name="Zusage", subject="x",
                       text="{% set a = 1 %}")  # fmt: skip
    assert wrong.status_code == 422
    assert "kein Platzhalter" in wrong.text
