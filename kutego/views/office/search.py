"""The search over everything, behind Ctrl-K and the field in the top bar."""

from flask_admin import BaseView, expose


class Search(BaseView):
    """Finds customers by what people remember of them, and documents by number."""

    def __init__(self) -> None:
        super().__init__(name="Suche", endpoint="search", url="suche")

    def is_visible(self) -> bool:
        return False

    @expose()
    def index(self) -> str:
        return self.render("office/search.html")
