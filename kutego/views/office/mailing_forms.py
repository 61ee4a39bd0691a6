"""What the office types to write, change and plan a mailing."""

from kutego.models import (
    Enclosure,
    Everyone,
    MailingKind,
    Role,
)
from kutego.operations.mailing_texts import known_placeholders
from kutego.operations.mailings import files_of
from kutego.operations.message_templates import CUSTOMER
from kutego.rendering.placeholders import listed
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.attachments_field import AttachmentsField
from kutego.views.office.contact import LONGEST, LetterForm
from kutego.views.office.group_choice import offer_groups
from kutego.views.office.house_words import worded
from kutego.views.office.mailing_choices import courses, enclosures, templates
from kutego.views.panel import (
    ChoiceField,
    ChoicesField,
    LongTextField,
    PanelForm,
    RecordField,
    RecordsField,
    TextField,
)

KIND = m("Ein Newsletter geht nur an Kunden, die eingewilligt haben, und enthält einen Link zum "
         "Abmelden. Werbung ist immer ein Newsletter.")  # fmt: skip


class MailingForm(LetterForm):
    """Text, files and everybody who shall get it."""

    kind = ChoiceField(m("Art"), MailingKind, description=KIND)
    subject = TextField(m("Betreff"), most=250)
    everyone = ChoicesField(m("Empfänger"), Everyone, required=False)
    roles = ChoicesField(m("Mitarbeiter nach Rolle"), Role, required=False)
    customer_groups = RecordsField(m("Kundengruppen"), required=False)
    recipient_groups = RecordsField(m("Empfängergruppen"), required=False)
    course_dates = RecordsField(worded("{participants} eines Kurstermins"), required=False,
                                text=lambda c: f"{c.title} ({c.starts_on:%d.%m.%Y})")  # fmt: skip
    enclosures = RecordsField(m("Beilagen des Hauses"), enclosures, required=False)
    field_order = (
        "kind", "everyone", "roles", "customer_groups", "recipient_groups", "course_dates",
        "subject", "text", "files", "enclosures",
    )  # fmt: skip

    def prepare(self):
        names = known_placeholders(self.record) if self.record is not None else CUSTOMER
        self.text.description = _("Platzhalter: %(names)s", names=listed(names))
        offer_groups(self)
        self.course_dates.records = courses(self._named("course_dates"))
        for name in ("customer_groups", "recipient_groups", "course_dates", "enclosures"):
            if not self[name].records:
                del self[name]

    def _named(self, key):
        return (self.record.audience.get(key) or []) if self.record is not None else []

    def __iter__(self):
        """Who comes before what."""
        place = {name: n for n, name in enumerate(self.field_order)}
        return iter(sorted(super().__iter__(), key=lambda f: place.get(f.name, -1)))


class EditMailingForm(MailingForm):
    """The same, filled with what was written; a template takes the place of the text."""

    def prepare(self):
        super().prepare()
        files = files_of(self.record) if self.record is not None else []
        kept = [file.name for file in files if not isinstance(file, Enclosure)]
        if kept:
            self.files.description = _(
                "Bisher: %(names)s. Neue Dateien treten an ihre Stelle.", names=", ".join(kept)
            )

    @classmethod
    def initial(cls, records):
        [mailing] = records
        text = super().initial(records)
        written = {"subject": mailing.subject, "text": mailing.text}
        named = {key: mailing.audience.get(key, ()) for key in ("everyone", "roles")}
        groups = ("customer_groups", "recipient_groups", "course_dates")
        ids = {key: mailing.audience.get(key, ()) for key in groups}
        enclosed = [f for f in files_of(mailing) if isinstance(f, Enclosure)]
        text = text if "subject" in text else written
        return {"kind": mailing.kind, "enclosures": enclosed} | named | ids | text


class ChosenForm(PanelForm):
    """To customers chosen in a list: the text may come from a template, and be changed later."""

    kind = ChoiceField(m("Art"), MailingKind, description=KIND)
    template = RecordField(m("Vorlage"), required=False)
    subject = TextField(m("Betreff"), required=False, most=250)
    text = LongTextField(m("Nachricht"), required=False, most=LONGEST, rows=12)
    files = AttachmentsField(m("Anhänge"), description=m("Zusammen höchstens 10 MB."))
    enclosures = RecordsField(m("Beilagen des Hauses"), enclosures, required=False)

    def prepare(self):
        self.text.description = _("Platzhalter: %(names)s", names=listed(CUSTOMER))
        self.template.records = templates()
        if self.template.records:
            self.template.description = _("Füllt Betreff und Nachricht, wo sie leer sind.")
        else:
            del self.template
        if not self.enclosures.records:
            del self.enclosures
