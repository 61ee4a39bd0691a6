"""The frame around every page: menu, colours, formats, the company's look."""

import re
from collections import defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kutego import config
from kutego.clock import BERLIN
from kutego.db import db
from kutego.labelled import Labelled
from kutego.models import CustomerState, DocumentKind, MessageState, Role
from kutego.operations.logos import store_logo
from kutego.views import formats, frame, menu
from kutego.views.appearance import contrast, rgb, variables
from kutego.views.office import documents
from tests import factories
from tests.views.visitor import Visitor, hidden_fields, staff

OFFICE = "/buero/"
THEME = "/buero/erscheinungsbild"
ACCENTS = ["#1f6f54", "#ffffff", "#000000", "#ffff00", "#ff0000", "#00ffff", "#808080", "#0b1f3a"]


def entries(page):
    nav = page[page.index('aria-label="Hauptmenü"') : page.index("data-menu-toggle")]
    return re.findall(r"<span>([^<]+)</span>", nav)


# --- menu ---------------------------------------------------------------------------------------


def test_the_owner_sees_the_whole_menu_in_the_order_of_the_house(app):
    page = staff(app, factories.employee()).get(OFFICE).text

    shown = entries(page)

    assert shown[:5] == ["Dashboard", "Kunden", "Teilnehmer", "Aufgaben", "Dokumente"]
    assert shown[-2:] == ["Einstellungen", "Protokoll"]
    assert len(shown) == len(set(shown)) < 30  # what belongs together is one line


def test_what_belongs_together_is_a_tab_away_and_stands_once_in_the_menu(app):
    """Complaint U-23: menu overload; nothing that a person may open gets lost by it."""
    owner, jo = (staff(app, factories.employee(role)) for role in (Role.OWNER, Role.INSTRUCTOR))

    page = owner.get("/buero/dunning_runs/").text

    tabs = page[page.index('aria-label="Was dazugehört"') :]
    names = re.findall(r'class="nav-link(?: active)?" href="[^"]+"[^>]*>([^<]+)<', tabs)
    assert names[:4] == ["Mahnvorschlag", "Mahnungen", "Inkasso", "Mahnläufe"]
    assert 'title="Mahnwesen" aria-current="page"' in page
    crumbs = page[page.index('<ol class="crumbs">') : page.index("</ol>")]
    assert re.findall(r">([^<>\n]+)<", crumbs) == ["Finanzen", "Mahnwesen", "Mahnläufe"]
    assert "Was dazugehört" not in owner.get("/buero/participants/").text  # has no neighbours
    assert "Abwesenheiten" not in jo.get("/buero/calendar/").text  # neighbours have their rights


def test_the_settings_are_one_page_of_groups_as_far_as_rights_go(app):
    owner = staff(app, factories.employee())
    clerk, jo = (staff(app, factories.employee(role)) for role in (Role.OFFICE, Role.INSTRUCTOR))

    mine, theirs = owner.get("/buero/settings/").text, jo.get("/buero/settings/").text

    for place in ("settings/bank", "employees/", "locations/", "system-mails/", "dunning_runs/"):
        assert f'href="/buero/{place}"' in mine, place
    assert re.search(r'data-words="bank [^"]*iban', mine)  # found by what its fields are called
    assert 'href="/buero/locations/"' in theirs
    assert "settings/bank" not in theirs
    assert "employees/" not in clerk.get("/buero/settings/").text
    assert 'title="Einstellungen" aria-current="page"' in owner.get("/buero/locations/").text


def test_the_menu_hides_what_somebody_may_not_open(app):
    page = staff(app, factories.employee(Role.INSTRUCTOR)).get(OFFICE).text

    assert "Kunden" in entries(page)
    assert not {"Rechnungen", "Mahnwesen", "Anfragen"} & set(entries(page))
    assert "Neu anlegen" not in page


@pytest.mark.parametrize(
    "path, place",
    [(OFFICE, "Dashboard"), ("/buero/invoices/", "Rechnungen"), ("/buero/customers/", "Kunden")],
)
def test_the_menu_marks_where_we_are(app, path, place):
    page = staff(app, factories.employee()).get(path).text

    marked = re.findall(r'aria-current="page">(?:(?!</a>).)*<span>([^<]+)</span></a>', page)

    assert marked == [place]


