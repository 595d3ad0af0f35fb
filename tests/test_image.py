"""What the image and the compose file promise and can be held without a container engine."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from servicedesk.local import state

DOCKERFILE = (state.ROOT / "Dockerfile").read_text()
COMPOSE = (state.ROOT / "docker-compose.yml").read_text()
SETTINGS = (state.ROOT / "servicedesk" / "settings.py").read_text()
OFFLINE = {
    "SECRET_KEY": "x" * 50,
    "DATABASE_URL": "postgres://unused/unused",
    "REDIS_URL": "redis://unused",
    "EMAIL_URL": "smtp://unused",
}


def last_stage() -> str:
    return DOCKERFILE.rpartition("\nFROM ")[2]


def copied_into_the_image() -> list[str]:
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", last_stage(), re.MULTILINE)
    return [name for line in lines for name in line.split()]


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A folder with exactly the files of ours that the image has."""
    for name in copied_into_the_image():
        source = state.ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, tmp_path / name)
    return tmp_path


def run_in(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "STATIC_ROOT": str(folder / "collected"), **OFFLINE}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_image_files_are_enough_to_check_and_collect(image: Path):
    checked = run_in(image, sys.executable, "manage.py", "check")
    collected = run_in(image, sys.executable, "manage.py", "collectstatic", "--no-input")

    assert checked.returncode == 0, checked.stderr
    assert collected.returncode == 0, collected.stderr
    assert list((image / "collected").glob("desk.*.css"))


def test_image_default_command_is_one_that_gunicorn_takes(image: Path):
    found = re.search(r"^CMD (\[.+\])$", last_stage(), re.MULTILINE)
    assert found is not None
    program, *options = json.loads(found.group(1))

    checked = run_in(image, sys.executable, "-m", program, "--check-config", *options)

    assert checked.returncode == 0, checked.stderr


def test_image_runs_as_somebody_without_rights_and_tells_its_health():
    assert re.search(r"^USER desk$", last_stage(), re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", last_stage(), re.MULTILINE)


def test_image_leaves_out_nothing_that_it_copies():
    ignored = set((state.ROOT / ".dockerignore").read_text().split())

    assert ignored & set(copied_into_the_image()) == set()
    assert {".git", ".venv", "var", ".env"} <= ignored


def test_compose_builds_once_and_fixes_nothing_that_replicas_would_share():
    assert COMPOSE.count("build:") == 1
    assert "container_name" not in COMPOSE
    assert re.findall(r"ports: (.+)", COMPOSE) == ['["${WEB_PORT:-8000}:8000"]']


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\$\{(\w+)", COMPOSE))))
def test_compose_variable_is_explained(name: str):
    explained = (state.ROOT / "README.md").read_text() + (state.ROOT / "docs" / "deployment.md").read_text()

    assert f"`{name}`" in explained


FOR_DEVELOPERS = {"DEBUG", "STYLEGUIDE"}
FOLDERS_OF_THE_IMAGE = {"MEDIA_ROOT", "STATIC_ROOT"}


@pytest.mark.parametrize("name", sorted(set(re.findall(r'environment\.\w+\(\s*"(\w+)"', SETTINGS))))
def test_setting_reaches_the_containers(name: str):
    assert name in FOR_DEVELOPERS | FOLDERS_OF_THE_IMAGE or re.search(rf"^    {name}: ", COMPOSE, re.MULTILINE)
