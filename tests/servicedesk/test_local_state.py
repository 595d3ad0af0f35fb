from pathlib import Path

from servicedesk.local import state


def test_secret_key_in_a_fresh_clone_is_made_once_for_its_owner_alone(tmp_path: Path):
    folder = tmp_path / "not" / "there"

    first = state.secret_key(folder)
    second = state.secret_key(folder)

    assert first == second
    assert len(first) >= 50
    assert (folder / "secret-key").stat().st_mode & 0o077 == 0
