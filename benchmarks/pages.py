"""The pages people open all day, over HTTP, on the big demo."""

from benchmarks.dataset import PASSWORD, prepared
from benchmarks.server import serving


def main() -> None:
    """Lists, search, record tabs: median and 95th percentile against the goals."""
    with serving(prepared()) as client:
        client.post("/anmelden", email="petra.kuhn@example.org", password=PASSWORD)
        client.measure("customer list, first page", "/buero/customers/", 25)
        client.measure("customer list, infix search, many hits", "/buero/customers/?q=ülle", 40)
        client.measure("customer list, infix search, some hits", "/buero/customers/?q=nja.mül", 40)
        client.measure("customer list, infix search, no hit", "/buero/customers/?q=xyzzyq", 40)
        client.measure("global search", "/buero/suche/?q=mueller", 40)
        client.measure("customer list, sorted by credit", "/buero/customers/?sort=-credit", 25)
        client.measure("customer list, page 1000", "/buero/customers/?page=1000", 40)
        client.measure("invoice list, first page", "/buero/invoices/", 25)
        client.measure("receipt list, first page", "/buero/receipts/", 25)
        client.measure("credit entries, first page", "/buero/credit_entries/", 25)
        client.measure("message list, first page", "/buero/messages/", 25)
        client.measure("dashboard", "/buero/", 25)
        client.measure("record, details", "/buero/customers/5000/", 20)
        for tab in ("credit", "participants", "contracts", "offers", "invoices", "messages"):
            client.measure(f"record, tab {tab}", f"/buero/customers/5000/{tab}/", 20)
