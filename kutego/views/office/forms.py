"""Forms that several buttons share."""

from kutego.views.panel import CheckField, PanelForm, TextField


class ReasonForm(PanelForm):
    reason = TextField("Grund", most=200)


class ResendForm(PanelForm):
    to_current = CheckField("An die heutige Adresse des Kunden senden")
