"""Dunning of a customer as a whole: stopped, resumed, and what the lists show of it."""

from kutego.models import Customer, Right
from kutego.operations.dunning import resume_customer_dunning, stop_customer_dunning
from kutego.views.office.forms import ReasonForm
from kutego.views.panel import Button, Column, YesNoFilter

CUSTOMER_DUNNING = (
    Button(stop_customer_dunning, ReasonForm, label="Mahnen stoppen", icon="stop-circle", mass=True,
           done="Dieser Kunde wird nicht mehr gemahnt.", right=Right.DUNNING,
           shown=lambda c: c.dunning_stopped_at is None and c.open_amount > 0),
    Button(resume_customer_dunning, ReasonForm, label="Mahnen fortsetzen", icon="play-fill",
           mass=True, done="Dieser Kunde wird wieder gemahnt.", right=Right.DUNNING,
           shown=lambda c: c.dunning_stopped_at is not None),
)  # fmt: skip

DUNNING_STOPPED = Column(
    "dunning_stop_reason",
    "Mahnen gestoppt, weil",
    right=Right.INVOICES_VIEW,
    shown=False,
    quiet=True,
)
STOPPED_FILTER = YesNoFilter(
    "dunning_stopped", "Mahnen gestoppt", where=Customer.dunning_stopped_at.is_not(None),
    right=Right.INVOICES_VIEW,
)  # fmt: skip
