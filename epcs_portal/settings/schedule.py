"""What beat does, and how often. Rows are the truth: the next turn makes up for a missed one."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    # In seconds. Without a worker they expire: the next one does what this one would have done.
    "tell of changes": {
        "task": "tokens.tasks.sweep_notices",
        "schedule": 5.0,
        "options": {"expires": 10.0},
    },
    "sweep messages": {
        "task": "epcs_portal.delivery.tasks.sweep",
        "schedule": 5.0,
        "options": {"expires": 10.0},
    },
    "sweep payments": {
        "task": "billing.tasks.sweep",
        "schedule": 10.0,
        "options": {"expires": 20.0},
    },
    "look up payments": {
        "task": "billing.tasks.look_up_payments",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "follow spares": {
        "task": "billing.tasks.follow_spares",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "forget messages": {
        "task": "epcs_portal.delivery.tasks.forget_messages",
        "schedule": crontab(minute="27"),
    },
    "forget setups of Mobile ID": {
        "task": "tokens.tasks.forget_setups",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    "forget codes": {"task": "tokens.tasks.forget_codes", "schedule": crontab(minute="37")},
    "tidy forms and sessions": {
        "task": "epcs_portal.submissions.tasks.tidy",
        "schedule": crontab(minute="*/15"),
    },
    "forget sign-in failures": {
        "task": "accounts.tasks.forget_sign_in_failures",
        "schedule": crontab(minute="7"),
    },
    "record reports": {
        "task": "accounts.tasks.record_reports",
        "schedule": 60.0,
        "options": {"expires": 60.0},
    },
    # Hourly, and done once a day: a day on which the signing key was away is made up for.
    "sign heads": {
        "task": "epcs_portal.checkpoints.tasks.sign_heads",
        "schedule": crontab(minute="2"),
    },
    "forget PIN proofs": {
        "task": "accounts.tasks.forget_proofs",
        "schedule": crontab(minute="17"),
    },
}
