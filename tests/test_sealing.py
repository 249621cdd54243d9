from __future__ import annotations

import io
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import KnowledgeFactor, User
from epcs_portal.audit.models import AuditEvent
from epcs_portal.sealing import NONCE_BYTES, SealBroken, Sealed, seal, unseal
from tokens.models import SeedBatch, SeedRecord

SECRET = b"12345678901234567890"
OLD, NEW = {"old": b"o" * 32}, {"new": b"n" * 32}
PLACE = {"purpose": "seed", "row": UUID(int=1), "label": "GALH12345678"}


@pytest.fixture(autouse=True)
def sealed_with_the_old_key(settings):
    settings.SEALING_KEYS = OLD


@pytest.fixture
def seeds(db):
    """Five seed records, each with a secret of its own."""
    batch = SeedBatch.objects.create(sha256="0" * 64, file_format="csv", imported_at=timezone.now())
    records = [SeedRecord(serial=f"GALH0000000{number}", batch=batch) for number in range(5)]
    for record in records:
        record.put(SECRET + record.serial.encode())
        record.save()
    return records


class StopsAfterTheFirstLine(io.StringIO):
    """A terminal whose reader presses Ctrl-C when the first line of progress appears."""

    def write(self, text):
        super().write(text)
        raise KeyboardInterrupt


def rotate(**options):
    said = io.StringIO()
    call_command("rotate_sealing_key", stdout=said, stderr=said, **options)
    return said.getvalue()


def opened(records):
    return [SeedRecord.objects.get(pk=record.pk).take() for record in records]


def test_a_sealed_secret_opens_where_it_was_sealed():
    sealed = seal(SECRET, **PLACE)

    assert sealed.key_id == "old"
    assert SECRET not in sealed.box
    assert unseal(sealed, **PLACE) == SECRET


@pytest.mark.parametrize(
    "elsewhere",
    [{"purpose": "knowledge factor"}, {"row": UUID(int=2)}, {"label": "GALH12345679"}],
)
def test_it_opens_nowhere_else(elsewhere):
    sealed = seal(SECRET, **PLACE)

    with pytest.raises(SealBroken):
        unseal(sealed, **{**PLACE, **elsewhere})


def test_purpose_and_label_do_not_run_into_each_other():
    sealed = seal(SECRET, purpose="seed", row=UUID(int=1), label="ab")

    for purpose, label in (("seeda", "b"), ("see", "dab"), ("", "seedab")):
        with pytest.raises(SealBroken):
            unseal(sealed, purpose=purpose, row=UUID(int=1), label=label)


def test_any_altered_byte_keeps_it_shut():
    box = seal(SECRET, **PLACE).box

    for position in range(len(box)):
        altered = box[:position] + bytes([box[position] ^ 1]) + box[position + 1 :]
        with pytest.raises(SealBroken):
            unseal(Sealed("old", altered), **PLACE)
    for length in range(len(box)):
        with pytest.raises(SealBroken):
            unseal(Sealed("old", box[:length]), **PLACE)


def test_a_key_that_is_gone_is_named(settings):
    sealed = seal(SECRET, **PLACE)
    settings.SEALING_KEYS = NEW

    with pytest.raises(SealBroken, match="'old', which is not on the key ring"):
        unseal(sealed, **PLACE)


def test_another_key_under_the_same_name_does_not_open(settings):
    sealed = seal(SECRET, **PLACE)
    settings.SEALING_KEYS = {"old": b"x" * 32}

    with pytest.raises(SealBroken):
        unseal(sealed, **PLACE)


def test_the_first_key_seals_and_every_key_opens(settings):
    before = seal(SECRET, **PLACE)
    settings.SEALING_KEYS = NEW | OLD

    assert seal(SECRET, **PLACE).key_id == "new"
    assert unseal(before, **PLACE) == SECRET


def test_no_nonce_comes_twice():
    nonces = {seal(SECRET, **PLACE).box[:NONCE_BYTES] for _ in range(1000)}

    assert len(nonces) == 1000


def test_nothing_that_is_printed_shows_a_byte():
    sealed = seal(SECRET, **PLACE)
    row = SeedRecord(serial="GALH12345678")
    row.put(SECRET)

    with pytest.raises(SealBroken) as broken:
        unseal(Sealed("old", sealed.box[:-1] + bytes([sealed.box[-1] ^ 1])), **PLACE)

    printed = "".join(map(repr, (sealed, row, broken.value))) + str(broken.value)
    for box in (sealed.box, bytes(row.sealed)):
        assert repr(box)[2:-1] not in printed
        assert box.hex() not in printed
    assert SECRET.decode() not in printed
    assert broken.value.__cause__ is None


