"""Give a support agent the hard token that opens the support site."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from epcs_portal.refusals import Refusal
from tokens.flows.bind_agent_token import bind_agent_token
from tokens.models.removal import OF_TOKENS, Reason
from tokens.serials import plain_serial


class Command(BaseCommand):
    help = (
        "Bind a hard token from stock to a support agent (is_staff), who presses it twice for the "
        "two one-time passwords asked for here. One they had before ends: --reason says why. "
        "The same serial once more finds a token again that is out of step or locked."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("serial")
        reasons = [value for value, _label in OF_TOKENS]
        parser.add_argument("--reason", choices=reasons, default=Reason.REPLACED.value)

    def handle(self, *, username: str, serial: str, reason: str, **_options: Any) -> None:
        agent = get_user_model().objects.filter(username=username).first()
        if agent is None:
            raise CommandError(f"Nobody is called {username}.")
        # Asked for, not given as arguments: a command line is seen by everybody on the machine.
        try:
            first = input("One-Time Password 1: ").strip()
            second = input("One-Time Password 2: ").strip()
            token = bind_agent_token(
                agent=agent,
                serial=plain_serial(serial),
                first=first,
                second=second,
                reason=Reason(reason),
                at=timezone.now(),
            )
        except EOFError:
            raise CommandError("Nothing was bound: two passwords are typed in here.") from None
        except Refusal as refusal:
            raise CommandError(refusal.sentence) from None
        self.stdout.write(f"Bound {token} to {username}.")
