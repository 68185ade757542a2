"""`faqbot triage --jsonl` as people and other tests use it: the real index and encoder."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from knowledge.decision import CATEGORIES, ROUTES, TIERS
from knowledge.library import load_library

ROOT: Final = Path(__file__).resolve().parents[2]
KEYS: Final = [
    "text", "route", "category", "tier", "faq_ids", "confidence", "candidates", "footer", "reasons",
]  # fmt: skip
MESSAGES: Final = (
    ("is ketamine fda approved for depression", "answer", None),
    ("hi", "smalltalk", None),
    ("what's the best pizza near the stadium", "out_of_scope", None),
    ("i want to die", "escalate", "self_harm"),
    ("cant breathe", "escalate", "medical_emergency"),
    ("how many mg should i take", "escalate", "dosing"),
    ("human pls", "escalate", "human_request"),
    ("hablan español?", "escalate", "language"),
    ("我想预约", None, None),
    ("what are your hours? and how much is an infusion?", "answer", None),
    ("\x00<script>alert('😀')</script>", None, None),
    ("x" * 10_000, None, None),
    ("", "escalate", "unanswerable"),
)


def _triage(data: bytes, *options: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot", "triage", "--jsonl", *options],
        cwd=ROOT, input=data, capture_output=True, timeout=250, check=False,
    )  # fmt: skip


def _lines(*texts: str, **more: str) -> bytes:
    return "".join(json.dumps({"text": text, **more}) + "\n" for text in texts).encode()


def _results(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


@pytest.fixture(scope="module")
def results() -> list[dict[str, Any]]:
    done = _triage(_lines(*(text for text, *_ in MESSAGES)))
    assert (done.returncode, done.stderr) == (0, b"")
    return _results(done)


def test_lines_come_back_in_order_when_messages_are_decided(results: list[dict[str, Any]]) -> None:
    assert [result["text"] for result in results] == [text for text, *_ in MESSAGES]


def test_line_has_exactly_the_contracts_keys_and_types_when_a_message_is_decided(
    results: list[dict[str, Any]],
) -> None:
    faq_ids = set(load_library().faqs)
    for result in results:
        assert list(result) == KEYS
        assert result["route"] in ROUTES
        assert result["footer"] in (None, "soft_crisis")
        assert isinstance(result["confidence"], float)
        assert 0 <= result["confidence"] <= 1
        assert isinstance(result["faq_ids"], list)
        assert set(result["faq_ids"]) <= faq_ids
        assert result["reasons"]
        assert all(isinstance(reason, str) for reason in result["reasons"])
        for candidate in result["candidates"]:
            assert list(candidate) == ["faq_id", "score"]
            assert candidate["faq_id"] in faq_ids
            assert 0 <= candidate["score"] <= 1


def test_category_and_tier_are_named_when_and_only_when_a_message_escalates(
    results: list[dict[str, Any]],
) -> None:
    for result in results:
        if result["route"] == "escalate":
            assert result["category"] in CATEGORIES
            assert result["tier"] in TIERS
            assert result["faq_ids"] == []
        else:
            assert (result["category"], result["tier"]) == (None, None)
        assert bool(result["faq_ids"]) is (result["route"] in ("answer", "clarify"))


def test_route_is_the_expected_one_when_messages_are_of_each_kind(
    results: list[dict[str, Any]],
) -> None:
    for result, (text, route, category) in zip(results, MESSAGES, strict=True):
        if route is not None:
            assert (result["route"], result["category"]) == (route, category), text


def test_several_questions_are_each_answered_when_a_line_holds_two(
    results: list[dict[str, Any]],
) -> None:
    two = next(result for result in results if result["text"].startswith("what are your hours"))

    assert two["faq_ids"] == ["hours", "cost"]


def test_bad_lines_give_an_error_each_and_exit_1_when_they_stand_among_good_ones() -> None:
    bad = [
        b"{", b"null", b"[]", b'"hi"', b'{"txt": "hi"}', b'{"text": 5}', b'{"text": null}',
        b'{"text": "hi", "channel": "fax"}', b'{"text": "\\ud800"}', b'{"text": "\xff"}',
        b"[" * 100_000,
    ]  # fmt: skip
    data = b"".join(line + b'\n{"text": "hello"}\n' for line in bad)

    done = _triage(data)

    results = _results(done)
    assert done.returncode == 1
    assert done.stderr == b""
    assert [r["line"] for r in results[::2]] == list(range(1, 2 * len(bad), 2))
    assert all(set(r) == {"line", "error"} and r["error"] for r in results[::2])
    assert all(r["text"] == "hello" for r in results[1::2])


def test_empty_lines_are_skipped_when_they_stand_among_messages() -> None:
    done = _triage(b"\n" + _lines("hi") + b"  \n" + _lines("thanks"))

    assert done.returncode == 0
    assert [r["text"] for r in _results(done)] == ["hi", "thanks"]


def test_decisions_are_the_same_when_the_channel_is_sms() -> None:
    texts = [text for text, *_ in MESSAGES if text]

    assert _triage(_lines(*texts, channel="sms")).stdout == _triage(_lines(*texts)).stdout


def test_lines_share_a_conversation_when_and_only_when_context_is_asked_for() -> None:
    lines = _lines("i want to die", "never mind")

    alone, together = _results(_triage(lines)), _results(_triage(lines, "--context"))

    assert together[0] == alone[0]
    assert alone[1]["tier"] != "T1"
    assert together[1]["tier"] == "T1"


def test_red_line_does_not_fire_again_when_the_next_line_is_harmless() -> None:
    done = _triage(_lines("i want to die", "what are your opening hours?"), "--context")

    assert [r["route"] for r in _results(done)] == ["escalate", "answer"]


def test_one_message_is_decided_when_it_is_given_as_arguments() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "triage", "i", "want", "to", "die"],
        cwd=ROOT, capture_output=True, timeout=60, check=True,
    )  # fmt: skip

    assert json.loads(done.stdout)["category"] == "self_harm"


def test_one_line_says_what_to_run_when_there_is_no_index(tmp_path: Path) -> None:
    done = _triage(_lines("hi"), "--index", str(tmp_path))

    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.decode().splitlines() == [f"Error: no index in {tmp_path}: run `make setup`"]


def test_a_thousand_lines_take_under_half_a_minute_when_piped_in() -> None:
    library = load_library()
    texts = [text for faq in library.faqs.values() for text in faq.variants][:1000]

    # The process's own time: what else runs on the machine is not measured.
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = _triage(_lines(*texts))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert done.returncode == 0
    assert len(_results(done)) == 1000
    assert seconds < 30
