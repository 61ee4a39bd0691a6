"""The file store: what is stored stays, byte for byte, or says loudly that it does not."""

import hashlib

import pytest

from kutego import create_core
from kutego.channels import files
from tests.racing import in_processes

TEXT = "Rechnung für Jörg Weiß".encode()


def path_of(app, name):
    return app.config["KUTEGO"].files / name[:2] / name[2:]


def test_a_file_is_found_under_the_hash_of_its_content(app):
    name = files.store(TEXT)

    assert name == hashlib.sha256(TEXT).hexdigest()
    assert files.exists(name)
    assert files.read(name) == TEXT


def test_the_same_content_is_stored_once_and_never_written_again(app):
    name = files.store(TEXT)
    before = path_of(app, name).stat()

    again = files.store(TEXT)

    assert again == name
    assert path_of(app, name).stat().st_ino == before.st_ino
    assert [f.name for f in path_of(app, name).parent.iterdir()] == [name[2:]]


def test_a_file_that_was_swapped_is_refused_loudly(app):
    name = files.store(TEXT)
    path_of(app, name).chmod(0o600)
    path_of(app, name).write_bytes(b"another invoice")

    with pytest.raises(files.DamagedFile, match=name):
        files.read(name)


def test_a_file_that_is_gone_is_refused_loudly(app):
    name = files.store(TEXT)
    path_of(app, name).unlink()

    assert not files.exists(name)
    with pytest.raises(files.DamagedFile, match="missing"):
        files.read(name)


def test_a_name_cannot_leave_the_folder(app):
    for name in ("../../secret_key", "", "A" * 64, "0" * 63):
        with pytest.raises(ValueError, match="not a SHA-256"):
            files.read(name)


def test_a_write_that_fails_leaves_nothing_behind(app):
    name = hashlib.sha256(TEXT).hexdigest()
    path_of(app, name).parent.parent.mkdir()
    path_of(app, name).mkdir(parents=True)  # in the way of the file

    with pytest.raises(OSError, match="directory"):
        files.store(TEXT)

    assert [f.name for f in path_of(app, name).parent.iterdir()] == [name[2:]]


def test_two_applications_in_one_process_keep_their_files_apart(app, tmp_path):
    other = create_core(instance=tmp_path / "other", secret_key="y" * 40)
    name = files.store(TEXT)

    with other.app_context():
        assert not files.exists(name)


def store_many():
    return [files.store(bytes([i]) * 50_000) for i in range(100)]


def test_processes_that_store_the_same_files_do_not_disturb_each_other(app):
    names = in_processes(app, (store_many,), (store_many,))

    assert names[0] == names[1]
    assert all(files.read(name) == bytes([i]) * 50_000 for i, name in enumerate(names[0]))
