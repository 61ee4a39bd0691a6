"""What keeps the house in order: runs that were started, seals, old rows."""

from datetime import date

from sqlalchemy import select

from kutego.db import db
from kutego.models import MassRun, RunState
from kutego.operations.cleaning import count_old_rows, delete_old_rows
from kutego.operations.discarded_files import files_to_remove, remove_discarded
from kutego.operations.gdpr_exports import expire_exports, make_open_exports, open_exports
from kutego.operations.imports import discard_old_files, old_files
from kutego.operations.job_runs import Result
from kutego.operations.runs import work_open_runs
from kutego.operations.sealing import seal_chains as seal
from kutego.operations.sealing import unsealed_chains
from kutego.operations.unassigned import discard_forgotten, forgotten_threads
from kutego.texts import gettext as _


def work_mass_runs(on: date, dry_run: bool = False) -> Result:
    """Go on with the mass runs that the office has started."""
    if dry_run:
        open_runs = select(MassRun).where(MassRun.state == RunState.RUNNING).order_by(MassRun.id)
        return Result(plan=[str(run) for run in db.session.scalars(open_runs)])
    return Result(done=work_open_runs())


def seal_chains(on: date, dry_run: bool = False) -> Result:
    """Note the heads of the customers' chains in the house's chain."""
    chains = db.session.scalars(unsealed_chains()).all()
    if dry_run:
        return Result(plan=[_("%(count)s Ketten versiegeln", count=len(chains))] if chains else [])
    return Result(done=seal(chains))


def clean_up(on: date, dry_run: bool = False) -> Result:
    """Delete failed logins and used submission keys after 30 days, discarded files after one.

    Exports of a customer's data expire after seven days, the files of imports after thirty, mail
    of strangers that nobody gave to a customer after half a year.
    """
    if dry_run:
        counts = {
            **count_old_rows(),
            "discarded_file": len(files_to_remove()),
            "customer_import": len(old_files()),
            "thread": len(forgotten_threads()),
        }
        return Result(plan=[f"{name}: {count}" for name, count in counts.items() if count])
    done = delete_old_rows() + expire_exports() + discard_old_files() + discard_forgotten()
    return Result(done=done + remove_discarded())


def make_exports(on: date, dry_run: bool = False) -> Result:
    """Put together the exports of customers' data that were asked for."""
    if dry_run:
        return Result(plan=[str(export) for export in open_exports()])
    return Result(done=make_open_exports())
