"""Load a catalogue of what can be prescribed: all of it, or nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from epcs_portal.audit.events import Event
from epcs_portal.audit.trail import audited_transaction
from prescriptions.catalogue_files import CatalogueRow
from prescriptions.models import Drug

CONTENT = ("schedule", "is_narcotic", "rxcui")
BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What became of the rows. ``changed`` and ``rescheduled`` say what was there before."""

    added: list[Drug] = field(default_factory=list)
    changed: list[tuple[Drug, str]] = field(default_factory=list)
    rescheduled: list[tuple[Drug, str]] = field(default_factory=list)
    unchanged: list[Drug] = field(default_factory=list)
    not_in_file: list[Drug] = field(default_factory=list)


def load_drug_catalogue(*, rows: list[CatalogueRow], dated: date, at: datetime) -> Loaded:
    """Make the catalogue say what the rows say, and return what that changed.

    A product is known by its name, strength and form. One that the rows lack stays as it is, and
    so does every prescription: it has its own copy. Nothing is refused here; the reader was strict.
    """
    with audited_transaction() as trail:
        known = {
            (drug.name, drug.strength, drug.form): drug
            for drug in Drug.objects.select_for_update(no_key=True)
        }
        loaded = Loaded()
        for row in rows:
            _place(row, known.pop(row.product, None), loaded, dated=dated)
        loaded.not_in_file.extend(known.values())
        Drug.objects.bulk_create(loaded.added, batch_size=BATCH)
        kept = [drug for drug, _before in loaded.changed + loaded.rescheduled] + loaded.unchanged
        Drug.objects.bulk_update(kept, [*CONTENT, "catalogue_date"], batch_size=BATCH)
        trail.record(
            Event.CATALOGUE_LOADED,
            at=at,
            subject=f"drug catalogue of {dated}",
            added=len(loaded.added),
            changed=len(loaded.changed),
            rescheduled=len(loaded.rescheduled),
            unchanged=len(loaded.unchanged),
            not_in_file=len(loaded.not_in_file),
        )
    return loaded


def _place(row: CatalogueRow, drug: Drug | None, loaded: Loaded, *, dated: date) -> None:
    if drug is None:
        loaded.added.append(Drug(**asdict(row), catalogue_date=dated))
        return
    drug.catalogue_date = dated
    before = {name: getattr(drug, name) for name in CONTENT}
    if all(before[name] == getattr(row, name) for name in CONTENT):
        loaded.unchanged.append(drug)
        return
    schedule = drug.get_schedule_display()
    for name in CONTENT:
        setattr(drug, name, getattr(row, name))
    if before["schedule"] != row.schedule:
        loaded.rescheduled.append((drug, schedule))
    else:
        changes = [
            f"{name} was {value!r}" for name, value in before.items() if value != getattr(row, name)
        ]
        loaded.changed.append((drug, ", ".join(changes)))
