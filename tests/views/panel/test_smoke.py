from tests import factories


def test_pages_open(browser):
    customer = factories.customer()
    factories.participant(customer)
    for path in (
        "/probe/",
        "/probe/filter/",
        "/probe/columns/",
        "/probe/print/",
        "/probe/export/",
        "/probe/lookup/?q=mu",
        f"/probe/{customer.id}/",
        f"/probe/{customer.id}/dogs/",
        f"/probe/{customer.id}/deals/",
        f"/probe/{customer.id}/lend-credit/",
        "/probe/new/",
        f"/probe/{customer.id}/edit/",
        "/probe/do/add-customer/",
        "/mass-runs/",
        "/probe-templates/",
        "/probe-templates/new/",
        "/probe-courses/new/",
        f"/probe/{customer.id}/dogs/new/",
    ):
        browser.get(path)
