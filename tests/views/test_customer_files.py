"""Documents of the record on the screen: uploaded, looked at, kept from strangers (spec DOC)."""

from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from kutego.db import db
from kutego.models import CustomerFile, Role, Visibility
from kutego.operations.customer_files import remove_file
from kutego.operations.uploads import LARGEST
from tests import factories
from tests.factories import ANNA, DAY, pdf
from tests.views.panel.statements import counted
from tests.views.visitor import hidden_fields, staff

LIST = "/buero/customer_files/"


@pytest.fixture
def clerk(app):
    return staff(app, factories.employee(Role.OFFICE))


def tab(customer):
    return f"/buero/customers/{customer.id}/documents/"


def upload(visitor, customer, *given, **more):
    path = f"{tab(customer)}do/upload-files/"
    fields = hidden_fields(visitor.get(path).text, path)
    fields |= {"visibility": "internal", "participant": "", **more}
    files = [(BytesIO(content), name) for name, content in given]
    parts = MultiDict([*fields.items(), *(("files", FileStorage(*file)) for file in files)])
    boundary, body = encode_multipart(parts)
    return visitor.post(path, body, content_type=f"multipart/form-data; boundary={boundary}")


def stored():
    db.session.rollback()
    return list(db.session.scalars(select(CustomerFile).order_by(CustomerFile.id)))


def png():
    out = BytesIO()
    Image.new("RGB", (3, 3)).save(out, "PNG")
    return out.getvalue()


def test_several_files_are_uploaded_found_and_looked_at(clerk):
    customer = factories.customer()
    page = clerk.get(tab(customer)).text
    assert f'action="{tab(customer)}do/upload-files/"' in page
    assert f'data-most="{LARGEST}"' in page

    answer = upload(clerk, customer, ("Größe.pdf", pdf()), ("Bild.png", png()), url=tab(customer))

    assert answer.location == tab(customer)
    paper, picture = stored()
    page = clerk.get(tab(customer)).text
    assert "Größe" in page
    assert "Intern" in page
    for file, kind, way in ((paper, "application/pdf", "inline"), (picture, "image/png", "inline")):
        assert f'href="/buero/akte/{file.id}/1/' in page
        shown = clerk.get(f"/buero/akte/{file.id}/1/{file.name}")
        assert shown.mimetype == kind
        assert shown.headers["Content-Disposition"].startswith(way)
        assert shown.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in shown.headers["Cache-Control"]
        policy = shown.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert ("sandbox" in policy) == (kind != "application/pdf")
    look = clerk.get(f"{tab(customer)}{paper.id}/")
    assert f'data="/buero/akte/{paper.id}/1/' in look.text
    assert "object-src 'self'" in look.headers["Content-Security-Policy"]
    assert "object-src" not in clerk.get(tab(customer)).headers["Content-Security-Policy"]
    assert f'src="/buero/akte/{picture.id}/1/' in clerk.get(f"{tab(customer)}{picture.id}/").text
    assert "hat ein Dokument hochgeladen" in clerk.get(f"/buero/customers/{customer.id}/").text
    found = clerk.get(f"{LIST}?q=groesse").text
    assert f"{LIST}{paper.id}/" in found
    assert f"{LIST}{picture.id}/" not in found


def test_what_is_no_pdf_and_no_picture_is_only_downloaded(clerk):
    file = factories.customer_file(name="Seite.txt", content=b"nur <b>Text</b>")

    shown = clerk.get(f"/buero/akte/{file.id}/1/Seite.txt")

    assert shown.headers["Content-Disposition"] == "attachment; filename=Seite.txt"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "herunterladen" in clerk.get(f"{LIST}{file.id}/").text


