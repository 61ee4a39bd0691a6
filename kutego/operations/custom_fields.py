"""Fields of the house's own: added, changed as far as nothing is lost, put out of use (ADM-09)."""

from datetime import date

from sqlalchemy import exists, func, inspect, select

from kutego.actor import Actor
from kutego.db import db, operation
from kutego.errors import DomainError
from kutego.models import CustomField, CustomValue, FieldKind, FieldTarget
from kutego.operations.activity import log_activity
from kutego.operations.master_data import rule_for
from kutego.texts import gettext as _

MOST_FIELDS = 60  # of one target, in use: more would make a form that nobody fills in
MOST_CHOICES = 100


@rule_for(CustomField)
def check_field(field: CustomField, by: Actor) -> None:
    """A field has a name of its own; what it is for and of which type never changes."""
    if not field.label:
        raise DomainError(_("Bitte einen Namen für das Feld eingeben."))
    field.target = field.target or FieldTarget.CUSTOMER
    field.kind = field.kind or FieldKind.TEXT
    if field.id is not None:
        _refuse_other_kind(field)
    is_choice = field.kind is FieldKind.CHOICE
    _check_purpose(field)
    field.choices = "\n".join(dict.fromkeys(field.options)) if is_choice else None
    if is_choice and not 1 < len(field.options) <= MOST_CHOICES:
        raise DomainError(
            _("Eine Auswahl braucht mindestens zwei Möglichkeiten, jede in einer eigenen Zeile, "
              "und hat höchstens %(most)s.", most=MOST_CHOICES)
        )  # fmt: skip
    if any(len(option) > 200 for option in field.options):
        raise DomainError(_("Eine Möglichkeit hat höchstens 200 Zeichen."))
    if field.id is not None and is_choice:
        _keep_chosen(field)
    _refuse_same(field)


@operation
def delete_custom_field(field: CustomField, *, on: date, by: Actor) -> None:
    """Forget a field in which nothing was ever entered."""
    if is_used(field):
        raise DomainError(
            _("„%(field)s“ ist schon ausgefüllt und kann nicht gelöscht werden. Bitte stattdessen "
              "auf „nicht aktiv“ stellen: Die Eingaben bleiben erhalten.", field=field)
        )  # fmt: skip
    log_activity(field, "custom_field.deleted", by=by, label=field.label)
    db.session.delete(field)


def is_used(field: CustomField) -> bool:
    """Whether anything stands in the field, for anybody."""
    return bool(db.session.scalar(select(exists().where(CustomValue.field_id == field.id))))


def _check_purpose(field: CustomField) -> None:
    """What a sensitive field is needed for has to be said (Art. 9 GDPR, spec PAR-17)."""
    field.purpose = (field.purpose or "").strip() or None
    if field.is_sensitive and not field.purpose:
        raise DomainError(
            _("Bitte angeben, wozu das sensible Feld gebraucht wird, zum Beispiel: damit wir im "
              "Notfall richtig helfen. Gesundheitsdaten dürfen nur zu einem genannten Zweck "
              "erfasst werden (Art. 9 DSGVO).")
        )  # fmt: skip


def _refuse_other_kind(field: CustomField) -> None:
    state = inspect(field)
    for name in ("kind", "target"):
        if state.attrs[name].history.deleted:
            raise DomainError(
                _("Der Typ eines Feldes und wofür es ist, lassen sich nicht ändern. Bitte das Feld "
                  "deaktivieren und ein neues anlegen.")
            )  # fmt: skip


def _keep_chosen(field: CustomField) -> None:
    """What was chosen somewhere stays a possibility."""
    query = select(CustomValue.text, func.count()).where(
        CustomValue.field_id == field.id, CustomValue.text.not_in(field.options)
    )
    lost = db.session.execute(query.group_by(CustomValue.text).limit(1)).first()
    if lost is not None:
        raise DomainError(
            _("„%(option)s“ ist bei %(count)s schon gewählt und muss eine Möglichkeit bleiben.",
              option=lost[0], count=lost[1])
        )  # fmt: skip


def _refuse_same(field: CustomField) -> None:
    same = [
        CustomField.target == field.target, func.lower(CustomField.label) == field.label.lower(),
    ]  # fmt: skip
    if field.id is not None:
        same.append(CustomField.id != field.id)
    if db.session.scalar(select(CustomField.id).where(*same).limit(1)) is not None:
        raise DomainError(_("Ein Feld „%(label)s“ gibt es schon.", label=field.label))
    in_use = select(func.count()).where(
        CustomField.target == field.target, CustomField.is_active, CustomField.id != (field.id or 0)
    )
    if field.is_active is not False and (db.session.scalar(in_use) or 0) >= MOST_FIELDS:
        raise DomainError(_("Es sind höchstens %(most)s Felder aktiv.", most=MOST_FIELDS))