def test_boxes_swapped_between_two_rows_do_not_open(seeds):
    first, second = seeds[:2]
    first.sealed, second.sealed = second.sealed, first.sealed
    first.save()
    second.save()

    for record in (first, second):
        with pytest.raises(SealBroken):
            SeedRecord.objects.get(pk=record.pk).take()


def test_a_row_under_another_serial_does_not_open(seeds):
    SeedRecord.objects.filter(pk=seeds[0].pk).update(serial="GALH99999999")

    with pytest.raises(SealBroken):
        SeedRecord.objects.get(pk=seeds[0].pk).take()


def test_rotation_seals_every_kind_of_row_and_the_old_key_can_go(seeds, settings):
    factor = KnowledgeFactor(
        user=User.objects.create(username="mreyes"), kind="pin", set_at=timezone.now()
    )
    factor.put(b"a hash")
    factor.save()
    before = opened(seeds)
    settings.SEALING_KEYS = NEW | OLD

    said = rotate(batch=2)

    settings.SEALING_KEYS = NEW
    assert opened(seeds) == before
    assert KnowledgeFactor.objects.get().take() == b"a hash"
    assert [line for line in said.splitlines() if "SeedRecord" in line] == [
        "tokens.SeedRecord: 2 of 5",
        "tokens.SeedRecord: 4 of 5",
        "tokens.SeedRecord: 5 of 5",
    ]
    assert "Everything is sealed with new." in said


def test_rotation_is_on_the_trail_with_its_counts(seeds, settings):
    settings.SEALING_KEYS = NEW | OLD

    rotate(batch=3)

    events = AuditEvent.objects.order_by("sequence")
    assert {(event.chain, event.event, event.event_class) for event in events} == {
        ("portal", "sealing_key.rotated", 6)
    }
    assert [event.facts for event in events] == [
        {"key": "new", "kind": "tokens.SeedRecord", "rows": 3},
        {"key": "new", "kind": "tokens.SeedRecord", "rows": 2},
    ]


def test_an_interrupted_rotation_goes_on_where_it_stopped(seeds, settings):
    before = opened(seeds)
    settings.SEALING_KEYS = NEW | OLD
    with pytest.raises(KeyboardInterrupt):
        call_command("rotate_sealing_key", batch=2, stdout=StopsAfterTheFirstLine())
    assert SeedRecord.objects.filter(sealed_with="new").count() == 2

    said = rotate(batch=2)

    assert "tokens.SeedRecord: 3 of 3" in said
    settings.SEALING_KEYS = NEW
    assert opened(seeds) == before


def test_rotation_twice_changes_nothing_the_second_time(seeds, settings):
    settings.SEALING_KEYS = NEW | OLD
    rotate()
    before = list(SeedRecord.objects.order_by("pk").values_list("sealed", flat=True))

    rotate()

    assert list(SeedRecord.objects.order_by("pk").values_list("sealed", flat=True)) == before
    assert AuditEvent.objects.count() == 1


def test_a_dry_run_writes_nothing(seeds, settings):
    settings.SEALING_KEYS = NEW | OLD

    said = rotate(dry_run=True)

    assert "Rows that would be sealed with new: 5." in said
    assert not SeedRecord.objects.filter(sealed_with="new").exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("dry_run", [True, False])
def test_rows_that_do_not_open_are_named_and_the_others_are_sealed(seeds, settings, dry_run):
    SeedRecord.objects.filter(pk=seeds[2].pk).update(sealed_with="lost")
    settings.SEALING_KEYS = NEW | OLD
    said = io.StringIO()

    with pytest.raises(CommandError, match="Rows that do not open: 1") as caught:
        call_command("rotate_sealing_key", stdout=said, stderr=said, dry_run=dry_run)

    assert caught.value.returncode == 1
    assert f"tokens.SeedRecord {seeds[2].pk} (GALH00000002): sealed with key 'lost'" in (
        said.getvalue()
    )
    assert SeedRecord.objects.filter(sealed_with="new").count() == (0 if dry_run else 4)
    events = set(AuditEvent.objects.values_list("event", flat=True))
    assert events == (set() if dry_run else {"sealing_key.rotated", "sealing_key.rotation_failed"})


def test_a_change_made_meanwhile_wins(seeds, settings):
    settings.SEALING_KEYS = NEW | OLD
    read_before = SeedRecord.objects.get(pk=seeds[0].pk)
    seeds[0].put(b"another secret")
    seeds[0].save()

    assert read_before.reseal() is False

    assert opened(seeds[:1]) == [b"another secret"]


def test_what_was_erased_does_not_open_and_waits_for_no_key(seeds, settings):
    erased = seeds[0]
    erased.erase()
    erased.save()

    settings.SEALING_KEYS = NEW | OLD

    with pytest.raises(SealBroken):
        erased.take()
    assert "SeedRecord: 4 of 4" in rotate()