def test_a_page_below_a_list_is_still_at_its_place(app):
    customer = factories.customer()

    page = staff(app, factories.employee()).get(f"/buero/customers/{customer.id}/").text

    assert re.search(r'title="Kunden" aria-current="page"', page)


def test_every_place_of_the_menu_opens(app):
    owner = staff(app, factories.employee())

    with app.test_request_context():
        entries = [e for _group, places in menu.MENU for p in places for e in p.entries]
        entries += [e for _group, group in menu.SETTINGS for e in group]
        urls = {entry.url for entry in entries}
        assert all(entry.endpoint for entry in entries)

    for url in urls:
        assert owner.get(url, follow_redirects=True).status_code == 200, url


def test_whatever_can_be_created_opens_its_form(app):
    owner = staff(app, factories.employee())
    page = owner.get(OFFICE).text
    new = page[page.index("data-new-menu") : page.index("user-menu")]

    urls = re.findall(r'href="(/buero/[^"]+)"', new)

    assert len(urls) >= 4
    for url in urls:
        assert owner.get(url).status_code == 200, url


def test_a_folded_menu_stays_folded(app):
    owner = staff(app, factories.employee())
    owner.client.set_cookie("kutego_menu", "narrow")

    assert 'data-menu="narrow"' in owner.get(OFFICE).text


# --- theme and colours ----------------------------------------------------------------------------


def test_the_theme_is_kept_for_each_person(app):
    petra, jonas = factories.employee(), factories.employee()
    clerk = staff(app, petra)
    token = hidden_fields(clerk.get(OFFICE).text, THEME)["csrf_token"]

    answer = clerk.post(THEME, {"theme": "dark", "csrf_token": token, "url": "/buero/customers/"})

    assert answer.location == "/buero/customers/"
    assert '<html lang="de" data-theme="dark"' in clerk.get(OFFICE).text
    assert '<html lang="de" data-theme="auto"' in staff(app, jonas).get(OFFICE).text


def test_an_unknown_theme_is_refused(app):
    petra = factories.employee()
    clerk = staff(app, petra)
    token = hidden_fields(clerk.get(OFFICE).text, THEME)["csrf_token"]

    answer = clerk.post(THEME, {"theme": "neon", "csrf_token": token})

    assert answer.status_code == 409
    db.session.refresh(petra)
    assert petra.theme == "auto"


@pytest.mark.parametrize("accent", ACCENTS)
def test_whatever_colour_the_company_chose_can_be_read(accent):
    light, dark = (dict(re.findall(r"--([\w-]+):(#\w+)", css)) for css in variables(accent))
    white = (1.0, 1.0, 1.0)

    for ground in ("#ffffff", "#f4f5f6", light["accent-soft"]):
        assert contrast(rgb(light["accent-text"]), rgb(ground)) >= 4.5
    for ground in ("#101214", "#181b1e", "#22262b", dark["accent-soft"]):
        assert contrast(rgb(dark["accent-text"]), rgb(ground)) >= 4.5
    assert contrast(rgb(light["accent"]), white) >= 4.5
    assert contrast(rgb(dark["accent"]), white) >= 4.5


def test_a_legible_colour_is_left_as_it_is():
    light, _dark = variables("#1f6f54")

    assert "--accent:#1f6f54;" in light


def test_the_colour_stands_in_the_address_of_its_stylesheet(app):
    factories.change_company(accent="#B00020")
    visitor = Visitor(app)

    assert "/stil-b00020.css" in visitor.get("/anmelden").text
    answer = visitor.get("/stil-b00020.css")
    assert "#b00020" in answer.text
    assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("code", ["b0002", "B00020", "red", "b00020;}", "gggggg"])
def test_nothing_but_a_colour_makes_a_stylesheet(app, code):
    assert Visitor(app).get(f"/stil-{code}.css").status_code == 404


