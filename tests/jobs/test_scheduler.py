"""Jobs run in one process of many, daily ones once a day on the clock of the business."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from kutego import clock, jobs, scheduler
from kutego.db import db, transaction
from kutego.models import JobRun, LoginAttempt, SubmissionKey
from kutego.models.chain import ChainSeal
from kutego.operations.documents import renditions_of
from kutego.operations.job_runs import Result, finish_run, note_run, start_run
from kutego.operations.verification import verify
from tests import factories
from tests.conftest import SECRET
from tests.jobs.processes import ROOT, go, hear, worker

DAY = date(2026, 11, 23)


def local(hour, minute=0, day=DAY):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=clock.BERLIN)


def due(moment):
    return [job.name for job in scheduler.due_jobs(moment)]


def ran(name, moment, on=DAY):
    with clock.at(moment):
        finish_run(start_run(name, on), Result())


# --- what is due ------------------------------------------------------------------------------


def test_a_daily_job_is_due_from_its_time_on_and_once_a_day(app):
    assert "bill_contracts" not in due(local(4, 59))
    assert "bill_contracts" in due(local(5))

    ran("bill_contracts", local(5))

    assert "bill_contracts" not in due(local(5, 1))
    assert "bill_contracts" not in due(local(23, 59))
    assert "bill_contracts" in due(local(5, day=DAY + timedelta(days=1)))


def test_after_a_downtime_it_is_caught_up_at_once_and_in_order(app):
    assert due(local(15)) == [
        "raise_tasks", "make_course_days", "find_duplicates", "seal_chains", "clean_up",
        "bill_contracts", "compensate_days", "dunning", "mail_tasks", "remind_make_ups",
        "remind_appointments",
    ]  # fmt: skip


def test_a_run_that_was_killed_is_due_again(app):
    with clock.at(local(5)):
        start_run("bill_contracts", DAY)

    assert "bill_contracts" in due(local(5, 1))


def test_a_run_by_hand_in_the_night_does_not_stand_in_for_that_of_the_morning(app):
    ran("bill_contracts", local(2))
    ran("dunning", local(12), on=DAY - timedelta(days=1))

    assert {"bill_contracts", "dunning"} <= set(due(local(13)))


def test_a_run_as_of_a_day_to_come_does_not_stand_in_for_that_day_s(app):
    tomorrow = DAY + timedelta(days=1)
    ran("bill_contracts", local(12, day=tomorrow), on=tomorrow)

    assert "bill_contracts" in due(local(5, day=tomorrow))


def test_the_day_is_that_of_the_business_in_summer_too(app):
    summer = date(2027, 7, 1)

    assert "bill_contracts" not in due(datetime(2027, 7, 1, 2, 59, tzinfo=UTC))
    assert "bill_contracts" in due(datetime(2027, 7, 1, 3, 0, tzinfo=UTC))
    ran("bill_contracts", local(5, day=summer), on=summer)
    assert "bill_contracts" not in due(datetime(2027, 7, 1, 21, 59, tzinfo=UTC))


@pytest.mark.databases("sqlite")
def test_before_the_business_is_set_up_nothing_is_due(app):
    with db.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM company")

    assert due(local(15)) == []


# --- how runs are noted -----------------------------------------------------------------------


def runs():
    return db.session.scalars(select(JobRun).order_by(JobRun.id)).all()


def test_a_frequent_job_leaves_no_line_where_it_did_nothing(app):
    jobs.run_job("render_documents", DAY, quiet=True)

    assert runs() == []


def test_the_same_failure_over_and_over_is_one_line(app):
    for minute in range(3):
        note_run("send_messages", DAY, local(8, minute), Result(failed=1, problems=["kaputt"]))

    assert [(run.failed, run.problems) for run in runs()] == [(1, ["kaputt"])]


def test_an_unknown_job_is_refused_with_the_names_there_are(app):
    with pytest.raises(jobs.DomainError, match="bill_contracts, compensate_days, dunning"):
        jobs.run_job("bill_everything", DAY)


# --- small jobs -------------------------------------------------------------------------------


def test_chains_are_sealed_when_they_have_grown_and_only_then(app):
    for _each in range(3):
        factories.customer()

    assert jobs.run_job("seal_chains", DAY).done == 3
    assert jobs.run_job("seal_chains", DAY).done == 0
    factories.invoice()

    assert jobs.run_job("seal_chains", DAY).done == 1
    assert db.session.scalar(select(func.count()).select_from(ChainSeal)) == 4
    assert list(verify()) == []


def test_old_logins_and_keys_are_deleted_after_thirty_days(app):
    now = clock.now()
    with transaction() as session:
        for days in (1, 29, 31, 400):
            at = now - timedelta(days=days)
            session.add(LoginAttempt(key=f"{days}", at=at))
            session.add(SubmissionKey(key=f"{days}", at=at))

    assert jobs.run_job("clean_up", DAY, dry_run=True).plan == [
        "login_attempt: 2",
        "submission_key: 2",
    ]
    assert jobs.run_job("clean_up", DAY).done == 4
    assert set(db.session.scalars(select(SubmissionKey.key))) == {"1", "29"}


# --- one leader -------------------------------------------------------------------------------


def test_of_two_processes_one_leads_and_the_other_takes_over_when_it_is_killed(app):
    with worker(app, "lead") as first:
        go(first)
        assert hear(first) == "leading"

        assert scheduler.Claim.take(db.engine) is None
        first.kill()
        first.join()

    claim = eventually(lambda: scheduler.Claim.take(db.engine))
    assert claim.holds()
    claim.release()
    again = scheduler.Claim.take(db.engine)
    assert again is not None
    again.release()


@pytest.mark.databases("postgresql")
def test_a_leader_whose_connection_is_cut_notices(app):
    claim = scheduler.Claim.take(db.engine)
    with db.engine.connect() as other:
        other.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
        )

    assert not claim.holds()
    claim.release()


def eventually(ask, seconds=20):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.2)
    raise AssertionError("it did not happen in time")


# --- the serving process ----------------------------------------------------------------------


@contextmanager
def server(app, **environ):
    """`python app.py` on a free port; yields the process and the address it prints."""
    settings = app.config["KUTEGO"]
    values = {
        "KUTEGO_INSTANCE": str(settings.instance), "KUTEGO_DATABASE_URL": settings.database_url,
        "KUTEGO_SECRET_KEY": SECRET, "KUTEGO_PORT": "0", "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=os.environ | values | environ, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process, re.search(r"https?://\S+", process.stdout.readline()).group()
    finally:
        process.kill()
        process.stdout.close()
        process.stderr.close()
        process.wait()


def test_of_two_servers_one_makes_the_documents_and_both_end_when_asked_to(app):
    invoice = factories.invoice()

    with server(app) as (one, address), server(app) as (two, other):
        assert address != other
        eventually(lambda: all(file.sha256 for file in files_of(invoice)), seconds=60)
        eventually(lambda: runs_of("render_documents"))
        for process in (one, two):
            process.send_signal(signal.SIGTERM)
        assert [process.wait(30) for process in (one, two)] == [0, 0]

    assert sum(run.done for run in runs_of("render_documents")) == 2


def files_of(invoice):
    db.session.rollback()
    return renditions_of(invoice.current)


def runs_of(name):
    db.session.rollback()
    return db.session.scalars(select(JobRun).where(JobRun.name == name)).all()


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    ("environ", "warns"),
    [
        ({"KUTEGO_HOST": "127.0.0.1"}, False),
        ({"KUTEGO_HOST": "0.0.0.0"}, True),
        ({"KUTEGO_HOST": "0.0.0.0", "KUTEGO_PUBLIC_URL": "https://buero.example.org"}, False),
    ],
)
def test_a_server_that_others_can_reach_without_https_says_so(app, environ, warns):
    with server(app, **environ) as (process, _address):
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert ("ohne Verschlüsselung" in process.stderr.read()) is warns
