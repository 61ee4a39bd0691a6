"""The periods of a contract that were billed, each with its invoice."""

from kutego.models import ContractPeriod, Right
from kutego.views.panel import Column, DateFilter, TabView


class ContractPeriods(TabView):
    model = ContractPeriod
    slug, title, one = "periods", "Zeiträume", "Zeitraum"
    parent_key = "contract_id"
    right = Right.CONTRACTS_VIEW
    columns = (
        Column("first", "Von"),
        Column("last", "Bis"),
        Column("invoice", "Rechnung", value=lambda p: p.invoice and p.invoice.number,
               load=("invoice",), link=lambda p: p.invoice, sort="invoice.number"),
        Column("total", "Betrag", value=lambda p: p.invoice and p.invoice.total,
               load=("invoice",), kind="money"),
        Column("open_amount", "Offen", value=lambda p: p.invoice and p.invoice.open_amount,
               load=("invoice",), kind="money"),
    )  # fmt: skip
    filters = (DateFilter("first", "Von"),)
    default_sort = "-first"
    empty = "Noch kein Zeitraum abgerechnet."
