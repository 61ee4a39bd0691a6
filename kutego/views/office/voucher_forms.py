"""What is asked about vouchers."""

from kutego.money import CENT
from kutego.operations.voucher_codes import split_codes
from kutego.operations.vouchers import MOST_AT_ONCE
from kutego.texts import marked as m
from kutego.views.office.voucher_limits import LimitsForm, RestField
from kutego.views.panel import (
    CheckField,
    DateField,
    EmailField,
    LongTextField,
    MoneyField,
    NumberField,
    PanelForm,
    PercentField,
    TextField,
)


class ValueVoucherForm(LimitsForm):
    name = TextField("Bezeichnung", description=m("Steht auf dem Gutschein."))
    value = MoneyField("Wert", least=CENT)
    count = NumberField("Anzahl", least=1, most=MOST_AT_ONCE, default=1,
                        description=m("Jeder Gutschein bekommt einen eigenen Code."))  # fmt: skip
    valid_from = DateField("Gültig ab", required=False)
    valid_to = DateField("Gültig bis", required=False, description=m("Leer: unbegrenzt."))
    text = LongTextField("Text auf dem Gutschein", most=500)
    payment_methods = RestField("Rest nur mit diesen Zahlungsmethoden")
    remark = TextField("Interne Bemerkung", required=False, most=500)
    send_mail = CheckField("Per E-Mail an den Kunden senden", default=True)

    def prepare(self):
        super().prepare()
        if self.record is None:  # they are nobody's yet
            del self.send_mail


class DiscountForm(LimitsForm):
    name = TextField("Bezeichnung")
    code = TextField(
        "Code", required=False, most=40,
        description=m("Ihr eigenes Wort, z. B. SOMMER26. Leer: wird gezogen."),
    )  # fmt: skip
    percent = PercentField("Rabatt in Prozent", required=False)
    amount = MoneyField("oder Rabatt in Euro", required=False, least=CENT)
    minimum = MoneyField("Gilt ab", required=False, least=CENT,
                         description=m("Summe der Positionen, für die er gilt."))  # fmt: skip
    valid_from = DateField("Gültig ab", required=False)
    valid_to = DateField("Gültig bis", required=False, description=m("Leer: unbegrenzt."))
    most_uses = NumberField("Höchstens einlösbar", required=False, least=1,
                            description=m("Wie oft insgesamt. Leer: beliebig oft."))  # fmt: skip
    most_per_customer = NumberField("Höchstens je Kunde", required=False, least=1)
    payment_methods = RestField("Rest nur mit diesen Zahlungsmethoden")
    remark = TextField("Interne Bemerkung", required=False, most=500)


class ValidityForm(PanelForm):
    valid_from = DateField("Gültig ab", required=False)
    valid_to = DateField("Gültig bis", required=False, description=m("Leer: unbegrenzt."))

    @classmethod
    def initial(cls, records):
        voucher = records[0]
        return {"valid_from": voucher.valid_from, "valid_to": voucher.valid_to}


class SendForm(PanelForm):
    recipient = EmailField("An diese Adresse", required=False,
                           description=m("Leer: die Adresse des Kunden."))  # fmt: skip

    def prepare(self):
        if self.is_many:
            del self.recipient


class ConvertForm(PanelForm):
    codes = TextField("Codes", most=200, description=m("Mehrere mit Komma getrennt."))

    def values(self):
        return {**super().values(), "codes": split_codes(self.codes.data)}
