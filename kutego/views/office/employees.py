"""Staff: who may log in, and as what."""

from kutego.models import Employee, EmployeeState, Right, Role
from kutego.operations.employee_removal import remove_employee
from kutego.operations.employees import (
    activate_employee,
    change_role,
    create_employee,
    deactivate_employee,
    employ_customer,
    set_password,
)
from kutego.texts import marked as m
from kutego.views.panel import (
    Button,
    Card,
    ChoiceField,
    ChoiceFilter,
    Column,
    EmailField,
    PanelForm,
    Place,
    RecordView,
    TextField,
    TextFilter,
)
from kutego.views.passwords import HINT, PasswordInput


class EmployeeForm(PanelForm):
    first_name = TextField(m("Vorname"))
    last_name = TextField(m("Nachname"))
    email = EmailField(
        m("E-Mail-Adresse"),
        description=m("Damit meldet sich die Person an. Gibt es schon einen Kunden mit dieser "
                      "Adresse, wird er zum Mitarbeiter."),
    )  # fmt: skip
    role = ChoiceField(m("Rolle"), Role, default=Role.OFFICE)
    password = PasswordInput(m("Passwort"), "new-password", description=HINT)


class EmployForm(PanelForm):
    role = ChoiceField(m("Rolle"), Role, default=Role.INSTRUCTOR)
    password = PasswordInput(m("Passwort"), "new-password", description=HINT)


EMPLOY_BUTTON = Button(
    employ_customer, EmployForm, label="Zum Mitarbeiter machen", icon="person-badge",
    right=Right.STAFF, done="Die Person kann sich mit ihrer E-Mail-Adresse anmelden.",
    shown=lambda customer: bool(customer.email) and not customer.is_staff,
    help="Der Kunde bleibt Kunde und bekommt dazu eine Anmeldung für das Büro.",
)  # fmt: skip


class RoleForm(PanelForm):
    role = ChoiceField(m("Rolle"), Role)

    @classmethod
    def initial(cls, records):
        return {"role": records[0].role}


class NewPasswordForm(PanelForm):
    password = PasswordInput(m("Neues Passwort"), "new-password", description=HINT)


class EmployeeView(RecordView):
    model = Employee
    slug = "employees"
    title, one = "Mitarbeiter", "Mitarbeiter"
    icon = "person-badge"
    category = "Unternehmen"
    right = Right.STAFF
    columns = (
        Column("name", "Name", sort="customer.sort_name", load=("customer",)),
        Column("email", "E-Mail-Adresse"),
        Column("role", "Rolle"),
        Column("state", "Status", badge=True),
        Column("customer", "Kunde", link=lambda e: e.customer, load=("customer",),
               sort="customer.sort_name"),
        Column("last_login_at", "Zuletzt angemeldet"),
        Column("created_at", "Angelegt", shown=False),
    )  # fmt: skip
    default_sort = "name"
    filters = (
        TextFilter("email", "E-Mail-Adresse"),
        ChoiceFilter("role", "Rolle", Role),
        ChoiceFilter("state", "Status", EmployeeState),
    )
    empty = "Es gibt noch keine Mitarbeiter."
    buttons = (
        Button(create_employee, EmployeeForm, label="Mitarbeiter anlegen", primary=True,
               icon="person-plus", right=Right.STAFF, place=Place.LIST,
               done="Der Mitarbeiter ist angelegt und kann sich anmelden."),
        Button(change_role, RoleForm, label="Rolle ändern", right=Right.STAFF,
               icon="person-badge", done="Die Rolle ist geändert und gilt ab sofort."),
        Button(set_password, NewPasswordForm, label="Passwort vergeben", right=Right.STAFF,
               icon="key", done="Das Passwort ist vergeben; alle Geräte wurden abgemeldet."),
        Button(deactivate_employee, label="Deaktivieren", right=Right.STAFF, danger=True,
               done="Die Anmeldung ist gesperrt, auch auf Geräten, die angemeldet waren.",
               shown=lambda e: e.can(EmployeeState.INACTIVE),
               help="Die Person kann sich nicht mehr anmelden. Der Kunde bleibt."),
        Button(activate_employee, label="Wieder aktivieren", right=Right.STAFF,
               done="Die Person kann sich wieder anmelden.",
               shown=lambda e: e.can(EmployeeState.ACTIVE)),
        Button(remove_employee, label="Mitarbeiterrolle entfernen", right=Right.STAFF, danger=True,
               icon="x-circle", done="Die Person ist kein Mitarbeiter mehr.",
               shown=lambda e: not e.is_active,
               help="Der Kunde bleibt und kann danach gelöscht oder anonymisiert werden. Was die "
                    "Person getan hat, steht weiter mit ihrem Namen im Verlauf."),
    )  # fmt: skip
    cards = (
        Card("Anmeldung", "email", "role", "state", "last_login_at", "created_at"),
        Card("Person", "name", "customer"),
    )
