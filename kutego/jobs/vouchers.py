"""Codes that were sold are mailed to their buyers once they are valid (spec VOU-05, 10)."""

from datetime import date

from sqlalchemy import select

from kutego.actor import SYSTEM
from kutego.db import db
from kutego.jobs.loop import each
from kutego.models import Customer
from kutego.operations.job_runs import Result
from kutego.operations.voucher_mails import buyers_to_mail, mail_sold_vouchers


def mail_vouchers(on: date, dry_run: bool = False) -> Result:
    """One mail for every buyer whose codes are paid; sent once, however late the job runs."""
    if dry_run:
        due = select(Customer).where(Customer.id.in_(buyers_to_mail(on))).order_by(Customer.id)
        return Result(plan=[customer.name for customer in db.session.scalars(due)])
    ids, result = list(db.session.scalars(buyers_to_mail(on))), Result()

    def mail(customer_id: int) -> int:
        customer = db.session.get_one(Customer, customer_id)
        return int(mail_sold_vouchers(customer, on=on, by=SYSTEM) is not None)

    each(Customer, ids, mail, result)
    return result
