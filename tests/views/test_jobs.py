"""The job page: what ran, what would, and now; for owners only."""

from datetime import date

import pytest
from sqlalchemy import func, select

from kutego import clock
from kutego.db import db
from kutego.jobs import JOBS
from kutego.models import Invoice, JobRun, Role
from kutego.operations.job_runs import Result, finish_run, start_run
from tests import factories
from tests.views.visitor import staff

PAGE = "/buero/auftraege/"


@pytest.fixture
def owner(app):
    return staff(app, factories.employee())


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def test_every_job_is_listed_with_when_it_runs_and_how_it_went(app, owner):
    finish_run(start_run("bill_contracts", date(2026, 11, 23)), Result(done=3, failed=1))

    page = owner.get(PAGE).text

    for job in JOBS:
        assert job.title in page
    assert "täglich um 05:00 Uhr" in page
    assert "alle 15 Sekunden" in page
    assert "Mit Fehlern" in page
    assert "noch nie gelaufen" in page


def test_a_job_shows_its_problems_and_a_run_that_was_killed(app, owner):
    start_run("bill_contracts", date(2026, 11, 22))
    result = Result(refused=1, problems=["V-00001: <b>Der Kunde</b> ist weg."])
    finish_run(start_run("bill_contracts", date(2026, 11, 23)), result)

    page = owner.get(PAGE + "bill_contracts/").text

    assert "V-00001: &lt;b&gt;Der Kunde&lt;/b&gt; ist weg." in page
    assert "Nicht beendet" in page


def test_a_job_is_run_at_once(app, owner):
    factories.contract_by_hand(starts_on=clock.today(), on=clock.today())

    answer = owner.send(PAGE + "bill_contracts/", to=PAGE + "bill_contracts/run/")

    assert answer.status_code == 302
    assert count(Invoice) == 1
    assert count(JobRun) == 1
    assert "1 erledigt" in owner.get(PAGE + "bill_contracts/").text


def test_a_dry_run_lists_and_changes_nothing(app, owner):
    contract = factories.contract_by_hand(starts_on=clock.today(), on=clock.today())

    answer = owner.send(PAGE + "bill_contracts/", to=PAGE + "bill_contracts/dry-run/")

    assert contract.number in answer.text
    assert "Es wurde nichts geändert" in answer.text
    assert count(Invoice) == count(JobRun) == 0


def test_without_the_right_there_is_no_job_page(app):
    clerk = staff(app, factories.employee(Role.OFFICE))

    assert clerk.get(PAGE).status_code == 403
    assert clerk.get(PAGE + "bill_contracts/").status_code == 403
    token = clerk.token("/buero/customers/new/")
    answer = clerk.post(PAGE + "bill_contracts/run/", {"csrf_token": token})
    assert answer.status_code == 403
    assert count(JobRun) == 0


def test_without_a_token_nothing_runs(app, owner):
    assert owner.post(PAGE + "bill_contracts/run/").status_code == 400
    assert count(JobRun) == 0


def test_an_unknown_job_is_not_found(app, owner):
    assert owner.get(PAGE + "bill_everything/").status_code == 404
