"""Every change of the outbox, and its delivery."""

from samling.mail.actions.bounces import record_bounce
from samling.mail.actions.delivery import Delivery, deliver_due
from samling.mail.actions.disposal import clear_old
from samling.mail.actions.forgetting import forget_receiver
from samling.mail.actions.queueing import MailError, queue
from samling.mail.actions.scheduling import BETWEEN, Done, run_scheduled
from samling.mail.actions.staff import StateError, cancel, retry

__all__ = [
    "BETWEEN",
    "Delivery",
    "Done",
    "MailError",
    "StateError",
    "cancel",
    "clear_old",
    "deliver_due",
    "forget_receiver",
    "queue",
    "record_bounce",
    "retry",
    "run_scheduled",
]
