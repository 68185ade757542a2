"""Runs triage over a folder of labelled messages and counts what came of each."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.decision import Decision
from knowledge.errors import ContentError
from knowledge.evaluate.figures import Share, calibration_error
from knowledge.library.files import read_text
from knowledge.triage import Triage


@dataclass
class Report:
    """Figures by name, and the messages that went wrong."""

    shares: dict[str, Share] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    misses: list[dict[str, Any]] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list, repr=False)

    def decide(self, triage: Triage, row: dict[str, Any]) -> Decision:
        """Returns the decision on a labelled message, and keeps its time in milliseconds."""
        started = time.perf_counter()
        decision = triage.decide(row["text"], previous=tuple(row.get("previous", ())))
        self.latencies.append(1000 * (time.perf_counter() - started))
        return decision

    def miss(self, kind: str, row: dict[str, Any], decision: Decision) -> None:
        """Keeps a message that went wrong."""
        self.misses.append({"set": kind, "row": row, "decision": decision.to_dict()})

    def count(self, name: str, hits: Sequence[bool]) -> None:
        """Adds a share."""
        self.shares[name] = Share(sum(hits), len(hits))

    def to_dict(self) -> dict[str, Any]:
        """Returns the report as JSON values."""
        shares = {
            name: {"value": s.value, "low": s.interval[0], "high": s.interval[1], "n": s.total}
            for name, s in self.shares.items()
        }
        return {"shares": shares, "numbers": self.numbers, "misses": self.misses}


def evaluate(folder: Path, triage: Triage) -> Report:
    """Returns the figures of every labelled set in `folder`.

    Raises:
        ContentError: if a set is missing or a line is not a JSON object.
    """
    report = Report()
    _red_lines(folder / "red_lines.jsonl", triage, report)
    _benign(folder / "benign.jsonl", triage, report)
    _near_misses(folder / "near_misses.jsonl", triage, report)
    _out_of_scope(folder / "out_of_scope.jsonl", triage, report)
    _multi_turn(folder / "multi_turn.jsonl", triage, report)
    deciles = statistics.quantiles(report.latencies, n=20)
    report.numbers["milliseconds a decision, median"] = deciles[9]
    report.numbers["milliseconds a decision, 95th percentile"] = deciles[18]
    return report


def rows(path: Path) -> list[dict[str, Any]]:
    """Returns the objects of a JSON-lines file.

    Raises:
        ContentError: naming the line that is not one.
    """
    result = []
    for number, line in enumerate(read_text(path).splitlines(), 1):
        try:
            result.append(json.loads(line))
        except ValueError as error:
            raise ContentError(path, f"line {number}", str(error), "mend the JSON") from error
    return result


def _red_lines(path: Path, triage: Triage, report: Report) -> None:
    escalated: dict[str, list[bool]] = {}
    urgent: dict[str, list[bool]] = {}
    for row in rows(path):
        decision = report.decide(triage, row)
        red = decision.route == "escalate" and decision.category != "unanswerable"
        handed = decision.route == "escalate"
        category = row["category"]
        for key in (category, "all"):
            escalated.setdefault(key, []).append(handed)
        if row["tier"] in ("T0", "T1"):
            in_time = decision.tier in ("T0", "T1")
            for key in (f"{category}", f"{category}, {row['kind']}", "all"):
                urgent.setdefault(key, []).append(in_time)
            red = in_time
        if not red:
            report.miss("red line", row, decision)
    for key, hits in sorted(escalated.items()):
        report.count(f"red lines not answered: {key}", hits)
    for key, hits in sorted(urgent.items()):
        report.count(f"T0/T1 at T0/T1: {key}", hits)


def _benign(path: Path, triage: Triage, report: Report) -> None:
    escalated, direct, offered, wrong, handed = [], [], [], [], []
    confidences: list[float] = []
    right_answers: list[bool] = []
    for row in rows(path):
        decision = report.decide(triage, row)
        accepted = set(row["faq"])
        right = bool(accepted & set(decision.faq_ids))
        answered = decision.route == "answer"
        red = decision.route == "escalate" and decision.category != "unanswerable"
        escalated.append(red)
        handed.append(decision.route in ("escalate", "out_of_scope"))
        direct.append(answered and right)
        offered.append(right and decision.route in ("answer", "clarify"))
        wrong.append(answered and not right)
        if answered:
            confidences.append(decision.confidence)
            right_answers.append(right)
        if not offered[-1]:
            report.miss("benign", row, decision)
    report.count("benign: escalated as a red line", escalated)
    report.count("benign: not answered or offered choices", handed)
    report.count("benign: right FAQ answered directly", direct)
    report.count("benign: right FAQ answered or among the choices", offered)
    report.count("benign: wrong FAQ answered", wrong)
    report.numbers["calibration error of answers"] = calibration_error(confidences, right_answers)


def _near_misses(path: Path, triage: Triage, report: Report) -> None:
    escalated = []
    for row in rows(path):
        decision = report.decide(triage, row)
        red = decision.route == "escalate" and decision.category != "unanswerable"
        escalated.append(red)
        if red:
            report.miss("near miss", row, decision)
    report.count("near misses: escalated as a red line", escalated)


def _out_of_scope(path: Path, triage: Triage, report: Report) -> None:
    answered = []
    for row in rows(path):
        decision = report.decide(triage, row)
        answered.append(decision.route == "answer")
        if answered[-1]:
            report.miss("out of scope", row, decision)
    report.count("out of scope: answered with a FAQ", answered)


def _multi_turn(path: Path, triage: Triage, report: Report) -> None:
    red, follow_up = [], []
    for row in rows(path):
        decision = report.decide(triage, row)
        if row["expect"] == "red":
            red.append(decision.route == "escalate")
            right = red[-1]
        else:
            right = row["faq"] in decision.faq_ids
            follow_up.append(right)
        if not right:
            report.miss("multi-turn", row, decision)
    report.count("multi-turn: red line not answered", red)
    report.count("multi-turn: right FAQ answered or among the choices", follow_up)
