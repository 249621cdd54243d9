"""How an EPCS PIN, an EPCS password and a sign-in password lie in the database."""

from __future__ import annotations

from uuid import uuid4

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerifyMismatchError
from argon2.low_level import Type
from django.utils import timezone

from accounts import knowledge
from accounts.hashers import SignInPasswordHasher
from accounts.models import KnowledgeFactor
from epcs_portal.sealing import SealBroken
from epcs_portal.settings import base
from tests import factories

PIN = KnowledgeFactor.Kind.PIN
OWASP = {"type": Type.ID, "memory_cost": 19 * 1024, "time_cost": 2, "parallelism": 1}


def parameters_of(encoded: str) -> dict[str, object]:
    parameters = extract_parameters(encoded)
    return {name: getattr(parameters, name) for name in OWASP}


def test_a_pin_is_hashed_with_argon2id_and_then_sealed(prescriber):
    factories.an_epcs_pin(prescriber, "4827")

    factor = KnowledgeFactor.objects.get()
    hashed = factor.take().decode()
    assert parameters_of(hashed) == OWASP
    assert PasswordHasher().verify(hashed, "4827")
    with pytest.raises(VerifyMismatchError):
        PasswordHasher().verify(hashed, "4828")


def test_the_hash_does_not_stand_in_the_row(prescriber):
    factories.an_epcs_pin(prescriber, "4827")

    factor = KnowledgeFactor.objects.get()
    row = bytes(factor.sealed)
    assert b"argon2" not in row
    assert factor.take() not in row
    assert b"4827" not in row
    assert "4827" not in f"{factor!r} {factor}"


def test_one_pin_is_hashed_differently_each_time():
    assert knowledge.hash_of("4827") != knowledge.hash_of("4827")


def test_a_new_pin_replaces_the_one_before(prescriber):
    factories.an_epcs_pin(prescriber, "4827")
    factories.an_epcs_pin(prescriber, "5938")

    hashed = KnowledgeFactor.objects.get().take().decode()
    assert PasswordHasher().verify(hashed, "5938")


def test_a_sealed_hash_copied_to_another_person_does_not_open(prescriber):
    factories.an_epcs_pin(prescriber)
    mine = KnowledgeFactor.objects.get()
    theirs = KnowledgeFactor.objects.create(
        id=uuid4(),
        user=factories.a_prescriber(),
        kind=PIN,
        set_at=timezone.now(),
        sealed=mine.sealed,
        sealed_with=mine.sealed_with,
    )

    with pytest.raises(SealBroken):
        theirs.take()


def test_a_sealed_pin_does_not_open_as_a_password(prescriber):
    factories.an_epcs_pin(prescriber)
    KnowledgeFactor.objects.update(kind=KnowledgeFactor.Kind.PASSWORD)

    with pytest.raises(SealBroken):
        KnowledgeFactor.objects.get().take()


def test_sign_in_passwords_are_hashed_with_argon2id_everywhere_but_in_tests():
    encoded = SignInPasswordHasher().encode("a password", "0" * 16)

    assert base.PASSWORD_HASHERS == ["accounts.hashers.SignInPasswordHasher"]
    assert encoded.startswith("argon2$argon2id$")
    assert parameters_of(encoded.removeprefix("argon2")) == OWASP
