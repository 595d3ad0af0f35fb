import pytest

from tests import makers


@pytest.fixture
def administrator(db):
    return makers.make_person("Ada Admin", "ada@example.org", is_administrator=True)


@pytest.fixture
def as_administrator(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def heard():
    """What the apps above were told, as (signal name, what was sent)."""
    from servicedesk.people import events

    told = []
    receivers = {}
    for name in ("office_added", "memberships_changed", "departments_changed"):
        receivers[name] = lambda signal, sender, name=name, **sent: told.append((name, sent))
        getattr(events, name).connect(receivers[name], weak=False)
    yield told
    for name, receiver in receivers.items():
        getattr(events, name).disconnect(receiver)
