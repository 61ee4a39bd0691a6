"""Customers, their participants, and those of them who work here."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.company import LongText, Percent
from kutego.models.ids import Identified
from kutego.models.payment_method import PaymentMethod
from kutego.models.stateful import Stateful
from kutego.money import ZERO
from kutego.texts import search_key, sort_key

if TYPE_CHECKING:
    from kutego.models.custom_field import CustomValue
    from kutego.models.customer_group import CustomerGroup, RecipientGroup
    from kutego.models.employee import Employee
    from kutego.models.mandate import Mandate
    from kutego.models.participant import Participant


SEARCH_BYTES = 2000  # PostgreSQL indexes rows of up to 2.7 kB


class Salutation(Labelled):
    NONE = "none", "–"
    MS = "ms", "Frau"
    MR = "mr", "Herr"
    FAMILY = "family", "Familie"


class CustomerState(Labelled):
    ACTIVE = "active", "Aktiv"
    LOCKED = "locked", "Gesperrt"
    ERASED = "erased", "Anonymisiert"


class Origin(Labelled):
    STAFF = "staff", "Büro"
    WEBSITE = "website", "Buchung auf der Website"
    NEWSLETTER = "newsletter", "Newsletter"
    INFO_AGENT = "info_agent", "InfoAgent"
    CONTACT_FORM = "contact_form", "Kontaktformular"
    CALLBACK_FORM = "callback_form", "Rückrufformular"
    IMPORT = "import", "Import"


class Customer(Stateful, Identified, Base):
    """Whoever pays: a person or a company. `credit` and `open_amount` are kept sums, see verify."""

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("credit >= 0", name="credit"),
        # an infix search and its totals read this alone, in the order of the list
        Index("ix_customer_list", "sort_name", "id", "search", "credit", "open_amount"),
        Index("ix_customer_credit", "credit"),
        Index("ix_customer_open_amount", "open_amount"),
    )

    transitions = {
        CustomerState.ACTIVE: frozenset({CustomerState.LOCKED, CustomerState.ERASED}),
        CustomerState.LOCKED: frozenset({CustomerState.ACTIVE, CustomerState.ERASED}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    former_number: Mapped[str | None] = mapped_column(String(40), index=True)  # elsewhere, before
    state: Mapped[CustomerState] = mapped_column(default=CustomerState.ACTIVE)
    lock_reason: Mapped[str | None]
    is_company: Mapped[bool] = mapped_column(default=False)
    company_name: Mapped[str | None]
    vat_id: Mapped[str | None]
    salutation: Mapped[Salutation] = mapped_column(default=Salutation.NONE)
    title: Mapped[str | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    street: Mapped[str | None]
    address_extra: Mapped[str | None]
    postcode: Mapped[str | None]
    city: Mapped[str | None]
    country: Mapped[str] = mapped_column(String(2), default="DE")
    email: Mapped[str | None] = mapped_column(index=True)
    email_problem: Mapped[LongText | None]  # why mail to the address comes back (COM-19)
    email_bounces: Mapped[int] = mapped_column(default=0, server_default="0")  # for the time being
    phone: Mapped[str | None]
    mobile: Mapped[str | None]
    further_phone: Mapped[str | None]
    birthday: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(5), default="de")
    payment_method: Mapped[PaymentMethod] = mapped_column(default=PaymentMethod.BANK_TRANSFER)
    iban: Mapped[str | None] = mapped_column(String(34))
    bic: Mapped[str | None] = mapped_column(String(11))
    account_holder: Mapped[str | None]
    permanent_discount: Mapped[Percent] = mapped_column(default=ZERO)
    newsletter: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[Origin] = mapped_column(default=Origin.STAFF)
    remark: Mapped[LongText | None]
    created_at: Mapped[datetime]
    created_by: Mapped[str]
    first_seen_at: Mapped[datetime | None]  # when they first wrote or signed up
    updated_at: Mapped[datetime | None]
    updated_by: Mapped[str | None]
    main_account_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    merged_at: Mapped[datetime | None]  # since then everything is in the main account

    sort_name: Mapped[str] = mapped_column(String(400))
    search: Mapped[LongText]
    dunning_stopped_at: Mapped[datetime | None]  # nobody is to write to them about money
    dunning_stop_reason: Mapped[str | None]
    credit: Mapped[Decimal] = mapped_column(default=ZERO)
    open_amount: Mapped[Decimal] = mapped_column(default=ZERO)

    participants: Mapped[list["Participant"]] = relationship(
        back_populates="customer", order_by="Participant.id", passive_deletes="all"
    )
    employee: Mapped["Employee | None"] = relationship(
        back_populates="customer", passive_deletes="all"
    )
    main_account: Mapped["Customer | None"] = relationship(
        remote_side="Customer.id", foreign_keys="Customer.main_account_id", viewonly=True
    )
    side_accounts: Mapped[list["Customer"]] = relationship(
        foreign_keys="Customer.main_account_id", order_by="Customer.id", viewonly=True
    )
    customer_groups: Mapped[list["CustomerGroup"]] = relationship(
        secondary="customer_group_member", order_by="CustomerGroup.name"
    )
    recipient_groups: Mapped[list["RecipientGroup"]] = relationship(
        secondary="recipient_group_member", order_by="RecipientGroup.name"
    )
    mandates: Mapped[list["Mandate"]] = relationship(
        back_populates="customer", order_by="Mandate.id.desc()", passive_deletes="all"
    )
    custom_values: Mapped[list["CustomValue"]] = relationship(
        primaryjoin="and_(CustomValue.customer_id == Customer.id, "
        "CustomValue.participant_id.is_(None))",
        viewonly=True,
    )

    if TYPE_CHECKING:  # computed where a list or page asks for it: models.lead, mandate, group
        is_lead: Any
        is_staff: Any
        has_mandate: Any
        has_mandates: Any
        customer_group_names: Any
        recipient_group_names: Any

    def __str__(self) -> str:
        return self.name

    @property
    def lock_root(self) -> "Customer":
        return self

    @property
    def name(self) -> str:
        """As it stands in an address: the company, else title, first and last name."""
        if self.is_company and self.company_name:
            return self.company_name
        return self.person or self.company_name or self.email or self.number

    @property
    def person(self) -> str:
        """Title, first and last name."""
        return " ".join(filter(None, (self.title, self.first_name, self.last_name)))

    @property
    def phones(self) -> tuple[str | None, ...]:
        """Every number there is a field for."""
        return self.phone, self.mobile, self.further_phone

    @property
    def mandate(self) -> "Mandate | None":
        """The SEPA mandate that holds now."""
        return next((mandate for mandate in self.mandates if mandate.is_active), None)

    @property
    def account(self) -> "Customer":
        """Who stands for this record today: itself, or whom it went up in."""
        merged = self.merged_at is not None and self.main_account is not None
        return self.main_account.account if merged and self.main_account else self

    @property
    def is_locked(self) -> bool:
        return self.state is not CustomerState.ACTIVE

    @property
    def address(self) -> dict[str, Any]:
        """The recipient as a document's snapshot holds it."""
        return {
            "number": self.number,
            "name": self.name,
            "company_name": self.company_name if self.is_company else None,
            "contact": (self.person or None) if self.is_company else None,
            "street": self.street,
            "address_extra": self.address_extra,
            "postcode": self.postcode,
            "city": self.city,
            "country": self.country,
            "email": self.email,
            "vat_id": self.vat_id,
        }

    @validates("email")
    def _forget_problem(self, _key: str, email: str | None) -> str | None:
        """Another address has no trouble yet."""
        if (email or "").strip().lower() != (self.email or "").strip().lower():
            self.email_problem, self.email_bounces = None, 0
        return email

    def refresh_keys(self, participants: "Sequence[Participant] | None" = None) -> None:
        """Bring the folded columns for sorting and searching in step with the names.

        `participants` where one of them is new and not yet among the customer's.
        """
        if self.is_company and self.company_name:
            name = self.company_name
        else:
            name = " ".join(filter(None, (self.last_name, self.first_name)))
        self.sort_name = sort_key(name or self.email or "")[:200]
        words = [
            self.first_name, self.last_name, self.company_name, self.number, self.email,
            self.former_number,
            *(p.name for p in (self.participants if participants is None else participants)),
        ]  # fmt: skip
        digits = ["".join(filter(str.isdigit, n)) for n in self.phones if n]
        key = " ".join([*digits, search_key(" ".join(filter(None, words)))])
        self.search = key.encode()[:SEARCH_BYTES].decode(errors="ignore")
