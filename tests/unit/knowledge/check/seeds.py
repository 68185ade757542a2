"""Faults to plant in a copy of the shipped base: at least one for every rule."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

_VARIANT: Final = re.compile(r"^  - .*\n", re.MULTILINE)
_SMS: Final = re.compile(r"^sms:.*\n(?:  .*\n)+", re.MULTILINE)

Edit = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Seed:
    """A fault: the rule that it breaks, how it is planted, and where it has to be found.

    `path` is the file that is edited, and the one that the finding names unless `found_in` is
    set; `line` is a part of the line that the finding has to name.
    """

    rule: str
    path: str
    edit: Edit
    line: str
    found_in: str | None = None


def answer(text: str) -> Edit:
    """Puts another answer in the place of the approved one."""
    return lambda file: file[: file.index("\n---\n") + len("\n---\n")] + text + "\n"


def adding(text: str) -> Edit:
    """Adds a paragraph to the answer."""
    return lambda file: file.rstrip() + "\n\n" + text + "\n"


def texting(text: str) -> Edit:
    """Puts another text message in the place of the approved one."""
    return lambda file: _SMS.sub(lambda _: f"sms: {text}\n", file, count=1)


def replacing(old: str, new: str) -> Edit:
    """Replaces words that stand in the file once or more, the first time they do."""

    def edit(file: str) -> str:
        assert old in file, f"the shipped base no longer holds {old!r}"
        return file.replace(old, new, 1)

    return edit


def variants(number: int) -> Edit:
    """Keeps the first variants only."""

    def edit(file: str) -> str:
        head, rest = file.split("variants:\n", 1)
        block, tail = rest.split("sms:", 1)
        return head + "variants:\n" + "".join(_VARIANT.findall(block)[:number]) + "sms:" + tail

    return edit


def listed(field: str, number: int) -> Edit:
    """Keeps the first items of a list only."""

    def edit(file: str) -> str:
        head, rest = file.split(f"\n{field}:\n", 1)
        block = re.match(r"(?: .*\n)*", rest)
        assert block
        kept = re.findall(r"^  - (?:.*\n)(?:    .*\n)*", block.group(0), re.MULTILINE)[:number]
        return f"{head}\n{field}:\n{''.join(kept)}{rest[block.end() :]}"

    return edit


def variant(text: str) -> Edit:
    """Adds a variant before the others."""
    return replacing("variants:\n", f"variants:\n  - {text}\n")


_HARD = (
    "Pharmacological characterization demonstrates heterogeneous antidepressant responsiveness,"
    " necessitating individualized multidisciplinary evaluation. [@K]"
)
_HARDISH = (
    "The team goes over your medical history with you before they give you any treatment. [@K]"
)
#: Approved before the faults are planted: FAQ, and on which day until when.
APPROVED: Final = (
    ("under-18", dt.date(2026, 11, 1), dt.date(2027, 5, 1)),
    ("older-adults", dt.date(2026, 11, 1), dt.date(2027, 5, 1)),
    ("pregnancy-general", dt.date(2020, 1, 1), dt.date(2020, 6, 30)),
)
_LONG = "This line is about sixty characters long, so six are too many. " * 5

SEEDS: Final = (
    Seed(
        "schema", "faqs/after-visit/next-day.md", replacing("footer: null", "colour: red"), "colour"
    ),
    Seed(
        "schema",
        "faqs/after-visit/eating-after.md",
        replacing("variants:", "varaints: x\nv:"),
        "id:",
    ),
    Seed("schema", "red_lines/account.yml", replacing("tier: T3", "tier: T9"), "tier: T9"),
    Seed("schema", "small_talk.yml", lambda file: file + "\nodd: 3\n", "odd: 3"),
    Seed("schema", "red_lines/lexicon/abuse.yml", replacing("tier:", "tire: x\ntier:"), "tire"),
    Seed("duplicate-id", "faqs/routes/hours.md", lambda _: "", "id: hours"),
    Seed(
        "unknown-faq",
        "faqs/cost-and-insurance/cost.md",
        replacing("[insurance, ", "[insurrance, "),
        "follow_ups",
    ),
    Seed(
        "unknown-faq",
        "red_lines/pregnancy.yml",
        replacing("near_misses:\n", "near_misses:\n  - {text: ask away, faq: gone}\n"),
        "gone",
    ),
    Seed(
        "unknown-source",
        "faqs/how-it-works/brain-effect.md",
        replacing("sources: [", "sources: [NOPE, "),
        "NOPE",
    ),
    Seed(
        "duplicate-variant",
        "faqs/side-effects/nausea.md",
        variant("how MUCH does treatment cost?!"),
        "how MUCH",
    ),
    Seed(
        "repeated-variant",
        "faqs/side-effects/bladder.md",
        variant("does it wreck the loo\n  - Does it wreck the loo?"),
        "- Does it wreck",
    ),
    Seed("red-line-variant", "faqs/side-effects/addiction.md", variant("I want to kms!"), "kms"),
    Seed(
        "red-line-near-miss",
        "red_lines/self_harm.yml",
        replacing("near_misses:\n", "near_misses:\n  - {text: i want to kms}\n"),
        "- {text: i want",
    ),
    Seed("too-few-variants", "faqs/side-effects/k-hole.md", variants(14), "variants:"),
    Seed("few-examples", "red_lines/eligibility.yml", listed("examples", 5), "examples:"),
    Seed("few-near-misses", "red_lines/eligibility.yml", listed("near_misses", 5), "near_misses:"),
    Seed(
        "claim-source",
        "faqs/side-effects/long-term-safety.md",
        adding("Nobody says where this comes from."),
        "Nobody says",
    ),
    Seed(
        "claim-source",
        "faqs/side-effects/memory-thinking.md",
        adding("Some of this has a source. [@K] The end of it has none."),
        "The end of it",
    ),
    Seed(
        "banned-phrase", "faqs/routes/im-injection.md", adding("It is a miracle. [@K]"), "miracle"
    ),
    Seed(
        "banned-phrase",
        "clinic.yml",
        replacing("No treatment is given", "It is guaranteed. None is given"),
        "guaranteed",
    ),
    Seed(
        "approval-error",
        "faqs/routes/best-route.md",
        adding("Ketamine was approved in 2019. [@K]"),
        "2019",
    ),
    Seed(
        "directive",
        "faqs/before-visit/medicine-list.md",
        adding("You should stop your pills. [@K]"),
        "should stop",
    ),
    Seed(
        "crisis-language",
        "faqs/course-and-benefit/feeling-worse-between.md",
        adding("Some committed suicide. [@K]"),
        "committed",
    ),
    Seed(
        "dose-unit",
        "faqs/routes/iv-infusion.md",
        adding("The usual amount is 40 mg. [@K]"),
        "40 mg",
    ),
    Seed(
        "currency",
        "faqs/cost-and-insurance/payment-help.md",
        adding("It is about $400. [@K]"),
        "$400",
    ),
    Seed(
        "emoji",
        "messages.yml",
        replacing("web: Goodbye.", "web: Goodbye \U0001f600."),
        "\U0001f600",
    ),
    Seed("citations", "faqs/during-visit/music.md", adding("Music helps. [@HIST]"), "[@HIST]"),
    Seed(
        "verify-notes",
        "faqs/safety-and-law/rems.md",
        lambda file: re.sub(r"verify:\n(?:  - .*\n)+", "", file),
        "id:",
    ),
    Seed(
        "percent-source",
        "faqs/conditions/early-trials.md",
        adding("Of these adults, 40% improved, versus 20% on placebo."),
        "40%",
    ),
    Seed(
        "percent-context",
        "faqs/conditions/larger-iv-trial.md",
        adding("About 40% improved. [@K]"),
        "40%",
    ),
    Seed(
        "benefit-limits",
        "faqs/conditions/ocd.md",
        answer("Off-label ketamine may ease OCD. [@K]"),
        "ease",
    ),
    Seed(
        "off-label-status",
        "faqs/conditions/anxiety.md",
        answer("Ketamine eases anxiety. [@K]"),
        "eases",
    ),
    Seed(
        "suicidal-benefit",
        "faqs/conditions/suicidal-thoughts-evidence.md",
        answer("Ketamine may ease suicidal thoughts in some adults. [@ABBAR]"),
        "ease",
    ),
    Seed(
        "sedation-driving",
        "faqs/during-visit/awake-during.md",
        answer("Yes.\n\nSpravato can make you sleepy. [@SPR-PI]"),
        "sleepy",
    ),
    Seed(
        "ect-trials",
        "faqs/comparisons/vs-ect.md",
        answer("In ELEKT-D, ketamine did well. [@ELEKT]"),
        "ELEKT-D",
    ),
    Seed(
        "bladder-population",
        "faqs/side-effects/long-term-safety.md",
        adding("In a survey, 26.6% of users had bladder symptoms. [@BJU12]"),
        "bladder",
    ),
    Seed("reading-grade", "faqs/therapy-and-support/integration.md", answer(_HARD), "Pharm"),
    Seed("reading-grade-high", "faqs/eligibility/medical-review.md", answer(_HARDISH), "goes over"),
    Seed(
        "sms-gsm7",
        "faqs/routes/telehealth.md",
        texting("Yes \u2014 until the end of 2026."),
        "sms:",
    ),
    Seed("sms-length", "faqs/routes/lozenges-oral.md", texting(_LONG), "sms:"),
    Seed("sms-with-footer", "faqs/side-effects/boxed-warning.md", texting(_LONG[:250]), "sms:"),
    Seed("sms-plain", "faqs/what-it-is/history.md", texting('"**Since** 1962."'), "sms:"),
    Seed(
        "link-scheme",
        "faqs/safety-and-law/drug-tests.md",
        adding("See [this page](http://example.org). [@K]"),
        "http:",
    ),
    Seed(
        "link-number",
        "red_lines/abuse.yml",
        replacing("tel:18007997233", "tel:18007997333"),
        "997333",
    ),
    Seed(
        "markdown-subset",
        "faqs/safety-and-law/controlled-substance.md",
        adding("## More"),
        "## More",
    ),
    Seed(
        "crisis-first",
        "red_lines/medical_emergency.yml",
        replacing("Call 911 now. Do not drive yourself. Possible", "You are not alone. Possible"),
        "sms:",
    ),
    Seed(
        "crisis-footer",
        "faqs/side-effects/memory-thinking.md",
        adding("Call 988. Some think of suicide. [@K]"),
        "suicide",
    ),
    Seed(
        "reply-automated",
        "red_lines/complaint.yml",
        replacing("Automated: cannot assess you or decide this.", ""),
        "sms:",
    ),
    Seed(
        "help-line",
        "faqs/safety-and-law/street-ketamine.md",
        adding("Call 1-800-555-0199. [@K]"),
        "0199",
    ),
    Seed(
        "unknown-placeholder",
        "faqs/logistics-and-privacy/booking.md",
        adding("{{CLINIC_FON}} [@CLINIC]"),
        "CLINIC_FON",
    ),
    Seed(
        "unset-fact",
        "clinic.yml",
        lambda file: re.sub(r"PARKING_ACCESS:\n(?:    .*\n)+", "PARKING_ACCESS:\n", file),
        "{{PARKING_ACCESS}}",
        found_in="faqs/logistics-and-privacy/parking-access.md",
    ),
    Seed(
        "unset-safety-fact",
        "clinic.yml",
        replacing("ON_CALL_NUMBER: 202-555-0142", "ON_CALL_NUMBER:"),
        "{{ON_CALL_NUMBER}}",
        found_in="red_lines/psychosis_mania.yml",
    ),
    Seed(
        "approval-broken",
        "approvals/under-18.jsonl",
        replacing('"number": 1', '"number": 2'),
        '"number": 2',
    ),
    Seed("approval-orphan", "approvals/nobody.jsonl", lambda _: "x", "x"),
    Seed(
        "approval-changed",
        "faqs/special-populations/older-adults.md",
        replacing("Age alone does not decide", "Age does not decide"),
        "Often, yes",
    ),
    Seed(
        "approval-expired",
        "faqs/special-populations/pregnancy-general.md",
        lambda file: file,
        "review:",
    ),
    Seed("approval-ending", "faqs/side-effects/nausea.md", lambda file: file, "review:"),
    Seed(
        "recheck-passed",
        "faqs/special-populations/recovery-addiction.md",
        lambda file: re.sub(r"recheck_by: .*", "recheck_by: 2020-01-01", file),
        "recheck_by",
    ),
    Seed(
        "near-duplicate",
        "faqs/during-visit/does-iv-hurt.md",
        variant("zebra stripes and a jab"),
        "zebra stripes",
    ),
)
