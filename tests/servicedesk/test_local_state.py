from pathlib import Path

import pytest

from servicedesk.local import reset, state
from servicedesk.local.errors import LocalServiceError


def test_secret_key_in_a_fresh_clone_is_made_once_for_its_owner_alone(tmp_path: Path):
    folder = tmp_path / "not" / "there"

    first = state.secret_key(folder)
    second = state.secret_key(folder)

    assert first == second
    assert len(first) >= 50
    assert (folder / "secret-key").stat().st_mode & 0o077 == 0


def test_sole_use_of_a_folder_in_use_is_refused_until_it_ends(tmp_path: Path):
    with state.sole_use(tmp_path), pytest.raises(LocalServiceError, match="already runs"), state.sole_use(tmp_path):
        pass

    with state.sole_use(tmp_path):
        pass


def test_local_environment_gives_what_the_user_set_and_ours_for_what_is_empty(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("SITE_URL", "http://desk.test:9000")
    monkeypatch.setenv("MEDIA_ROOT", "")

    environment = state.local_environment({"REDIS_URL": "redis://here"}, port=8123, var=tmp_path)

    assert environment["SITE_URL"] == "http://desk.test:9000"
    assert environment["MEDIA_ROOT"] == str(tmp_path / "media")


@pytest.mark.parametrize("content", [None, "", "{", "no json"])
def test_remembered_environment_that_cannot_be_read_is_none(tmp_path: Path, content: str | None):
    if content is not None:
        (tmp_path / "environment.json").write_text(content)

    assert state.remembered_environment(tmp_path) == {}


def test_remembered_environment_is_what_was_kept_for_its_owner_alone(tmp_path: Path):
    state.remember_environment({"DATABASE_URL": "postgres://desk:secret@here/desk"}, tmp_path)

    assert state.remembered_environment(tmp_path) == {"DATABASE_URL": "postgres://desk:secret@here/desk"}
    assert (tmp_path / "environment.json").stat().st_mode & 0o077 == 0


def test_delete_local_data_beside_a_running_desk_deletes_nothing(tmp_path: Path):
    (tmp_path / "media").mkdir()

    with state.sole_use(tmp_path), pytest.raises(LocalServiceError, match="already runs"):
        reset.delete_local_data(tmp_path)

    assert (tmp_path / "media").exists()


def test_delete_local_data_leaves_an_empty_folder(tmp_path: Path):
    (tmp_path / "media" / "attachments").mkdir(parents=True)
    (tmp_path / "secret-key").write_text("secret")

    reset.delete_local_data(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == reset.KEPT