def test_the_logo_is_served_once_there_is_one(app):
    from io import BytesIO

    from PIL import Image

    visitor = Visitor(app)
    assert visitor.get("/logo.png").status_code == 404
    picture = BytesIO()
    Image.new("RGB", (40, 20), "green").save(picture, "PNG")

    factories.change_company(logo_sha256=store_logo(picture.getvalue()))

    answer = visitor.get("/logo.png")
    assert answer.mimetype == "image/png"
    assert answer.data.startswith(b"\x89PNG")
    assert "/logo.png?v=" in visitor.get("/anmelden").text


# --- parts ----------------------------------------------------------------------------------------


def test_a_state_has_its_colour_whether_by_member_or_value():
    assert frame.badge_kind(CustomerState.LOCKED) == "danger"
    assert frame.badge_kind("unclear") == frame.badge_kind(MessageState.UNCLEAR) == "warning"
    assert frame.badge_kind("something new") == "secondary"


def test_the_same_word_has_the_same_colour_whatever_is_in_that_state():
    def below(kind):
        return [k for each in kind.__subclasses__() for k in (each, *below(each))]

    tones = defaultdict(set)
    for kind in below(Labelled):
        if kind.__name__.endswith(("State", "Status")):
            for state in kind:
                tones[str(state.label)].add(frame.badge_kind(state))

    assert len(tones) > 60
    assert {word: kinds for word, kinds in tones.items() if len(kinds) > 1} == {
        # of an offer the customer says no; of a mass run a rule: that is to be looked at
        "Abgelehnt": {"danger", "warning"}
    }


def test_every_kind_of_document_has_a_right_to_look_at_it():
    assert set(documents.RIGHTS) == set(DocumentKind)


def test_days_months_and_numbers_are_written_as_germans_do():
    evening = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)

    assert formats.german_day(date(2026, 11, 23)) == "23.11.2026"
    assert formats.german_moment(evening, BERLIN) == "02.07.2026, 00:30"
    assert formats.weekday(date(2026, 11, 23)) == "Montag, 23. November 2026"
    assert formats.month_name(date(2026, 3, 1)) == "März 2026"
    assert formats.german_count(1234567) == "1.234.567"


def test_every_symbol_that_is_named_is_in_the_sprite():
    static = config.ROOT / "kutego" / "static"
    known = set(re.findall(r'<symbol id="([^"]+)"', (static / "icons.svg").read_text()))
    named = re.compile(r'icon\("([a-z0-9-]+)"|icon="([a-z0-9-]+)"|Entry\(.*, "([a-z0-9-]+)"[,)]')
    sources = [
        *Path(config.ROOT / "templates").rglob("*.html"),
        *Path(menu.__file__).parent.rglob("*.py"),
    ]

    missing = {
        (source.name, name)
        for source in sources
        for groups in named.findall(source.read_text())
        for name in filter(None, groups)
        if name not in known
    }

    assert not missing


def test_nothing_is_loaded_from_elsewhere(app):
    owner = staff(app, factories.employee())

    for page in (
        owner.get(OFFICE).text,
        owner.get("/buero/invoices/").text,
        Visitor(app).get("/impressum").text,
    ):
        loaded = re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="([^"]+)"', page)
        assert loaded
        assert all(url.startswith("/") and not url.startswith("//") for url in loaded)


def test_a_group_of_the_menu_stays_folded_unless_we_are_in_it(app):
    petra = staff(app, factories.employee())
    petra.client.set_cookie("kutego_closed", "1.3")

    groups = re.findall(
        r'<details class="menu-group" data-group="(\d)"( open)?',
        petra.get("/buero/customers/").text,
    )

    assert dict(groups)["1"] == dict(groups)["2"] == " open"
    assert dict(groups)["3"] == ""


def test_the_keys_are_told_on_a_page_that_opens_as_a_dialogue(app):
    clerk = staff(app, factories.employee(Role.INSTRUCTOR))

    page = clerk.get("/buero/tastatur").text

    assert re.search(r'href="/buero/tastatur" data-dialog data-keys', clerk.get(OFFICE).text)
    assert "data-dialog-body" in page
    assert "<kbd>Strg K</kbd>" in page
