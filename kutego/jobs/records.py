"""Customers as records: who may be there twice, and files of customers that come in."""

from datetime import date

from kutego.actor import SYSTEM
from kutego.db import db
from kutego.models import CustomerImport
from kutego.operations.duplicate_search import find_pairs
from kutego.operations.duplicates import ask_for_search, search_duplicates, waiting_searches
from kutego.operations.import_run import open_imports, work_import
from kutego.operations.job_runs import Result
from kutego.operations.run_claim import only_worker
from kutego.texts import gettext as _


def find_duplicates(on: date, dry_run: bool = False) -> Result:
    """Compare all customers with each other once a day."""
    if dry_run:
        compared, found = find_pairs()
        line = _("%(count)s Kunden vergleichen, %(found)s Paare", count=compared, found=len(found))
        return Result(plan=[line])
    ask_for_search(on=on, by=SYSTEM)
    return answer_searches(on)


def answer_searches(on: date, dry_run: bool = False) -> Result:
    """Do the searches for duplicates that somebody asked for."""
    waiting = waiting_searches()
    if dry_run:
        return Result(plan=[_("Nach Dubletten suchen")] if waiting else [])
    for search_id in waiting:
        search_duplicates(search_id)
    return Result(done=len(waiting))


def work_imports(on: date, dry_run: bool = False) -> Result:
    """Go on with the imports that the office has set going."""
    if dry_run:
        return Result(plan=[str(db.session.get_one(CustomerImport, id_)) for id_ in open_imports()])
    with only_worker("imports") as mine:
        return Result(done=sum(work_import(id_) for id_ in open_imports()) if mine else 0)
