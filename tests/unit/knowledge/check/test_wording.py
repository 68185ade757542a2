"""Phrases that no text may hold, and the denials that may."""

from __future__ import annotations

import pytest

from knowledge.check.passage import sentences
from knowledge.check.wording import load_phrases

BANNED = """
Ketamine cures depression. | It is a cure. | Results are guaranteed. | A miracle drug.
This wonder drug works. | A real game-changer. | A breakthrough therapy. | It is risk-free.
Ketamine is completely safe. | It has no side effects. | It is non-addictive.
You can't overdose on it. | Get instant relief. | It works for everyone. | It helps everybody.
The effect is permanent. | It is a last resort. | Your only hope. | A frontline treatment.
A first-line option. | It rewires your brain. | It resets the brain. | It restores chemical balance.
It restores your brain's chemical balance. | It prevents suicide. | It reduces suicide risk.
It lowers the risk of suicide. | It stops mania. | Better than antidepressants.
A natural medicine. | Our doctor-approved plan. | It is safe at home. | It is safe with Zoloft.
It is safe in pregnancy. | Do not worry, it is a cure. | It is not only safe but a cure.
"""
DENIED = """
There is no guarantee. | It is not a cure. | No treatment is risk-free. | There is no cure.
We cannot guarantee results. | It is not shown to prevent suicide. | It does not help everyone.
It has not been shown to prevent suicide. | It is not safe at home. | Naturally, people worry.
It is not known to be safe in pregnancy. | Nobody can promise a cure. | This is a secure chat.
That does not mean there are no side effects. | It does not mean that it works for everyone.
"""
APPROVAL_ERRORS = """
Ketamine is FDA-approved for depression. | Ketamine is approved by the FDA for depression.
We are an FDA-approved clinic. | Ketamine was approved in 2019. | Spravato is ketamine.
Ketamine was FDA-approved in March 2019. | Spravato must be taken with an antidepressant.
"""
APPROVALS = """
Ketamine is FDA-approved only as an anesthetic. | Esketamine was approved in 2019.
Ketamine is not FDA-approved for depression. | Spravato is one half of ketamine.
The FDA has not approved ketamine for depression. | Ketamine is approved for anesthesia.
For adults with acute suicidal thoughts, it must be taken with an oral antidepressant.
"""
DIRECTIVES = """
You qualify. | You are a candidate. | You should take it. | You should start ketamine.
You can stop taking Zoloft. | You must double the dose. | Stop your antidepressant medicine.
Skip your dose. | Taper your pills. | You don't need your pills. | It is safe for you.
You're fine. | That's normal. | Drive when you feel ready. | Wait and see.
You can take your medicine as usual. | Start the tablets tomorrow. | It could be right for you.
"""
ADVICE = """
Do not stop taking any medicine on your own. | Please do not start, stop or change any medicine.
You can take a taxi. | You may take your time. | You should take a taxi home. | Take the day off.
Only a clinician can say whether it is safe for you. | Please take no more for now.
We cannot say that this is normal. | A clinician decides if you qualify.
"""


def _texts(table: str) -> list[str]:
    return [text.strip() for line in table.strip().splitlines() for text in line.split("|")]


def _found(file: str, text: str) -> list[str]:
    return [w for s in sentences(text) for p in load_phrases(file) if (w := p.search(s))]


@pytest.mark.parametrize(
    ("file", "text"),
    [("banned.yml", t) for t in _texts(BANNED)]
    + [("approval_errors.yml", t) for t in _texts(APPROVAL_ERRORS)]
    + [("directives.yml", t) for t in _texts(DIRECTIVES)],
)
def test_phrase_is_found_when_a_text_says_it(file: str, text: str) -> None:
    assert _found(file, text)


@pytest.mark.parametrize(
    ("file", "text"),
    [("banned.yml", t) for t in _texts(DENIED)]
    + [("approval_errors.yml", t) for t in _texts(APPROVALS)]
    + [("directives.yml", t) for t in _texts(ADVICE)],
)
def test_phrase_is_allowed_when_a_text_denies_it(file: str, text: str) -> None:
    assert _found(file, text) == []
