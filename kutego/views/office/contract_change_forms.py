"""What is asked before a contract rests, changes its price or moves, and what it would come to."""

from kutego.models import PriceStep
from kutego.money import euro
from kutego.operations.contract_moves import refuse_move
from kutego.operations.contract_prices import plan_price
from kutego.operations.pauses import plan_pause
from kutego.operations.places import taken_places
from kutego.texts import gettext as _
from kutego.views.office.contract_creation import running_courses, terms
from kutego.views.office.contract_forms import day_text
from kutego.views.panel import (
    CheckField,
    ChoiceField,
    DateField,
    MoneyField,
    NumberField,
    PanelForm,
    RecordField,
    TextField,
    today,
)


class PauseForm(PanelForm):
    first = DateField("Ruht ab", default=today)
    last = DateField("Ruht bis einschließlich", required=False)
    periods = NumberField(
        "Oder ganze Zeiträume", required=False, least=1, most=24,
        description="Ab der nächsten Rechnung, statt des letzten Tages.",
    )  # fmt: skip
    keep_place = CheckField(
        "Der Platz bleibt frei gehalten", default=True,
        description="Ohne Haken können ihn an diesen Tagen andere bekommen.",
    )  # fmt: skip
    extend_term = CheckField(
        "Die Mindestlaufzeit verlängert sich um die Pause",
        description="Nur, wenn das so vereinbart ist: Einseitig geht es nicht (BGH XII ZR 64/21).",
    )
    reason = TextField("Grund", most=500)
    notify = CheckField("Kunden per E-Mail benachrichtigen")


class PriceForm(PanelForm):
    valid_from = DateField("Gilt ab", description="Ab dem Zeitraum, der dann oder danach beginnt.")
    step = ChoiceField("Änderung", PriceStep, default=PriceStep.PERCENT)
    value = MoneyField("Wert", description="Prozent oder Euro, je nach Änderung; auch negativ.")
    notify = CheckField(
        "Kunden per E-Mail benachrichtigen", default=True,
        description="Mit altem und neuem Preis und dem Tag, ab dem er gilt.",
    )  # fmt: skip


class MoveForm(PanelForm):
    course_date = RecordField("Neuer Kurs")
    moves_on = DateField("Wechselt am", default=today)
    term_template = RecordField(
        "Neue Laufzeit", required=False,
        description="Leer: Preis und Laufzeit bleiben, wie sie vereinbart sind.",
    )  # fmt: skip
    notify = CheckField("Kunden per E-Mail benachrichtigen")

    def prepare(self):
        self.course_date.records, self.term_template.records = running_courses(), terms()


def pause_preview(contract, first, last, periods, keep_place, on):
    """Which days, where end and next invoice go, and what becomes of the place."""
    plan = plan_pause(
        contract, first=first, last=last, periods=periods, keep_place=keep_place, on=on
    )
    lines = [_("Ruht vom %(days)s", days=plan.days)]
    if plan.paid:
        lines.append(_("Davon sind %(days)s Tage bezahlt; sie kommen danach.", days=plan.paid))
    if plan.next_invoice_on != contract.next_invoice_on:
        lines += [
            _("Ende: %(old)s → %(new)s", old=day_text(contract.ends_on),
              new=day_text(plan.ends_on)),
            _("Nächste Rechnung: %(old)s → %(new)s", old=day_text(contract.next_invoice_on),
              new=day_text(plan.next_invoice_on)),
        ]  # fmt: skip
    else:
        lines.append(_("Bis dahin wird wie bisher abgerechnet, die Pause bleibt frei."))
    if not keep_place:
        lines.append(_("Der Platz wird für diese Tage frei; danach ist er wieder vergeben."))
    return lines


def price_preview(contract, valid_from, step, value, on):
    """The old and the new price, and from which period on."""
    plan = plan_price(contract, valid_from=valid_from, step=step, value=value, on=on)
    return [
        _("%(customer)s: %(old)s → %(new)s ab dem %(day)s", customer=contract.customer.name,
          old=euro(plan.old), new=euro(plan.new), day=day_text(plan.first)),
    ]  # fmt: skip


def move_preview(contract, course_date, moves_on, term_template):
    """From which course to which, and what it costs then."""
    refuse_move(contract, course_date, moves_on)
    taken = taken_places(course_date, max(moves_on, course_date.starts_on))
    seats = _("%(taken)s von %(most)s Plätzen belegt", taken=taken,
              most=course_date.capacity or "∞")  # fmt: skip
    lines = [
        _("„%(old)s“ → „%(new)s“ am %(day)s (%(seats)s)", old=contract.course_date,
          new=course_date, day=day_text(moves_on), seats=seats)
    ]  # fmt: skip
    if term_template is not None:
        lines.append(
            _("Ab der Rechnung vom %(day)s kostet er %(price)s",
              day=day_text(contract.next_invoice_on), price=euro(term_template.price))
        )  # fmt: skip
    return lines
