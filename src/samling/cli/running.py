"""Commands that work beside the server, and the first invitation."""

from __future__ import annotations

import argparse
import sys

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from samling.accounts.actions.invitations import invite_from_system
from samling.accounts.models import Role
from samling.audit.actions import Actor
from samling.cli.preparing import prepare
from samling.cli.speaking import Run, console, errors, who
from samling.cli.working import WorkLoop
from samling.mail.actions import run_scheduled


def define_worker(parser: argparse.ArgumentParser) -> Run:
    """`samling worker`"""
    parser.add_argument("--with", type=int, dest="parent", help="end when this process has ended")
    return worker


def worker(arguments: argparse.Namespace) -> int:
    """Do the queued work, send the mail and do what is scheduled, until told to stop."""
    console.print("Working (stop with Ctrl-C)")
    sys.stdout.flush()
    WorkLoop(lambda text: console.print(text), parent=arguments.parent).run()
    console.print("Stopped; what was begun is finished, the rest waits.")
    return 0


def define_invite(parser: argparse.ArgumentParser) -> Run:
    """`samling invite EMAIL`"""
    parser.add_argument("email")
    parser.add_argument("--name", required=True)
    parser.add_argument("--role", default="administrator")
    parser.add_argument("--site", default=settings.SAMLING_ADDRESS)
    return invite


def invite(arguments: argparse.Namespace) -> int:
    """Invite someone to a role for the whole installation, the first administrator for one."""
    prepare(quiet=True)
    role = Role.objects.filter(code=arguments.role).first()
    if role is None:
        codes = ", ".join(Role.objects.values_list("code", flat=True))
        errors.print(f"Nobody was invited. There is no role {arguments.role}; there is {codes}.")
        return 1
    try:
        invitation, link = invite_from_system(
            by=Actor(who()),
            email=arguments.email,
            name=arguments.name,
            role=role,
            site=arguments.site,
        )
    except ValidationError:
        errors.print(f"Nobody was invited. {arguments.email} is not an e-mail address.")
        return 1
    console.print(f"Invited {invitation.email}; a letter waits in the outbox. The link: {link}")
    return 0


def define_scheduled(parser: argparse.ArgumentParser) -> Run:
    """`samling scheduled`"""
    return scheduled


def scheduled(arguments: argparse.Namespace) -> int:
    """Do all scheduled work now, for an installation that uses cron instead of a worker."""
    all_done = run_scheduled(today=timezone.localdate(), force=True)
    for done in all_done:
        console.print(f"{done.work}: {done.problem or done.result or 'done'}")
    busy = len(settings.SAMLING_SCHEDULED) - len(all_done)
    if busy:
        console.print(f"{busy} being done by another worker just now.")
    return 1 if any(done.problem for done in all_done) else 0
