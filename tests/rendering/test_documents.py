"""What is printed: read back from the finished PDF."""

import io

import pikepdf
import pymupdf
import pytest
from PIL import Image, ImageDraw

from kutego.rendering import render
from tests.rendering.snapshots import Line, cancellation, offer, receipt, snapshot, voucher

RIGHT_MARGIN = 190 / 25.4 * 72 + 1
BOOK = Line("Fachbuch", price="24.90", rate="7.00", quantity="2.00", detail=None)


def read(pdf: bytes) -> str:
    """The text of all pages, its line breaks as spaces."""
    with pymupdf.open(stream=pdf) as document:
        return " ".join(" ".join(page.get_text() for page in document).split())


def printed(frozen: dict, **more) -> str:
    return read(render(frozen, "pdf", **more))


def picture(mode="RGBA", size=(600, 200), **saving) -> bytes:
    logo = Image.new(mode, size)
    ImageDraw.Draw(logo).ellipse((10, 10, 190, 190), fill="green")
    data = io.BytesIO()
    logo.save(data, **({"format": "PNG"} | saving))
    return data.getvalue()


def test_an_invoice_says_what_the_law_demands():
    text = printed(snapshot(lines=[Line(period=("2026-12-01", "2026-12-31")), BOOK]))

    for part in (
        "Hundeschule Pfotenglück GmbH · Am Wiesengrund 12 · 33602 Bielefeld",
        "Jörg Weiß Große Straße 7 32756 Detmold",
        "Steuernummer 305/5836/0012",
        "USt-IdNr. DE123456788",
        "Rechnung R-2026-00012",
        "23.11.2026",
        "01.12.2026 – 31.12.2026",
        "USt 19 % auf 125,21 €",
        "USt 7 % auf 46,54 €",
        "Gesamtbetrag 198,80 €",
        "Bitte überweisen Sie den Betrag bis zum 07.12.2026.",
        "DE02 1203 0000 0000 2020 51",
        "Seite 1 von 1",
    ):
        assert part in text


def test_a_period_that_the_detail_names_is_not_repeated():
    line = Line(period=("2026-12-01", "2026-12-31"), detail="Bello · 01.12.2026 bis 31.12.2026")

    assert "Zeitraum" not in printed(snapshot(lines=[line]))
    assert "Zeitraum 01.12.2026 – 31.12.2026" in printed(
        snapshot(lines=[Line(period=line.period, detail="Bello")])
    )


def test_without_a_period_the_day_of_the_invoice_counts():
    assert "Das Leistungsdatum entspricht dem Rechnungsdatum." in printed(snapshot())


def test_credit_is_taken_off_what_is_to_be_paid():
    text = printed(snapshot(credit="50.00"))

    assert "Gesamtbetrag 149,00 € Guthaben −50,00 € Zu zahlen 99,00 €" in text


def test_an_invoice_paid_by_credit_asks_for_nothing():
    text = printed(snapshot(credit="149.00"))

    assert "Zu zahlen 0,00 €" in text
    assert "GiroCode" not in text
    assert "Fällig am" not in text


def test_a_discount_is_shown_at_its_position():
    text = printed(snapshot(lines=[Line(discount_percent="12.50")]))

    assert "abzüglich 12,5 % Rabatt (18,63 €)" in text


def test_a_new_version_says_what_it_replaces():
    before = {"number": "R-2026-00012", "issued_on": "2026-11-02"}
    text = printed(snapshot(number="R-2026-00012-2", preceding=before))

    assert "Diese Rechnung ersetzt die Rechnung R-2026-00012 vom 02.11.2026." in text


def test_a_debit_names_mandate_and_account_without_showing_it_whole():
    text = printed(snapshot(method="direct_debit"))

    assert "M-10012-1" in text
    assert "DE98ZZZ09999999999" in text
    assert "DE89 … 3000" in text
    assert "DE89370400440532013000" not in text


def test_a_small_business_shows_no_vat_and_says_why():
    text = printed(snapshot(tax_mode="small_business", seller={"vat_id": None}))

    assert "§ 19 UStG" in text
    assert "USt 19" not in text
    assert "Nettobetrag" not in text


def test_a_cancellation_names_the_invoice_and_keeps_the_fee():
    fee = Line("Stornogebühr", price="20.00", category="E", reason="Nicht steuerbar", detail=None)
    text = printed(cancellation(fee=fee))

    assert "Stornorechnung S-2026-00003" in text
    assert "Storno zur Rechnung R-2026-00012 vom 02.11.2026." in text
    assert "−149,00 €" in text
    assert "Gesamtbetrag −129,00 €" in text
    assert "Nicht steuerbar." in text


def test_a_receipt_is_no_invoice_and_shows_no_vat():
    text = printed(receipt())

    assert "Quittung Q-2026-00031" in text
    assert "Erhalten 50,00 €" in text
    assert "Zahlung vor Ort" in text
    assert "20.11.2026" in text
    assert "Sie ist keine Rechnung" in text
    assert "19 %" not in text


def test_a_voucher_shows_value_code_and_terms_and_names_nobody():
    text = printed(voucher())

    said = (
        "150,00 €", "KX7P-2MQR-9TWA", "Geschenkgutschein", "Alles Gute zum Geburtstag!",
        "Gültig bis", "31.12.2029", "Welpenkurse, Ticket", "ist keine Rechnung",
    )  # fmt: skip
    for words in said:
        assert words in text
    assert "Weiß" not in text
    assert "Gültig ab" not in text


