from http import HTTPStatus


def test_styleguide_where_it_was_not_asked_for_is_not_there(client, settings):
    settings.STYLEGUIDE = False

    response = client.get("/styleguide/")

    assert response.status_code == HTTPStatus.NOT_FOUND


def test_styleguide_where_it_was_asked_for_shows_both_appearances(client, settings):
    settings.STYLEGUIDE = True

    response = client.get("/styleguide/")

    html = response.content.decode()
    assert response.status_code == HTTPStatus.OK
    assert 'data-theme="light" aria-label="light"' in html
    assert 'data-theme="dark" aria-label="dark"' in html


def test_styleguide_has_nothing_inline_for_the_strict_policy_to_refuse(client, settings):
    settings.STYLEGUIDE = True

    html = client.get("/styleguide/").content.decode()

    assert "<script>" not in html
    assert "<style" not in html
    assert " style=" not in html
    assert " onclick=" not in html


def test_styleguide_by_post_is_refused(client, settings):
    settings.STYLEGUIDE = True

    assert client.post("/styleguide/").status_code == HTTPStatus.METHOD_NOT_ALLOWED
