"""Comparing the trail with its checkpoints: is every chain still as long, and the same?

And are all checkpoints there of which the trail tells?
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from datetime import date

from epcs_portal.audit.events import Event
from epcs_portal.audit.models import AuditEvent
from epcs_portal.audit.trail import PORTAL_CHAIN
from epcs_portal.checkpoints.checkpoint import Checkpoint, Head


def differences(checkpoints: Iterable[Checkpoint]) -> Iterator[str]:
    """Yield a sentence for each chain that is not what it was, about the first place.

    One statement for each chain. What lies between two heads is what the walk along the chain
    looks at: each hash covers all events before it.
    """
    told: defaultdict[str, dict[Head, date]] = defaultdict(dict)
    for checkpoint in checkpoints:
        for chain, head in checkpoint.heads.items():
            known = told[chain].get(head, checkpoint.day)
            told[chain][head] = min(known, checkpoint.day)
    for chain, heads in sorted(told.items()):
        events = AuditEvent.objects.filter(chain=chain, sequence__in={each[0] for each in heads})
        found = dict(events.values_list("sequence", "hash"))
        for (sequence, hashed), day in sorted(heads.items()):
            if found.get(sequence) != hashed:
                what = "is another one now" if sequence in found else "is gone"
                yield (
                    f"{chain}: broken at {sequence}: the event that was the last one"
                    f" in the checkpoint of {day} {what}."
                )
                break


def missing(digests: Container[str]) -> Iterator[str]:
    """Yield a sentence for each checkpoint that the trail says was made, and that is not here.

    ``digests``: those of the files that are, as the trail shortens them.
    """
    told = AuditEvent.objects.filter(chain=PORTAL_CHAIN, event=Event.HEADS_SIGNED)
    for subject in told.order_by("sequence").values_list("subject", flat=True):
        if subject.rpartition(" ")[2] not in digests:
            yield f"The {subject}, of which the trail tells, is missing or another file now."
