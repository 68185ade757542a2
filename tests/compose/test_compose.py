"""A conversation with the containers, which survives that they are all taken down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from knowledge.library import load_library
from tests.compose.stack import Stack, require_docker
from tests.desk_client import DeskClient
from tests.e2e.http_visitor import HttpVisitor

SERVICES = ("web", "desk", "worker", "actions", "rasa", "postgres", "redis")
QUESTION = "is ketamine fda approved for depression"
REPLY = "we ring you at 3"

pytestmark = pytest.mark.timeout(3600)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    require_docker()
    stack = Stack(tmp_path_factory.mktemp("compose"))
    stack.build()
    try:
        stack.up()
        yield stack
    except AssertionError as error:
        raise AssertionError(f"{error}\n{stack.logs()}") from None
    finally:
        stack.down("--volumes")


@pytest.fixture
def visitor(stack: Stack) -> Iterator[HttpVisitor]:
    visitor = HttpVisitor(stack.web)
    yield visitor
    visitor.close()


def test_question_is_answered_word_for_word_when_the_containers_run(visitor: HttpVisitor) -> None:
    reply = visitor.say(QUESTION)

    assert reply["kind"] == "answer"
    assert reply["text"] == load_library().faqs["fda-approval-depression"].answer
    assert reply["sources"]


@pytest.mark.parametrize("service", SERVICES)
def test_container_runs_as_an_ordinary_user_on_a_read_only_disk(stack: Stack, service: str) -> None:
    assert stack.inside(service, "id", "-u") != "0"
    with pytest.raises(AssertionError, match="Read-only file system"):
        stack.inside(service, "touch", "/written")


def test_only_web_and_desk_are_published_and_only_here(stack: Stack) -> None:
    ports = stack.compose("ps", "--format", "{{.Service}} {{.Publishers}}").stdout

    published = {line.split()[0] for line in ports.splitlines() if "127.0.0.1" in line}
    assert published == {"web", "desk"}
    assert "0.0.0.0" not in ports


def test_conversation_goes_on_when_everything_was_taken_down_and_up_again(
    stack: Stack, visitor: HttpVisitor
) -> None:
    visitor.say(QUESTION)
    before = visitor.messages()

    stack.down()
    stack.up()

    assert visitor.messages() == before
    assert visitor.say(QUESTION)["kind"] == "answer"
    assert stack.query("SELECT count(DISTINCT sender_id) > 0 FROM dialogues.sessions") == "t"


def test_case_is_still_in_front_of_staff_when_everything_was_taken_down_and_up_again(
    stack: Stack, visitor: HttpVisitor
) -> None:
    assert visitor.say("i want to kill myself tonight")["kind"] == "crisis"

    stack.down()
    stack.up()

    query = f"SELECT category, tier, status FROM escalations WHERE conversation_id = '{visitor.id}'"
    assert stack.query(query) == "self_harm|T0|open"


def test_patient_reads_what_staff_wrote_when_they_claimed_the_case(
    stack: Stack, visitor: HttpVisitor
) -> None:
    assert visitor.say("i want to talk to a person")["kind"] == "escalation"
    words = ("users", "add", "nurse@clinic.example", "--name", "Nurse", "--role", "admin")
    link = stack.inside("desk", "python", "-m", "bot", *words).split(stack.desk)[1].strip()
    nurse, page = DeskClient(stack.desk), f"/conversations/{visitor.id}"

    nurse.post(link, link, name="Nurse", password="a long enough password 7")
    nurse.post(page, f"{page}/claim")
    nurse.post(page, f"{page}/reply", text=REPLY, client_message_id="r1")

    last = visitor.messages()[-1]
    assert (last["author"], last["text"]) == ("staff", REPLY)


def test_phone_gets_an_answer_and_words_of_a_crisis_when_it_texts(stack: Stack) -> None:
    typed = f"{QUESTION}\n/from +12025550112\ni want to kill myself\n"
    command = ("python", "-m", "bot", "sms", "simulate", "--wait", "30")

    said = stack.inside("worker", *command, "--target", "http://web:8080", typed=typed)

    answer, _, crisis = said.partition("-> i want to kill myself")
    assert "Reply MORE for details." in answer
    assert "Call or text 988 now" in crisis


def test_words_are_sealed_anew_when_an_operator_asks(stack: Stack, visitor: HttpVisitor) -> None:
    visitor.say(QUESTION)

    assert "sealed with the first key" in stack.inside("desk", "python", "-m", "bot", "reseal")
    sealed = "SELECT bool_and(events LIKE 's1.%') FROM dialogues.sessions"
    assert stack.query(sealed) == "t"


def test_published_version_is_served_when_everything_was_taken_down_and_up_again(
    stack: Stack,
) -> None:
    stack.inside("desk", "python", "-m", "bot", "publish", "--note", "first")

    stack.down()
    stack.up()

    visitor = HttpVisitor(stack.web)
    assert visitor.say(QUESTION)["kind"] == "answer"
    visitor.close()
    assert "* " in stack.inside("actions", "python", "-m", "bot", "publish", "--list")
