"""How the program looks to one person."""

from kutego.db import operation
from kutego.errors import DomainError
from kutego.models import Employee
from kutego.texts import gettext as _

THEMES = ("auto", "light", "dark")


@operation
def choose_theme(employee: Employee, *, theme: str) -> None:
    """Keep light, dark, or what the computer is set to (auto)."""
    if theme not in THEMES:
        raise DomainError(_("Bitte wählen Sie „hell“, „dunkel“ oder „wie das System“."))
    employee.theme = theme
