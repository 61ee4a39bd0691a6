"""The first page of the day."""

from flask_admin import AdminIndexView, expose
from flask_login import current_user, login_required


class Dashboard(AdminIndexView):
    """What needs doing today, and how the year is going."""

    def __init__(self) -> None:
        super().__init__(name="Dashboard", endpoint="office", url="/buero")

    @expose()
    @login_required
    def index(self) -> str:
        return self.render("office/dashboard.html", employee=current_user)
