"""What a new business does first, in the order in which one thing needs the other."""

from dataclasses import dataclass

from flask import url_for
from flask_login import current_user

from kutego.models import Right
from kutego.models.beginnings import beginnings
from kutego.texts import gettext as _
from kutego.views.frame import the_company


@dataclass(frozen=True)
class Step:
    """A thing to do once, with the page where it is done."""

    title: str
    detail: str
    url: str
    is_done: bool


def first_steps() -> list[Step]:
    """The steps for whoever may take them all, until the first invoice is out; then none."""
    company = the_company()
    if company is None or not current_user.may(Right.SETTINGS):
        return []
    there = beginnings()
    if there["invoice"]:
        return []
    tax = bool(company.tax_number or company.vat_id)
    return [
        Step(_("Steuern und Preise"), _("Ihre Steuernummer steht auf jeder Rechnung."),
             url_for("settings.section", slug="tax"), tax),
        Step(_("Bankverbindung"), _("Damit Ihre Kunden wissen, wohin sie überweisen."),
             url_for("settings.section", slug="bank"), bool(company.iban)),
        Step(_("Postausgang"), _("Damit Rechnungen und Bestätigungen per E-Mail hinausgehen."),
             url_for("settings.section", slug="mail"), bool(company.smtp_host)),
        Step(_("Kurskategorie"), _("Zum Beispiel Welpenkurse oder Anfängerschwimmen."),
             url_for("course_categories.create_view"), there["category"]),
        Step(_("Standort"), _("Wo Ihre Kurse stattfinden."),
             url_for("locations.create_view"), there["location"]),
        Step(_("Laufzeitvorlage"), _("Nur für Kurse, die als Vertrag weiterlaufen."),
             url_for("term_templates.create_view"), there["terms"]),
        Step(_("Kurstermin"), _("Mit Tagen, Plätzen und Preis."),
             url_for("course_dates.create_view"), there["course"]),
        Step(_("Erster Kunde"), _("Von Hand, oder alle auf einmal aus einer Datei."),
             url_for("customers.create_view"), there["customer"]),
    ]  # fmt: skip
