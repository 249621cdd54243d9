"""Proofs that are long over are forgotten, and those that still permit something are not."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from accounts.flows.forget_proofs import forget_proofs as forget
from accounts.models import KnowledgeProof
from accounts.tasks import forget_proofs
from epcs_portal.celery import app


def a_proof(user, *, ago: timedelta, is_used: bool = False) -> KnowledgeProof:
    proven_at = timezone.now() - ago
    return KnowledgeProof.objects.create(
        user=user,
        session_digest="d" * 64,
        generation=0,
        token="hard token GALH12345678",
        proven_at=proven_at,
        used_at=proven_at if is_used else None,
    )


def test_a_day_later_a_proof_is_forgotten_and_not_before(prescriber):
    day, second = timedelta(hours=24), timedelta(seconds=1)
    for is_used in (True, False):
        a_proof(prescriber, ago=day + second, is_used=is_used)
    kept = [a_proof(prescriber, ago=ago) for ago in (timedelta(0), day - timedelta(minutes=1))]

    assert forget_proofs() == 2

    assert set(KnowledgeProof.objects.all()) == set(kept)
    assert forget_proofs() == 0


def test_many_are_forgotten_a_batch_at_a_time(prescriber):
    for _ in range(5):
        a_proof(prescriber, ago=timedelta(days=2))

    assert forget(at=timezone.now(), batch=2, batches=2) == 4
    assert KnowledgeProof.objects.count() == 1


def test_no_proof_is_forgotten_while_it_is_good():
    assert settings.PIN_PROOF_FORGOTTEN_AFTER > settings.PIN_PROOF


def test_beat_sends_the_task():
    tasks = {entry["task"] for entry in app.conf.beat_schedule.values()}

    assert forget_proofs.name in tasks
