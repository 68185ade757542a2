"""Sending what conversations have recorded, and acting upon what providers report."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.conversation.errors import StoreUnavailableError
from bot.conversation.ports import Clock
from bot.conversation.service import utc_now
from bot.conversation.texting.model import (
    FINAL_STATES,
    Accepted,
    ConsentChange,
    OutboxChange,
    OutgoingText,
    Refused,
    SendResult,
    StatusReport,
    TextState,
    TryAgain,
)
from bot.conversation.texting.ports import Gateway, LockedThread, TextingStore
from bot.conversation.texting.quiet import QuietHours
from bot.conversation.texting.unreached import tell_staff

_LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutboxLimits:
    """How long things take.

    Attributes:
        lease: how long one process may take to hand a text over; longer than a call may take.
        first_wait: wait after the first failure; it doubles with each further one.
        longest_wait: longest wait between two tries.
        give_up_after: age at which a text that could not be handed over goes to staff.
        look_after: wait before the fate of a text is looked up, and between look-ups.
        most_look_ups: look-ups that find nothing before a text counts as not sent.
        report_within: wait for a status report where nothing can be looked up.
        confirm_within: age at which staff are told of a safety reply that is not known to have
            arrived, and of words of theirs that were not handed over.
    """

    lease: dt.timedelta = dt.timedelta(seconds=30)
    first_wait: dt.timedelta = dt.timedelta(seconds=2)
    longest_wait: dt.timedelta = dt.timedelta(minutes=5)
    give_up_after: dt.timedelta = dt.timedelta(hours=4)
    look_after: dt.timedelta = dt.timedelta(seconds=5)
    most_look_ups: int = 2
    report_within: dt.timedelta = dt.timedelta(minutes=2)
    confirm_within: dt.timedelta = dt.timedelta(minutes=10)


class TextOutbox:
    """The worker's side of the outbox. Several may run at once, in several processes."""

    def __init__(
        self,
        store: TextingStore,
        gateways: Mapping[str, Gateway],
        rates: Mapping[str, tuple[float, float]],
        quiet: QuietHours,
        limits: OutboxLimits | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._store, self._gateways, self._rates = store, gateways, dict(rates)
        self._quiet, self._limits, self._clock = quiet, limits or OutboxLimits(), clock
        self._passed_over: set[int] = set()

    def send_next(self) -> bool:
        """Sends the next text that is due; tells whether there was one.

        Raises:
            StoreUnavailableError: if the database is down.
        """
        text = self._store.claim_outgoing(self._limits.lease, self._rates)
        if text is None:
            return False
        if text.numbers.gateway not in self._gateways:
            self._fail(text, "its gateway is no longer configured")
        elif not self._is_held_back(text):
            # Before this call the text is marked as being sent, and after it as what became of
            # it: a crash between leaves it marked, and its fate is looked up, never guessed.
            self._apply(text, self._gateways[text.numbers.gateway].send(text))
        return True

    def settle_next(self) -> bool:
        """Looks up the fate of the next uncertain text; tells whether there was one.

        Raises:
            StoreUnavailableError: if the database is down.
        """
        text = self._store.claim_uncertain(self._limits.lease)
        if text is None:
            return False
        gateway = self._gateways.get(text.numbers.gateway)
        if gateway is None:
            self._fail(text, "its gateway is no longer configured")
        elif gateway.is_idempotent:
            self._again(text, "the answer was lost")
        elif not gateway.can_find:
            self._await_report(text)
        else:
            known = self._store.known_provider_ids(text.numbers.gateway, text.numbers.person)
            self._settle(text, gateway.find(text, known))
        return True

    def apply_next_status(self) -> bool:
        """Acts upon the next status report; tells whether there was one.

        One that cannot be acted upon does not hold up the others: it is passed over until the
        process starts again.

        Raises:
            StoreUnavailableError: if the database is down.
        """
        found = self._store.next_report(self._passed_over)
        if found is None:
            return False
        try:
            with self._store.thread(found.conversation_id) as held:
                apply_report(held, held.outgoing(found.text_id), found.report, self._clock())
                held.note_applied(found.id)
        except StoreUnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - safety: other people's reports go on
            _LOG.error("status report %s failed with %s", found.id, type(error).__name__)
            self._passed_over.add(found.id)
        return True

    def tell_of_next_overdue(self) -> bool:
        """Tells staff of the next text that matters and is overdue; tells whether there was one.

        Raises:
            StoreUnavailableError: if the database is down.
        """
        text = self._store.overdue(self._clock() - self._limits.confirm_within)
        if text is None:
            return False
        with self._store.thread(text.conversation_id) as held:
            if held.outgoing(text.id).state in FINAL_STATES:
                return True  # a report came first
            minutes = int(self._limits.confirm_within.total_seconds() // 60)
            tell_staff(held, text, f"not known to have arrived after {minutes} min", self._clock())
            held.note_told(text.id)
        return True

    def _is_held_back(self, text: OutgoingText) -> bool:
        state, person = self._store.standing(text.id)
        is_blocked = person.opted_out_at is not None and not text.exempt
        waits = text.may_wait and self._quiet.end(self._clock()) is not None
        if state is TextState.SENDING and not is_blocked and not waits:
            return False  # so it is with nearly every text: no lock is taken for it
        return self._hold_back(text)

    def _hold_back(self, text: OutgoingText) -> bool:
        with self._store.thread(text.conversation_id) as held:
            if held.outgoing(text.id).state is not TextState.SENDING:
                return True  # a late report came first: the provider has it
            if held.person().opted_out_at is not None and not text.exempt:
                blocked = OutboxChange(TextState.BLOCKED, error="opted out")
                held.change_outgoing(text.id, blocked)
                tell_staff(held, text, "the number has opted out of texts", self._clock())
                return True
            opens = self._quiet.end(self._clock()) if text.may_wait else None
            if opens is not None:
                waiting = OutboxChange(TextState.QUEUED, next_at=opens, deferred=True)
                held.change_outgoing(text.id, waiting)
                return True
        return False

    def _apply(self, text: OutgoingText, result: SendResult) -> None:
        gateway = self._gateways[text.numbers.gateway]
        if isinstance(result, Accepted):
            self._change(text, OutboxChange(TextState.SENT, provider_id=result.provider_id))
        elif isinstance(result, Refused):
            self._refused(text, result)
        elif isinstance(result, TryAgain):
            self._again(text, result.reason, result.after)
        elif gateway.is_idempotent:
            self._again(text, result.reason)
        else:
            wait = self._limits.look_after if gateway.can_find else self._limits.report_within
            look = OutboxChange(
                TextState.UNCERTAIN, error=result.reason, next_at=self._clock() + wait, look_ups=0
            )
            self._change(text, look)

    def _settle(self, text: OutgoingText, found: SendResult | None) -> None:
        limits, now = self._limits, self._clock()
        if isinstance(found, Accepted):
            self._change(text, OutboxChange(TextState.SENT, provider_id=found.provider_id))
        elif found is not None and now - text.created_at > limits.give_up_after:
            self._fail(text, "whether it was sent could not be found out")
        elif found is not None or text.look_ups + 1 < limits.most_look_ups:
            looked = text.look_ups + (found is None)
            next_at = now + limits.look_after * (1 + looked)
            again = OutboxChange(
                TextState.UNCERTAIN, error=text.error, next_at=next_at, look_ups=looked
            )
            self._change(text, again)
        else:
            self._again(text, "the provider does not have it")

    def _await_report(self, text: OutgoingText) -> None:
        since = text.attempted_at or text.created_at
        due = since + self._limits.report_within
        if self._clock() < due:
            self._change(text, OutboxChange(TextState.UNCERTAIN, error=text.error, next_at=due))
        else:
            # Sending it again could send it twice, so a person decides.
            self._fail(text, "the provider's answer was lost; it may have arrived")

    def _again(self, text: OutgoingText, reason: str, after: float = 0.0) -> None:
        limits, now = self._limits, self._clock()
        if now - text.created_at > limits.give_up_after:
            self._fail(text, f"given up after {text.attempts} tries: {reason}")
            return
        backoff = limits.first_wait * 2 ** min(text.attempts - 1, 16)
        wait = max(min(backoff, limits.longest_wait), dt.timedelta(seconds=after))
        self._change(text, OutboxChange(TextState.QUEUED, error=reason[:64], next_at=now + wait))

    def _refused(self, text: OutgoingText, result: Refused) -> None:
        now = self._clock()
        with self._store.thread(text.conversation_id) as held:
            if _is_settled(held.outgoing(text.id)):
                return
            if result.opted_out and held.person().opted_out_at is None:
                held.change_consent(_opt_out_by_refusal(text, result.code, now))
            state = TextState.BLOCKED if result.opted_out else TextState.FAILED
            held.change_outgoing(text.id, OutboxChange(state, error=result.code[:64]))
            why = "the number has opted out of texts" if result.opted_out else result.code
            tell_staff(held, text, why, now)

    def _fail(self, text: OutgoingText, reason: str) -> None:
        with self._store.thread(text.conversation_id) as held:
            if _is_settled(held.outgoing(text.id)):
                return
            held.change_outgoing(text.id, OutboxChange(TextState.FAILED, error=reason[:64]))
            tell_staff(held, text, reason, self._clock())

    def _change(self, text: OutgoingText, change: OutboxChange) -> None:
        with self._store.thread(text.conversation_id) as held:
            now_is = held.outgoing(text.id)
            if _is_settled(now_is) and (
                now_is.state in FINAL_STATES or change.state is not TextState.SENT
            ):
                return
            held.change_outgoing(text.id, change)


def apply_report(
    held: LockedThread, text: OutgoingText, report: StatusReport, at: dt.datetime
) -> None:
    """Moves a text on as its provider reports; a final state never changes."""
    if text.state in FINAL_STATES:
        return
    change = OutboxChange(report.state, error=report.error, provider_id=report.provider_id)
    held.change_outgoing(text.id, change)
    if report.state is TextState.BLOCKED and held.person().opted_out_at is None:
        held.change_consent(_opt_out_by_refusal(text, report.error or "unknown", at))
    if report.state in FINAL_STATES and report.state is not TextState.DELIVERED:
        tell_staff(held, text, f"error {report.error or 'unknown'}", at)


def _is_settled(text: OutgoingText) -> bool:
    """Tells whether a report came first: it knows better than a lost or late answer."""
    return text.state in FINAL_STATES or text.state is TextState.SENT


def _opt_out_by_refusal(text: OutgoingText, code: str, at: dt.datetime) -> ConsentChange:
    words = f"the provider refused a text with error {code}"
    return ConsentChange(text.numbers, "opt_out", "refusal", words, at)
