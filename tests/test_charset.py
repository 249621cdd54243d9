"""No request chooses the codec it is read with, and no cookie makes an error."""

from __future__ import annotations

import io

import pytest
from django.test import Client

from epcs_portal.charset import only_utf8
from epcs_portal.wsgi import application

CODECS = ["hex", "rot13", "base64", "undefined", "utf-16", "utf-7", "cp037", "no-such", '"hex"']


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
def test_a_request_is_read_as_utf_8_whatever_it_says(codec, kind):
    seen: dict[str, str] = {}

    def portal(environ, start_response):
        seen.update(environ)
        return [b""]

    only_utf8(portal)({"CONTENT_TYPE": f"{kind}; Charset={codec}"}, None)

    assert seen["CONTENT_TYPE"] == kind


def test_the_boundary_of_a_multipart_form_is_kept():
    seen: dict[str, str] = {}

    def portal(environ, start_response):
        seen.update(environ)
        return [b""]

    only_utf8(portal)({"CONTENT_TYPE": "multipart/form-data; charset=hex; boundary=abc"}, None)

    assert seen["CONTENT_TYPE"] == "multipart/form-data; boundary=abc"


@pytest.mark.parametrize("query", ["", "a=b"])
def test_the_server_itself_answers_a_request_in_an_odd_codec(db, query):
    answered: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/healthz",
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": "text/plain; charset=hex",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }

    application(environ, lambda status, headers: answered.append(status)).close()

    assert answered == ["200 OK"]


@pytest.mark.parametrize(
    "key", ['"\\000aaaaaaaaaaaaaaaaaaaa"', "x", "A" * 32, "a" * 5000, "é" * 32]
)
@pytest.mark.parametrize("page", ["/", "/sign-in/", "/settings/epcs/"])
def test_a_cookie_that_is_no_session_key_is_no_session(db, page, key):
    response = Client(headers={"cookie": f"sessionid={key}"}).get(page)

    assert response.status_code in {200, 302}
