import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools import build_venv


def make_project(folder: Path) -> Path:
    """Make locks that name no package, so that building needs no package index."""
    (folder / "requirements").mkdir()
    for name in build_venv.SETS:
        (folder / "requirements" / f"{name}.txt").write_text(f"# the set {name}\n")
    return folder


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(build_venv, "ROOT", tmp_path)
    return make_project(tmp_path)


@pytest.fixture(scope="module")
def folder_built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_project(tmp_path_factory.mktemp("project"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build_venv, "ROOT", folder)
        patch.setenv("VENV", str(folder / "venv"))
        assert build_venv.main(["app"]) == 0
    return folder


@pytest.fixture
def built(folder_built_once: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project built once for this module, because that takes seconds."""
    monkeypatch.setattr(build_venv, "ROOT", folder_built_once)
    monkeypatch.setenv("VENV", str(folder_built_once / "venv"))
    return folder_built_once


def stamp(project: Path, name: str) -> Path:
    """Pretend that a set was installed."""
    folder = project / "venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").touch()
    build_venv.stamp_of(folder).write_text(json.dumps({"set": name, "lock": build_venv.fingerprint(name)}))
    return folder


def test_main_new_folder_makes_a_python_and_a_stamp(built: Path):
    assert build_venv.is_built(built / "venv", "app")
    subprocess.run([built / "venv" / "bin" / "python", "-c", "import ssl, sqlite3"], check=True)


def test_main_package_outside_the_lock_is_removed(built: Path):
    [packages] = (built / "venv" / "lib").glob("python*/site-packages")
    stranger = packages / "stranger-1.0.dist-info"
    stranger.mkdir()
    (stranger / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (stranger / "RECORD").write_text("stranger-1.0.dist-info/METADATA,,\nstranger-1.0.dist-info/RECORD,,\n")
    build_venv.lock_of("app").write_text("# changed\n")

    build_venv.main(["app"])

    assert not stranger.exists()
    assert (packages / "pip").exists()


def test_is_built_smaller_set_wanted_is_satisfied_by_a_larger(project: Path):
    folder = stamp(project, "dev")

    assert [build_venv.is_built(folder, name) for name in build_venv.SETS] == [True, True, True]


def test_is_built_larger_set_wanted_is_not(project: Path):
    folder = stamp(project, "app")

    assert [build_venv.is_built(folder, name) for name in build_venv.SETS] == [True, False, False]


def test_is_built_lock_changed_is_not(project: Path):
    folder = stamp(project, "dev")
    build_venv.lock_of("dev").write_text("# another lock\n")

    assert not build_venv.is_built(folder, "app")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"set": "other", "lock": ""}'])
def test_is_built_stamp_unreadable_is_not(project: Path, text: str):
    folder = stamp(project, "dev")
    build_venv.stamp_of(folder).write_text(text)

    assert not build_venv.is_built(folder, "app")


def test_main_package_index_out_of_reach_says_so(built: Path, capfd: pytest.CaptureFixture[str], monkeypatch):
    build_venv.lock_of("test").write_text("no-such-package==1.0 --hash=sha256:" + "0" * 64 + "\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")

    code = build_venv.main(["test"])

    assert code == 1
    assert "run the same command again" in capfd.readouterr().err
    assert not build_venv.is_built(built / "venv", "test")


def test_find_python_none_new_enough_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(build_venv, "OLDEST", (4, 0))

    with pytest.raises(build_venv.BuildError, match=r"needs Python 3\.11 or newer.*apt-get install python3"):
        build_venv.find_python()


def test_main_unknown_set_shows_usage(capfd: pytest.CaptureFixture[str]):
    assert build_venv.main(["everything"]) == 2
    assert "app|test|dev" in capfd.readouterr().err


def test_runs_program_that_is_no_python_does_not():
    assert build_venv.runs(Path(sys.executable))
    assert not build_venv.runs(Path("/bin/false"))
    assert not build_venv.runs(Path(os.devnull))


def test_locked_real_locks_contain_each_other():
    app, test, dev = (build_venv.locked(name) for name in build_venv.SETS)

    assert "django" in app
    assert app < test < dev