def test_a_pay_out_is_a_negative_receipt():
    assert "Ausgezahlt −35,50 €" in printed(receipt("-35.50"))


def test_an_offer_can_be_accepted_by_its_link():
    url = "https://kurse.example.org/angebot/abc?x=1&y=2"
    pdf = render(offer(), "pdf", accept_url=url)

    assert "Dieses Angebot gilt bis einschließlich 07.12.2026." in read(pdf)
    with pymupdf.open(stream=pdf) as document:
        assert {link["uri"] for link in document[0].get_links()} == {url}


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "angebot/abc"])
def test_an_offer_links_to_web_pages_only(url):
    with pytest.raises(ValueError, match="web page"):
        render(offer(), "pdf", accept_url=url)


def test_a_long_invoice_repeats_its_head_and_counts_its_pages():
    lines = [Line(f"Stunde {number}", detail="Bello") for number in range(65)]
    with pymupdf.open(stream=render(snapshot(lines=lines), "pdf")) as document:
        pages = [" ".join(page.get_text().split()) for page in document]

    assert len(pages) >= 4
    for number, page in enumerate(pages, 1):
        assert f"Seite {number} von {len(pages)}" in page
        assert "IBAN" in page or "DE02 1203" in page
    for page in pages[1:-1]:
        assert "Pos. Leistung Menge" in page
        assert "Rechnung R-2026-00012" in page
    assert all(f"Stunde {number} " in " ".join(pages) for number in range(65))


def test_very_long_words_and_addresses_stay_on_the_paper():
    word = "Donaudampfschifffahrtsgesellschaftskapitän" * 6
    recipient = {"company_name": word, "contact": word, "address_extra": word, "street": word}
    seller = {"email": f"{'a' * 60}@example.org", "bank_name": "B" * 70, "register": word[:80]}
    frozen = snapshot(
        lines=[Line(text=word, detail=word)],
        recipient=recipient,
        seller=seller,
        intro=word,
        closing=word,
        reference="X" * 90,
    )

    with pymupdf.open(stream=render(frozen, "pdf")) as document:
        edges = [word[2] for page in document for word in page.get_text("words")]

    assert max(edges) <= RIGHT_MARGIN


@pytest.mark.parametrize(
    "name", ["Łukasz Żółć", "Дмитрий Иванов", "Ελένη Παπαδοπούλου", "Ngô Thị Hồng", "Çağla Işık"]
)
def test_names_from_everywhere_are_printed(name):
    assert name in printed(snapshot(recipient={"name": name}))


def test_what_no_font_can_draw_is_visibly_replaced():
    assert "Bello \N{WHITE SQUARE} Weiß" in printed(
        snapshot(recipient={"name": "Bello 🐕 Weiß\x00"})
    )


def test_markup_in_names_is_text():
    name = "<b>Jörg</b> & <img src=x> {{ 7 * 7 }}"
    frozen = snapshot(
        lines=[Line(text=f"1 {name}", detail=f"2 {name}")],
        recipient={"name": f"3 {name}"},
        seller={"name": f"4 {name}"},
        payment={"terms": f"5 {name}"},
        title=f"6 {name}",
        intro=f"7 {name}",
    )

    text = printed(frozen)

    assert [number for number in range(1, 8) if f"{number} {name}" not in text] == []


def test_an_address_abroad_ends_with_the_country():
    assert "1010 Wien ÖSTERREICH" in printed(
        snapshot(recipient={"postcode": "1010", "city": "Wien", "country": "AT"})
    )


@pytest.mark.parametrize(
    "logo, transparent",
    [
        (picture(), True),
        (picture("LA"), True),
        (picture("P", transparency=0), True),
        (picture("CMYK", format="JPEG"), False),
        (picture(size=(50, 2000)), True),
        (picture("L", size=(4000, 90)), False),
    ],
)
def test_any_logo_is_flattened_and_fits(logo, transparent):
    pdf = render(snapshot(method="on_site"), "pdf", logo=logo)

    with pikepdf.open(io.BytesIO(pdf)) as document:
        [image] = document.pages[0].Resources.XObject.values()
        assert image.ColorSpace == "/DeviceRGB"
        assert "/SMask" not in image
    with pymupdf.open(stream=pdf) as document:
        [box] = [info["bbox"] for info in document[0].get_image_info()]
        page = document[0].get_pixmap()
    assert box[2] - box[0] <= 55 / 25.4 * 72 + 1
    assert box[3] - box[1] <= 24 / 25.4 * 72 + 1
    if transparent:
        assert page.pixel(int(box[2]) - 3, int(box[3]) - 3) == (255, 255, 255)


@pytest.mark.parametrize("accent", ["#ffff00", "red; } @page {", None, "#1f6f54"])
def test_any_colour_gives_a_readable_document(accent):
    assert "Rechnung R-2026-00012" in printed(snapshot(seller={"accent": accent}))


@pytest.mark.parametrize("frozen", [snapshot(), cancellation(), offer(), receipt()])
def test_a_business_that_told_little_about_itself_can_still_write(frozen):
    kept = {"name", "street", "postcode", "city", "country", "tax_number", "accent"}
    frozen["seller"] |= dict.fromkeys(frozen["seller"].keys() - kept)
    frozen["recipient"] |= {"email": None, "street": None, "postcode": None, "city": None}

    assert "Hundeschule Pfotenglück" in printed(frozen)
