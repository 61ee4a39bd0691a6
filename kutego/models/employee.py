"""Staff: who may log in, and what each role may do."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kutego.db import Base
from kutego.labelled import Labelled
from kutego.models.customer import Customer
from kutego.models.stateful import Stateful


class Role(Labelled):
    OWNER = "owner", "Inhaber"
    OFFICE = "office", "Büro"
    INSTRUCTOR = "instructor", "Kursleitung"


class EmployeeState(Labelled):
    ACTIVE = "active", "Aktiv"
    INACTIVE = "inactive", "Inaktiv"


class Right(Labelled):
    """One thing a role may or may not do. Views, buttons and fields name the right they need."""

    CUSTOMERS_VIEW = "customers.view", "Kunden sehen"
    CUSTOMERS_EDIT = "customers.edit", "Kunden anlegen und ändern"
    CUSTOMERS_DELETE = "customers.delete", "Kunden löschen und anonymisieren"
    CUSTOMERS_EXPORT = "customers.export", "Alle Daten eines Kunden ausgeben (DSGVO)"
    CUSTOMERS_MERGE = "customers.merge", "Doppelte Kunden zusammenführen"
    CUSTOMERS_IMPORT = "customers.import", "Kunden importieren"
    SENSITIVE_FIELDS = "customers.sensitive", "Sensible Zusatzfelder sehen und ändern"
    BANK_DATA = "customers.bank", "Bankdaten sehen und ändern"
    CREDIT_VIEW = "credit.view", "Guthaben sehen"
    CREDIT_BOOK = "credit.book", "Guthaben buchen"
    CREDIT_PAY_OUT = "credit.pay_out", "Guthaben auszahlen"
    CONTRACTS_VIEW = "contracts.view", "Verträge sehen"
    CONTRACTS_EDIT = "contracts.edit", "Verträge anlegen und ändern"
    OFFERS_VIEW = "offers.view", "Angebote sehen"
    OFFERS_EDIT = "offers.edit", "Angebote erstellen und zurückziehen"
    INVOICES_VIEW = "invoices.view", "Rechnungen sehen"
    INVOICES_EDIT = "invoices.edit", "Rechnungen erstellen und ändern"
    INVOICES_CANCEL = "invoices.cancel", "Rechnungen stornieren"
    PAYMENTS = "payments", "Zahlungen verbuchen"
    MESSAGES_VIEW = "messages.view", "Nachrichten sehen"
    MESSAGES_SEND = "messages.send", "Nachrichten senden"
    MESSAGES_MASS = "messages.mass", "Mitteilungen an viele senden"
    MESSAGES_PAID = "messages.paid", "SMS und Briefe senden (kostet Geld)"
    DUNNING = "dunning", "Mahnen"
    DOCUMENTS_VIEW = "documents.view", "Dokumente von Kunden sehen"
    DOCUMENTS_EDIT = "documents.edit", "Dokumente hochladen und entfernen"
    NOTES = "notes", "Notizen und Aufgaben"
    COURSES_VIEW = "courses.view", "Kurse sehen"
    COURSES_ALL = "courses.all", "Alle Kurse sehen, nicht nur die eigenen"
    COURSES_EDIT = "courses.edit", "Kurse anlegen und ändern"
    ATTENDANCE = "attendance", "Anwesenheit erfassen"
    CHECK_IN = "check_in", "Tickets einlassen"
    VOUCHERS = "vouchers", "Gutscheine ausstellen und ändern"
    JOBS = "jobs", "Aufträge ansehen und starten"
    STAFF = "staff", "Mitarbeiter verwalten"
    SETTINGS = "settings", "Einstellungen ändern"


_OFFICE = frozenset(Right) - {
    Right.STAFF,
    Right.SETTINGS,
    Right.JOBS,
    Right.CREDIT_PAY_OUT,
    Right.CUSTOMERS_DELETE,
    Right.CUSTOMERS_EXPORT,
    Right.CUSTOMERS_MERGE,
    Right.CUSTOMERS_IMPORT,
    Right.SENSITIVE_FIELDS,
}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.OWNER: frozenset(Right),
    Role.OFFICE: _OFFICE,
    Role.INSTRUCTOR: frozenset(
        {
            Right.CUSTOMERS_VIEW,
            Right.COURSES_VIEW,
            Right.NOTES,
            Right.ATTENDANCE,
            Right.CHECK_IN,
        }
    ),
}


class Employee(Stateful, Base):
    """A customer who works here and logs in with an e-mail and a password."""

    __tablename__ = "employee"

    transitions = {
        EmployeeState.ACTIVE: frozenset({EmployeeState.INACTIVE}),
        EmployeeState.INACTIVE: frozenset({EmployeeState.ACTIVE}),
    }

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(default=1)
    customer_id: Mapped[int] = mapped_column(
        ForeignKey("customer.id", ondelete="RESTRICT"), unique=True
    )
    email: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role]
    state: Mapped[EmployeeState] = mapped_column(default=EmployeeState.ACTIVE)
    password_hash: Mapped[str]
    session_stamp: Mapped[str] = mapped_column(String(32))  # changed to log out everywhere
    theme: Mapped[str] = mapped_column(String(10), default="auto")
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]
    told_on: Mapped[date | None]  # the day of the last mail about tasks

    customer: Mapped[Customer] = relationship(back_populates="employee")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.customer.person or self.email

    @property
    def is_active(self) -> bool:
        return self.state is EmployeeState.ACTIVE

    # What Flask-Login asks of a user. The stamp in the id logs out everywhere when it changes.
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the session cookie holds."""
        return f"{self.id}:{self.session_stamp}"

    def may(self, right: Right) -> bool:
        """Whether the role of this employee has `right`."""
        return right in RIGHTS[self.role]


class LoginAttempt(Base):
    """A failed login, by account and by address: the rows all processes throttle by."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index("ix_login_attempt_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    at: Mapped[datetime]
