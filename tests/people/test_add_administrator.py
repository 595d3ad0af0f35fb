import re
from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from servicedesk.people.models import User

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    said = StringIO()
    call_command("add_administrator", *arguments, stdout=said)
    return said.getvalue()


def test_add_administrator_prints_a_link_that_sets_a_password(client) -> None:
    said = run("Ada@Example.org", "Ada Example")

    link = re.search(r"http\S+", said)
    assert link is not None
    form = client.get(urlsplit(link.group()).path, follow=True)
    assert form.status_code == 200
    assert 'name="password1"' in form.content.decode()
    assert User.objects.get(email="ada@example.org").is_administrator


def test_add_administrator_twice_is_refused_with_a_sentence() -> None:
    run("ada@example.org", "Ada Example")

    with pytest.raises(CommandError, match="here already"):
        run("ada@example.org", "Ada Again")


def test_add_administrator_with_no_address_is_refused() -> None:
    with pytest.raises(CommandError, match="valid"):
        run("ada", "Ada Example")