@pytest.mark.parametrize(
    "name, content, words",
    [
        ("gross.pdf", b"%PDF-" + bytes(LARGEST - 4), "größer als 10 MB"),
        ("Rechnung.pdf", b"MZ\x90" + bytes(99), "zu keiner Art"),
        ("x.svg", b"<svg onload=alert(1)>", "zu keiner Art"),
        ("<b>.pdf", b"kein PDF \x00", "„-b-.pdf“"),
    ],
)
def test_bad_files_are_refused_in_a_sentence_and_nothing_is_kept(clerk, name, content, words):
    customer = factories.customer()

    answer = upload(clerk, customer, ("gut.pdf", pdf()), (name, content))

    assert answer.status_code == 422
    assert words in answer.text
    assert stored() == []


def test_what_the_server_does_not_even_read_is_answered_by_a_page_that_says_so(clerk):
    customer = factories.customer()

    answer = clerk.post(
        f"{tab(customer)}do/upload-files/", content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(13 * 1024 * 1024)},
    )  # fmt: skip

    assert answer.status_code == 413
    assert "Eine Datei darf höchstens 10 MB haben" in answer.text
    assert stored() == []


def test_a_name_with_folders_loses_them_and_the_last_byte_fits(clerk):
    customer = factories.customer()
    content = b"%PDF-" + bytes(LARGEST - 5)

    assert upload(clerk, customer, ("../../etc/x.pdf", content)).status_code == 302

    [file] = stored()
    assert (file.name, file.title, file.size) == ("x.pdf", "x", 10_485_760)


def test_the_buttons_of_a_document_change_it(clerk):
    file = factories.customer_file()
    page = f"{LIST}{file.id}/"

    answer = clerk.send(f"{page}add-version/", upload=(BytesIO(png()), "neu.png"))
    assert answer.status_code == 302, answer.text
    clerk.send(f"{page}describe-file/", title="<b>Pass</b>", visibility="customer", participant="")

    [file] = stored()
    assert (file.version, file.title, file.visibility) == (2, "<b>Pass</b>", Visibility.CUSTOMER)
    shown = clerk.get(page).text
    assert "<b>Pass</b>" not in shown
    assert f"/buero/akte/{file.id}/1/" in shown
    assert f"/buero/akte/{file.id}/2/" in shown

    clerk.send(f"{page}remove-file/?url={LIST}")

    for gone in (page, f"/buero/akte/{file.id}/1/x", f"/buero/akte/{file.id}/2/x"):
        assert clerk.get(gone).status_code == 404
    assert "Noch kein Dokument" in clerk.get(LIST).text
    assert "hat ein Dokument gelöscht" in clerk.get(f"/buero/customers/{file.customer_id}/").text


def test_a_document_is_asked_for_with_the_right_and_in_its_own_record(app, clerk):
    file, other = factories.customer_file(), factories.customer()
    teacher = staff(app, factories.employee(Role.INSTRUCTOR))

    assert clerk.get(f"{tab(other)}{file.id}/").status_code == 404
    assert clerk.get(f"/buero/akte/{file.id}/2/x").status_code == 404
    assert clerk.get(f"/buero/akte/{file.id}/99999999999/x").status_code == 404
    assert teacher.get(f"/buero/akte/{file.id}/1/x").status_code == 404
    for path in (LIST, tab(file.customer), f"{tab(other)}do/upload-files/"):
        assert teacher.get(path).status_code == 403
    stranger = app.test_client().get(f"/buero/akte/{file.id}/1/x")
    assert (stranger.status_code, "/anmelden" in stranger.headers["Location"]) == (302, True)
    remove_file(file, on=DAY, by=ANNA)
    assert clerk.get(f"/buero/akte/{file.id}/1/x").status_code == 404


def test_the_lists_ask_the_same_for_one_and_for_many(clerk):
    customer = factories.customer()

    def asked():
        counts = []
        for path in (LIST, tab(customer)):
            with counted() as seen:
                assert clerk.get(path).status_code == 200
            counts.append(len(seen))
        return counts

    factories.customer_file(customer)
    one = asked()
    for number in range(9):
        factories.customer_file(customer, content=b"%PDF-" + bytes([number]))

    assert asked() == one
    assert max(one) <= 15
