"""Products on stock, and units of packages."""

from kutego.texts import marked as m

SENTENCES = {
    "product.counted": m("hat gezählt: Es sind %(stock)s da"),
    "product.received": m("hat %(quantity)s in den Bestand genommen, jetzt sind es %(stock)s"),
    "product.uncounted": m("führt den Bestand nicht mehr"),
    "package.created": m("hat das Paket angelegt"),
    "package.changed": m("hat das Paket geändert"),
    "unit_quota.created": m("hat ein Paket mit %(units)s Einheiten gegeben"),
    "unit_quota.used": m("hat eine Einheit für den %(day)s verwendet, übrig sind %(left)s"),
    "unit_quota.returned": m("hat die Einheit vom %(day)s zurückgegeben, übrig sind %(left)s"),
    "unit_quota.withdrawn": m(
        "hat %(units)s nicht verwendete Einheiten zurückgenommen, verwendet waren %(used)s"
    ),
}
