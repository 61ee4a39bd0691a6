"""The settings of appointments."""

from kutego.texts import marked as m
from kutego.views.office.settings_business import SettingsForm
from kutego.views.panel import NumberField


class AppointmentForm(SettingsForm):
    appointment_reminder_days = NumberField(
        m("E-Mail zur Erinnerung so viele Tage vorher"), required=False, least=1, most=14,
        description=m("Geht morgens an alle mit einem Einzeltermin. Leer: keine E-Mail."),
    )  # fmt: skip
