"""Patients' words, names and decisions are shown, never run."""

from __future__ import annotations

import re

import pytest

from bot.conversation import ContactDetails, Feedback
from bot.conversation.visitor import rate, save_contact
from bot.desk.presentation import contact_address, markdown
from knowledge.decision import Candidate
from tests.desk_visitor import Desk
from tests.scripted_dialogue import PlainTexts, decision, red_line, reply, result_of

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg/onload=alert(1)>',
    "'-alert(1)-'",
    "{{ 7*7 }}{% raw %}",
    '<a href="javascript:alert(1)">x</a>',
    "</textarea><script>alert(1)</script>",
    "<!--<div id=live data-source=//evil.example>",
    "&lt;script&gt;",
    "[x](javascript:alert(1))",
    "\u202e\u2066reversed",
]


def _safe(page: str) -> bool:
    return re.search(r"<script>|<img|<svg|<!--|<a[^>]*javascript:|49{%", page.lower()) is None


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_is_inert_when_a_patient_sends_markup(desk: Desk, attack: str) -> None:
    found = decision(
        attack, route="escalate", category="dosing", tier="T2", reasons=(attack,),
        candidates=(Candidate(attack, 0.5),),
    )  # fmt: skip
    desk.clinic.dialogue.script[attack] = result_of(red_line("dosing", "T2"), decision=found)
    conversation = desk.case(attack)
    contact = ContactDetails("phone", attack, attack)
    save_contact(desk.clinic.store, conversation, contact, desk.clinic.clock())
    rate(
        desk.clinic.store,
        PlainTexts(),
        conversation,
        Feedback("down", None, attack),
        desk.clinic.clock(),
    )
    sam = desk.logged_in()
    sam.act(conversation, "claim")
    sam.act(conversation, "reply", text=attack)
    refused = sam.act(conversation, "reply", text=attack + "x" * 4000)
    sam.act(conversation, "resolve", outcome="spoke", note=attack)
    for path in (f"/conversations/{conversation}", "/resolved", "/"):
        page, part = sam.get(path), sam.poll(path)
        assert page.status_code == part.status_code == 200
        assert _safe(page.text)
        assert _safe(part.text)
    assert refused.status_code == 422
    assert _safe(refused.text)


@pytest.mark.parametrize("attack", ATTACKS)
def test_name_is_inert_when_staff_choose_markup(desk: Desk, attack: str) -> None:
    token = desk.links.create(desk.hire("Kim"))
    browser = desk.browser()
    path = f"/welcome/{token}"
    fields = {"name": attack, "email": attack, "password": "short"}
    assert _safe(browser.submit(path, path, **fields).text)
    assert _safe(browser.log_in(attack, attack).text)


@pytest.mark.parametrize("attack", ATTACKS)
def test_assistants_text_is_inert_when_it_echoes_a_patient(desk: Desk, attack: str) -> None:
    desk.clinic.dialogue.script["hi"] = reply("contact_saved", f"We will call {attack}")
    conversation = desk.case("hi")
    assert _safe(desk.logged_in().get(f"/conversations/{conversation}").text)


def test_markdown_keeps_the_text_of_links_only() -> None:
    assert markdown("Call **[911](tel:911)**.\n\n- a\n- b") == (
        "<p>Call <strong>911</strong>.</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>"
    )


@pytest.mark.parametrize(
    ("value", "address"),
    [
        ("202-555-0123", "tel:2025550123"),
        ("+1 (202) 555 0123", "tel:+12025550123"),
        ("pat@example.org", "mailto:pat@example.org"),
        ("javascript:alert(1)", None),
        ("pat@example.org?subject=x", None),
        ("call my sister", None),
        ("٠١٢٣٤٥٦٧", None),
    ],
)
def test_contact_is_a_link_only_when_it_is_a_number_or_an_address(
    value: str, address: str | None
) -> None:
    assert contact_address(value) == address
