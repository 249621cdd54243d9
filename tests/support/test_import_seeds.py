"""An agent imports seeds: the file is checked first, then all of it is taken or nothing."""

from __future__ import annotations

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from epcs_portal.audit.models import AuditEvent
from tests import factories
from tests.pages import form_key_on
from tests.tokens.reading import read
from tests.tokens.seed_files_in_hand import HEADER, line
from tests.tokens.test_pskc_is_not_opened import KEY, LOCKED
from tokens.models import SeedBatch, SeedRecord
from tokens.seed_files import LARGEST_FILE

pytestmark = pytest.mark.django_db
PAGE = "/staff/seeds/import/"
GOOD = HEADER + line("GALH00000001") + line("GALH00000002", 40)


def send(client, content: str | bytes, **fields: str):
    raw = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("seeds.csv", raw)
    typed = {"form_key": form_key_on(client, PAGE), "protection": "none", "file": file, **fields}
    return client.post(PAGE, typed)


def sha(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def in_stock() -> set[str]:
    """The serials in stock, less that of the agent's own token."""
    serials = SeedRecord.objects.filter(hard_tokens=None).values_list("serial", flat=True)
    return set(serials)


def test_a_good_file_is_checked_then_imported(at_support, agent):
    checked = read(send(at_support, GOOD))
    assert "2 tokens are ready to be imported" in checked
    assert f'name="checked" value="{sha(GOOD)}"' in checked
    assert in_stock() == set()

    done = send(at_support, GOOD, checked=sha(GOOD))

    assert "2 tokens are in stock" in read(at_support.get(done.url))
    assert in_stock() == {"GALH00000001", "GALH00000002"}
    assert SeedBatch.objects.get(file_format="csv", imported_by=agent).sha256 == sha(GOOD)
    event = AuditEvent.objects.get(event="seeds.imported")
    assert (event.actor, event.event_class, event.chain) == (agent, 6, "portal")


def test_one_wrong_row_and_nothing_is_imported_even_when_it_is_insisted_on(at_support):
    wrong = GOOD + "GALH00000003,xyz,0\n"

    checked = read(send(at_support, wrong))
    insisted = read(send(at_support, wrong, checked=sha(wrong)))

    assert "1 of 3 rows is wrong: nothing can be imported" in checked
    assert "the seed is not hexadecimal" in checked
    assert 'name="checked"' not in checked
    assert "Nothing was imported: 1 of 3 rows is wrong." in insisted
    assert in_stock() == set()


def test_of_one_token_is_spoken_as_of_one(at_support):
    one = HEADER + line("GALH00000001")

    checked = read(send(at_support, one))
    done = send(at_support, one, checked=sha(one))

    assert "1 token is ready to be imported" in checked
    assert "Import 1 token<" in checked
    assert "1 token is in stock" in read(at_support.get(done.url))


def test_another_file_than_the_one_checked_is_checked_anew(at_support):
    other = HEADER + line("GALH00000009")

    answer = read(send(at_support, other, checked=sha(GOOD)))

    assert "another file than the one that was checked" in answer
    assert f'name="checked" value="{sha(other)}"' in answer
    assert in_stock() == set()


def test_the_file_and_what_opens_it_are_never_shown_again(at_support):
    answers = [send(at_support, GOOD), send(at_support, LOCKED, protection="key", secret=KEY.hex())]
    answers.append(send(at_support, "not a seed file", protection="password", secret="Hush-Qx7"))

    pages = "".join(read(answer) for answer in answers)
    seeds = [factories.seed_for(f"GALH0000000{n}").hex() for n in (1, 2)]
    assert [secret for secret in [*seeds, KEY.hex(), "Hush-Qx7"] if secret in pages] == []


def test_an_encrypted_file_opens_with_its_key(at_support):
    checked = read(send(at_support, LOCKED, protection="key", secret=KEY.hex()))

    assert "ready to be imported" in checked


def test_of_a_long_file_the_wrong_rows_come_first_and_a_hundred_of_each_kind(at_support):
    lines = [line(f"GALH{number:08}") for number in range(150)] + ["a\n"] * 120

    checked = read(send(at_support, HEADER + "".join(lines)))

    assert "120 of 270 rows are wrong: nothing can be imported" in checked
    assert checked.index("line 152:") < checked.index("line 2:")
    assert checked.count("has 1 columns, not 3") == checked.count(">ok<") == 100
    assert "And 20 more that are wrong." in checked
    assert "And 50 more that are right." in checked


def test_a_file_of_very_many_rows_is_told_to_be_split(at_support):
    bomb = HEADER + "a\n" * ((LARGEST_FILE - len(HEADER)) // 2)

    answer = send(at_support, bomb)

    assert "The file lists more than 5,000 tokens. Split it and import the parts." in read(answer)
    assert len(answer.content) < 20_000


@pytest.mark.parametrize(
    ("content", "fields", "sentence"),
    [
        ("", {}, "This file is empty."),
        (b"x" * (LARGEST_FILE + 1), {}, "The file is larger than 2 MB."),
        (b"x" * 2_700_000, {}, "Choose a file of at most 2 MB."),
        (LOCKED, {}, "The file is encrypted with a pre-shared key."),
        (LOCKED, {"protection": "key"}, "Enter the key or password."),
        (LOCKED, {"protection": "key", "secret": "00"}, "The key must be 32, 48 or 64"),
        (GOOD, {"protection": "password", "secret": "x"}, "and this file is none."),
    ],
)
def test_a_file_that_cannot_be_read_is_told_so(at_support, content, fields, sentence):
    assert sentence in read(send(at_support, content, **fields))
    assert in_stock() == set()
