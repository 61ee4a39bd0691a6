"""The export of all that is held on one customer (CUS-35), checked row by row."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.channels import files
from kutego.db import db
from kutego.errors import DomainError
from kutego.jobs.upkeep import clean_up
from kutego.models import Activity, DiscardedFile, ExportState, GdprExport
from kutego.models.personal import rows_of
from kutego.models.personal_tables import HOLDINGS
from kutego.operations.deletions import delete_customer
from kutego.operations.gdpr_exports import make_open_exports, note_download, request_export
from tests import factories, personal
from tests.factories import ANNA, DAY
from tests.personal import SECRET


def exported(customer, *, with_notes=True):
    """The archive that the background makes."""
    export = request_export(customer, with_notes=with_notes, on=DAY, by=ANNA)
    assert make_open_exports() == 1
    db.session.refresh(export)
    return export, zipfile.ZipFile(io.BytesIO(files.read(export.sha256)))


def test_every_row_of_a_customer_is_in_the_export_as_json_csv_and_file(app):
    """Nothing of anybody else, nothing that is a secret of the program, and every row there is."""
    factories.employee()
    ours, other = personal.somebody(remark="=1+1"), factories.customer(last_name="Fremder")
    personal.settled(ours)
    personal.fill(ours, other)
    db.session.commit()
    named = sum(
        db.session.scalar(select(func.count()).where(
            rows_of(h, [ours.id]), h.rows.c[h.file].is_not(None))) for h in HOLDINGS if h.file
        and h.exported
    )  # fmt: skip

    export, archive = exported(ours)

    texts = {name: archive.read(name).decode("utf-8-sig", "replace") for name in archive.namelist()}
    for holding in HOLDINGS:
        count = db.session.scalar(select(func.count()).where(rows_of(holding, [ours.id])))
        place = f"daten/{holding.title}.json"
        if not holding.exported or not count:
            assert place not in texts or holding.table == "activity"
            continue
        rows = json.loads(texts[place])
        lines = list(csv.reader(io.StringIO(texts[f"tabellen/{holding.title}.csv"]), delimiter=";"))
        if holding.table not in ("activity", "activity_detail"):  # that it was made is told later
            assert len(rows) == len(lines) - 1 == count, holding.table
        assert not {*rows[0]} & {*holding.hidden}, holding.table
    stored = [name for name in texts if name.startswith("dateien/")]
    assert len(stored) == named
    assert any(archive.read(name).startswith(b"%PDF") for name in stored)
    assert "'=1+1" in texts["tabellen/Stammdaten.csv"]
    assert "Fremder" not in "".join(texts.values())
    assert "sind enthalten" in texts["LIESMICH.txt"]
    assert (export.state, export.done, export.total) == (
        ExportState.READY,
        export.done,
        export.done,
    )
    told = db.session.scalars(select(Activity.action).where(Activity.customer_id == ours.id)).all()
    assert {"customer.export_requested", "customer.export_ready"} <= set(told)


def test_what_only_the_office_sees_is_left_out_on_request(app):
    factories.employee()
    ours, other = personal.somebody(remark="zahlt nie"), factories.customer()
    personal.fill(ours, other, lambda h: h.table in (
        "note", "task", "participant", "appointment", "room_rental", "waitlist_entry"))  # fmt: skip
    db.session.commit()

    _export, archive = exported(ours, with_notes=False)

    assert not {"daten/Notizen.json", "daten/Aufgaben.json"} & set(archive.namelist())
    assert "zahlt nie" not in archive.read("daten/Stammdaten.json").decode()
    assert SECRET in archive.read("daten/Teilnehmer.json").decode()
    for title in ("Einzeltermine", "Raumvermietungen", "Wartelisten"):
        [row] = json.loads(archive.read(f"daten/{title}.json"))
        assert row["customer_id"] == ours.id
        assert "remark" not in row, title
    assert "nicht enthalten" in archive.read("LIESMICH.txt").decode()


def test_an_export_expires_after_a_week_and_goes_with_its_customer(app):
    ours = factories.customer()
    request_export(ours, with_notes=True, on=DAY, by=ANNA)
    with pytest.raises(DomainError, match="gerade schon"):
        request_export(ours, with_notes=True, on=DAY, by=ANNA)
    assert make_open_exports() == 1
    assert make_open_exports() == 0
    export = db.session.scalars(select(GdprExport)).one()
    note_download(export, by=ANNA)
    kept = export.sha256

    with clock.at(export.finished_at + timedelta(days=7, minutes=1)):
        clean_up(DAY)
        db.session.refresh(export)
        assert (export.state, export.sha256) == (ExportState.EXPIRED, None)
        with pytest.raises(DomainError, match="abgelaufen"):
            note_download(export, by=ANNA)
    with clock.at(export.finished_at + timedelta(days=10)):
        clean_up(DAY)
    assert not files.exists(kept)

    request_export(ours, with_notes=True, on=DAY, by=ANNA)
    delete_customer(ours, on=DAY, by=ANNA)
    assert make_open_exports() == 0
    assert db.session.scalar(select(func.count(GdprExport.id))) == 0
    assert db.session.scalars(select(DiscardedFile)).all() == []
