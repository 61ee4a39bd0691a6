"""Invoices in the hands of a collection agency, with the package that it gets."""

import zipfile

from flask import Response, abort, url_for
from flask_admin import expose
from markupsafe import Markup

from kutego.models import CollectionCase, CollectionState, Right
from kutego.operations.collection import hand_over, package, settle_collection, take_back
from kutego.texts import gettext as _
from kutego.texts import marked as m
from kutego.views.office.columns import CUSTOMER
from kutego.views.office.document_archive import Pipe
from kutego.views.office.dunning_buttons import in_collection, is_late
from kutego.views.office.forms import ReasonForm
from kutego.views.panel import (
    AmountFilter,
    Button,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    PanelForm,
    RecordView,
    TextField,
)


class HandOverForm(PanelForm):
    agency = TextField(m("Inkassounternehmen"), most=200)
    reference = TextField(m("Aktenzeichen"), required=False, most=200)


def hand_over_preview(invoice):
    """What follows from it."""
    return [
        (_("Offen auf %(number)s", number=invoice), invoice.open_amount),
        _("Die Rechnung wird nicht mehr gemahnt. Das Paket mit Forderungsaufstellung und PDF "
          "laden Sie danach herunter."),
    ]  # fmt: skip


HAND_OVER = Button(
    hand_over, HandOverForm, label="An Inkasso übergeben", icon="box-arrow-up-right", danger=True,
    mass=True, done="Die Rechnung ist übergeben.", right=Right.DUNNING, preview=hand_over_preview,
    shown=lambda i: is_late(i) and i.dunning is not None and not in_collection(i),
)  # fmt: skip


def download(case):
    """The way to the package, where the row is on a screen."""
    url = url_for("collection_cases.package_view", record_id=case.id)
    return Markup('<a href="{}">{}</a>').format(url, _("Paket herunterladen (ZIP)"))


class CollectionView(RecordView):
    model = CollectionCase
    slug, title, one, icon = "collection_cases", "Inkasso", "Inkassofall", "box-arrow-up-right"
    category = "Finanzen"
    right = Right.DUNNING
    columns = (
        Column("invoice", "Rechnung", value=lambda c: c.statement["invoice"]["number"],
               link=lambda c: c.invoice, load=("invoice",), sort="invoice.number"),
        CUSTOMER,
        Column("agency", "Inkassounternehmen"),
        Column("reference", "Aktenzeichen", shown=False),
        Column("handed_over_on", "Übergeben am"),
        Column("claimed", "Forderung", total=True),
        Column("open_amount", "Noch offen", value=lambda c: c.invoice.open_amount, kind="money",
               load=("invoice",), sort="invoice.open_amount"),
        Column("state", "Status", badge=True),
        Column("closed_on", "Beendet am", shown=False),
        Column("package", "Paket", value=download, exported=False),
    )  # fmt: skip
    fields = (Column("close_reason", "Grund der Rückgabe"),)
    filters = (
        ChoiceFilter("state", "Status", CollectionState),
        DateFilter("handed_over_on", "Übergeben am"),
        AmountFilter("claimed", "Forderung"),
    )
    default_sort = "-handed_over_on"
    cards = (
        Card("Inkasso", "invoice", "customer", "agency", "reference", "handed_over_on", "state"),
        Card("Forderung", "claimed", "open_amount", "package", "closed_on", "close_reason"),
    )
    buttons = (
        Button(settle_collection, None, label="Bezahlt", icon="check-circle", mass=True,
               done="Der Fall ist erledigt.", right=Right.DUNNING, primary=True,
               shown=lambda c: c.can(CollectionState.PAID),
               help="Verbuchen Sie vorher die Zahlung auf der Rechnung."),
        Button(take_back, ReasonForm, label="Zurückgegeben", icon="arrow-return-left", mass=True,
               done="Die Rechnung ist wieder bei Ihnen, das Mahnen bleibt gestoppt.",
               right=Right.DUNNING, shown=lambda c: c.can(CollectionState.RETURNED)),
    )  # fmt: skip
    empty = "Nichts im Inkasso. Übergeben Sie eine gemahnte Rechnung auf ihrer Seite."

    @expose("/<int(max=2147483647):record_id>/package/")
    def package_view(self, record_id):
        """The claim as CSV and XML with every PDF, as one ZIP file."""
        case = self.get_one(record_id)
        if case is None:
            abort(404)
        name = f"{case}.zip".replace('"', "").replace("/", "-")
        return Response(
            _zipped(package(case)),
            mimetype="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


def _zipped(found):
    target = Pipe()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found:
            archive.writestr(name, content)
            yield target.taken()
    yield target.taken()
