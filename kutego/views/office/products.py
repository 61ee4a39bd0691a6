"""Products, and the stock of those that are counted (spec INV-22, EVT-05)."""

from decimal import Decimal

from kutego.models import MovementKind, Product, Right, SoldOut, StockMovement
from kutego.operations.stock import count_stock, receive_stock, stop_counting
from kutego.texts import marked as m
from kutego.views.office.catalogue import ACTIVE, CatalogueView
from kutego.views.office.payment_choice import METHOD_FIELD, METHODS
from kutego.views.office.position_fields import QuantityField
from kutego.views.office.sold_columns import SALE
from kutego.views.panel import (
    Button,
    Card,
    ChoiceFilter,
    Column,
    DateFilter,
    PanelForm,
    TabView,
    TextField,
    TextFilter,
    YesNoFilter,
)

SOME = Decimal("0.01")


class CountForm(PanelForm):
    counted = QuantityField(m("Gezählt"), least=Decimal(0))
    reason = TextField(
        m("Grund"),
        description=m("Etwa: Inventur, Bruch, Schwund. Bitte ohne Namen: Die Bewegung bleibt."),
    )

    @classmethod
    def initial(cls, records):
        return {"counted": records[0].stock}


class ReceiveForm(PanelForm):
    quantity = QuantityField(m("Gekommen sind"), least=SOME)
    reason = TextField(m("Lieferung"), required=False, description=m("Etwa: Lieferschein 4711."))


STOCK_BUTTONS = (
    Button(receive_stock, ReceiveForm, label="Wareneingang", icon="plus-circle", primary=True,
           done="Der Wareneingang ist gebucht.", right=Right.COURSES_EDIT,
           shown=lambda p: p.stock is not None),
    Button(count_stock, CountForm, label="Bestand zählen", icon="check2-circle",
           done="Der Bestand ist gezählt.", right=Right.COURSES_EDIT,
           help="Mit der ersten Zählung beginnt der Bestand: Jeder Verkauf zieht davon ab, jede "
                "Stornierung legt zurück."),
    Button(stop_counting, None, label="Bestand nicht mehr führen", icon="slash-circle",
           done="Der Bestand wird nicht mehr geführt.", right=Right.COURSES_EDIT, danger=True,
           shown=lambda p: p.stock is not None,
           help="Verkäufe ziehen nichts mehr ab. Die Bewegungen bleiben stehen."),
)  # fmt: skip


class ProductMovements(TabView):
    model = StockMovement
    slug, title, one = "movements", "Bestand", "Bewegung"
    parent_key = "product_id"
    right = Right.COURSES_VIEW
    columns = (
        Column("at", "Wann"),
        Column("kind", "Art", badge=True),
        Column("quantity", "Menge", kind="decimal"),
        Column("stock", "Bestand danach", kind="decimal"),
        Column("reason", "Grund"),
        SALE,
        Column("by", "Von"),
    )
    filters = (
        ChoiceFilter("kind", "Art", MovementKind),
        DateFilter("at", "Wann"),
        TextFilter("reason", "Grund"),
    )
    default_sort = "-at"
    empty = "Noch keine Bewegung. Mit „Bestand zählen“ beginnt der Bestand."


class ProductView(CatalogueView):
    model = Product
    slug, title, one, icon = "products", "Produkte", "Produkt", "box-seam"
    category = "Kurse"
    columns = (
        Column("name", "Name"),
        Column("price", "Preis"),
        Column("vat_rate", "USt.", kind="percent"),
        Column("stock", "Bestand", kind="decimal"),
        ACTIVE,
    )
    filters = (
        *CatalogueView.filters,
        YesNoFilter("counted", "Bestand wird geführt", where=Product.stock.is_not(None)),
        YesNoFilter("sold_out_now", "Ausverkauft", where=Product.stock <= 0),
        ChoiceFilter("sold_out", "Wenn ausverkauft", SoldOut),
    )
    cards = (
        Card("Produkt", "name", "price", "vat_rate", "payment_methods", "is_active"),
        Card("Bestand", "stock", "sold_out"),
    )
    fields = (
        Column("dunning_run_id", "Mahnlauf (leer: der Standard)"),
        Column("sold_out", "Wenn ausverkauft"),
        METHODS,
    )
    buttons = STOCK_BUTTONS
    tabs = (ProductMovements,)
    form_columns = (
        "name", "price", "vat_rate", "payment_methods", "sold_out", "dunning_run_id", "is_active",
    )  # fmt: skip
    form_overrides = METHOD_FIELD
    empty = "Es gibt noch kein Produkt."
