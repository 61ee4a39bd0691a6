"""The base rate that default interest is worked out with."""

from flask import flash

from kutego.models import BaseRate, Right
from kutego.operations.dunning_runs import newest_rate_is_old
from kutego.texts import gettext as _
from kutego.views.office.history import WithHistory
from kutego.views.panel import Card, Column, RecordView, today


class BaseRateView(WithHistory, RecordView):
    model = BaseRate
    slug, title, one, icon = "base_rates", "Basiszinssatz", "Basiszinssatz", "percent"
    right, edit_right = Right.DUNNING, Right.SETTINGS
    columns = (Column("valid_from", "Gilt ab"), Column("rate", "Satz", kind="percent"))
    cards = (Card("Basiszinssatz (§ 247 BGB)", "valid_from", "rate"),)
    form_columns = ("valid_from", "rate")
    default_sort = "-valid_from"
    empty = "Noch kein Satz. Die Bundesbank gibt ihn zum 1. Januar und zum 1. Juli bekannt."

    def is_visible(self):
        """Reached from the runs."""
        return False

    def list_context(self, listing):
        if newest_rate_is_old(today()):
            flash(
                _("Bitte tragen Sie den Satz ein, den die Bundesbank zuletzt bekannt gegeben hat: "
                  "Bis dahin rechnet das Mahnwesen mit dem letzten bekannten."), "warning",
            )  # fmt: skip
        return super().list_context(listing)
