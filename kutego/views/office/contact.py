"""Writing to one customer from the record (spec CUS-27, CUS-28), and answering them."""

from flask import request
from sqlalchemy import select

from kutego.db import db
from kutego.models import (
    Customer,
    CustomerState,
    MessageTemplate,
    Right,
    Thread,
    ThreadKind,
    ThreadState,
    company,
)
from kutego.operations.message_templates import CUSTOMER, filled
from kutego.operations.threads import reply_to_thread, write_to_customer
from kutego.rendering.mail import mail_text
from kutego.rendering.placeholders import listed, names_in
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.attachments_field import AttachmentsField
from kutego.views.panel import Button, LongTextField, PanelForm, RecordField, TextField

LETTER = m("{{ anrede }},\n\n\n\nMit freundlichen Grüßen\n{{ betrieb }}")
LONGEST = 20_000
THREADS = 20


class LetterForm(PanelForm):
    """A text with files. A saved template is put in where the address names one."""

    text = LongTextField(m("Nachricht"), required=True, most=LONGEST, rows=14)
    files = AttachmentsField(
        m("Anhänge"), description=m("Mehrere auf einmal, zusammen höchstens 10 MB.")
    )

    def prepare(self):
        self.text.description = _("Platzhalter: %(names)s", names=listed(CUSTOMER))

    @property
    def templates(self):
        """The saved templates to choose from: those about a course are for mailings."""
        return [
            (template.id, template.name)
            for template in db.session.scalars(
                select(MessageTemplate).order_by(MessageTemplate.name)
            )
            if {*names_in(template.subject), *names_in(template.text)} <= CUSTOMER.keys()
        ]

    @classmethod
    def initial(cls, records):
        chosen = request.args.get("template", "")
        number = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else 0
        template = db.session.get(MessageTemplate, number) if number else None
        if template is None:
            return {"text": _(LETTER)}
        return {"subject": template.subject, "text": template.text}


class ContactForm(LetterForm):
    subject = TextField(m("Betreff"), most=250)
    thread = RecordField(
        m("Gespräch"), required=False,
        description=m("Ohne Auswahl beginnt ein neues; die Antwort des Kunden steht dann dort."),
    )  # fmt: skip
    field_order = ("subject", "text", "files", "thread")

    def prepare(self):
        super().prepare()
        if self.record is None:
            return
        going_on = select(Thread).where(
            Thread.customer_id == self.record.id,
            Thread.kind == ThreadKind.CONTACT,
            Thread.state != ThreadState.DONE,
        )
        newest = going_on.order_by(Thread.last_at.desc()).limit(THREADS)
        self.thread.records = list(db.session.scalars(newest))
        if not self.thread.records:
            del self.thread

    def __iter__(self):
        """The subject above the text, whatever class brought it."""
        place = {name: n for n, name in enumerate(self.field_order)}
        return iter(sorted(super().__iter__(), key=lambda f: place.get(f.name, -1)))


def mail_preview(customer: Customer, subject, text):
    """The mail as it will arrive, placeholders filled."""
    subject, text = filled(subject or "", text or "", customer)
    _line, body = mail_text("contact", company=company(), customer=customer, subject="x", text=text)
    lines = [_("An: %(name)s <%(email)s>", name=customer.name, email=customer.email or "–")]
    if customer.email_problem:
        lines.append(
            _("Achtung: E-Mails an diese Adresse kamen zurück (%(why)s).",
              why=customer.email_problem)
        )  # fmt: skip
    return [*lines, *([_("Betreff: %(subject)s", subject=subject)] if subject else ()), body]


def reply_preview(thread: Thread, text):
    """The answer as it will arrive."""
    return mail_preview(thread.customer, thread.subject, text) if thread.customer else []


CONTACT_BUTTON = Button(
    write_to_customer, ContactForm, label="Kontaktieren", icon="envelope", primary=True,
    done="Die Nachricht ist unterwegs.", right=Right.MESSAGES_SEND, preview=mail_preview,
    template="office/threads/contact.html", shown=lambda c: c.state is CustomerState.ACTIVE,
)  # fmt: skip
REPLY_BUTTON = Button(
    reply_to_thread, LetterForm, label="Antworten", icon="arrow-return-left", primary=True,
    done="Die Antwort ist unterwegs.", right=Right.MESSAGES_SEND, preview=reply_preview,
    template="office/threads/contact.html",
    shown=lambda t: t.kind is ThreadKind.CONTACT and t.customer_id is not None,
)  # fmt: skip
