from __future__ import annotations

from bot.conversation.texting.model import Command
from tests.scripted_dialogue import START, red_line, reply
from tests.scripted_texting import PHONE, TextingClinic


def test_opt_in_is_recorded_when_a_number_texts_for_the_first_time(texting: TextingClinic) -> None:
    texting.text("is it approved?")
    texting.text("how long?")
    assert texting.consents() == [("opt_in", "first_text", "is it approved?")]


def test_opt_out_is_recorded_and_confirmed_once_when_stop_comes_twice(
    texting: TextingClinic,
) -> None:
    assert texting.text("Stop!") == ["sms_opted_out."]
    assert texting.text("STOP") == []
    assert texting.consents() == [("opt_out", "keyword", "Stop!")]
    assert texting.clinic.dialogue.requests == []


def test_opt_out_is_not_confirmed_when_the_provider_has_done_so(texting: TextingClinic) -> None:
    assert texting.text("ARRET", keyword=Command.STOP) == []
    assert texting.consents() == [("opt_out", "provider", "ARRET")]


def test_wish_is_honoured_when_it_is_in_other_words(texting: TextingClinic) -> None:
    assert texting.text("please stop texting me") == ["sms_opted_out."]
    assert texting.consents() == [("opt_out", "free_text", "please stop texting me")]
    assert texting.cases() == []


def test_staff_item_is_raised_when_an_opt_out_may_mean_an_appointment(
    texting: TextingClinic,
) -> None:
    for number, word in enumerate(("CANCEL", "end", "please stop")):
        texting.text(word, f"+1202555012{number}")
    assert texting.cases() == [("account", "T3")] * 3
    items = [reason for reason in texting.reasons() if reason.startswith("Texted")]
    assert len(items) == 3
    assert all("please phone" in reason for reason in items)


def test_crisis_comes_first_when_its_words_look_like_an_opt_out(texting: TextingClinic) -> None:
    texting.clinic.dialogue.script["stop, i want to die"] = red_line("self_harm", "T1")
    sent = texting.text("stop, i want to die")
    assert sent[0].startswith("Call [988]")
    assert texting.cases() == [("self_harm", "T1")]
    assert len(texting.consents()) == 1


def test_safety_reply_still_goes_out_when_its_own_text_opts_out(texting: TextingClinic) -> None:
    words = "stop texting me i want to die"
    texting.clinic.dialogue.script[words] = red_line("self_harm", "T1")
    sent = texting.text(words)
    assert sent[0].startswith("Call [988]")
    assert "sms_opted_out." not in sent
    assert texting.consents() == [("opt_out", "free_text", words)]
    assert texting.text("hello?") == []


def test_staff_are_told_to_phone_when_a_crisis_comes_from_an_opted_out_number(
    texting: TextingClinic,
) -> None:
    texting.clinic.dialogue.script["i want to die"] = red_line("self_harm", "T1")
    texting.text("STOP")
    assert texting.text("i want to die") == []
    assert texting.cases() == [("self_harm", "T1")]
    assert any("PHONE NOW" in r and "opted out" in r for r in texting.reasons())
    assert "blocked" in texting.states()


def test_question_goes_to_staff_when_its_sender_has_opted_out(texting: TextingClinic) -> None:
    texting.text("STOP")
    assert texting.text("is it approved?") == []
    assert texting.cases() == [("failure", "T3")]
    assert any("opted out" in reason for reason in texting.reasons())


def test_question_is_not_lost_when_it_comes_with_an_opt_out(texting: TextingClinic) -> None:
    words = "stop texting me, is friday still on?"
    texting.clinic.dialogue.script[words] = reply("answer", "Ask staff.")
    assert texting.text(words) == ["sms_opted_out."]
    assert texting.cases() == [("failure", "T3")]


def test_texts_go_on_when_start_comes_after_stop(texting: TextingClinic) -> None:
    texting.text("is it approved?")
    texting.text("STOP")
    assert texting.text("START") == ["sms_opted_in."]
    assert texting.text("is it approved?") != []
    assert [kind for kind, _, _ in texting.consents()] == ["opt_in", "opt_out", "opt_in"]


def test_help_is_answered_when_the_number_has_opted_out(texting: TextingClinic) -> None:
    texting.text("STOP")
    assert texting.text("HELP") == ["sms_help."]


def test_opt_out_counts_for_every_number_of_the_clinic_when_it_went_to_one(
    texting: TextingClinic,
) -> None:
    texting.text("hello", clinic="+12025550100")
    texting.text("STOP", clinic="+12025550100")
    assert texting.text("hello", clinic="+12025550199") == []


def test_opt_out_is_honoured_when_staff_hold_the_conversation(texting: TextingClinic) -> None:
    texting.text("hello")
    conversation, sam = texting.conversations()[0], texting.clinic.staff()
    texting.clinic.desk.claim(conversation, sam)
    assert texting.text("STOP") == ["sms_opted_out."]
    texting.clinic.desk.staff_reply(conversation, sam, "s1", "Are you there?")
    texting.work()
    assert "Are you there?" not in texting.gateway.bodies
    assert texting.cases() == [("failure", "T2")]
    assert any("please phone" in reason for reason in texting.reasons())


def test_case_says_so_when_a_person_opts_out_in_the_middle_of_it(texting: TextingClinic) -> None:
    texting.clinic.dialogue.script["i want to die"] = red_line("self_harm", "T1")
    texting.text("i want to die")
    texting.text("STOP")
    assert texting.cases() == [("self_harm", "T1")]
    assert any("Opted out" in reason for reason in texting.reasons())


def test_record_holds_who_when_how_and_the_exact_words_when_consent_changes(
    texting: TextingClinic,
) -> None:
    texting.text("  sToP ")
    from bot.adapters.database.models import SmsConsentRow

    row = texting.clinic.rows(SmsConsentRow)[-1]
    assert (row.person_number, row.how, row.words, row.at) == (PHONE, "keyword", "  sToP ", START)
