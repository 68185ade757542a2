"""A conversation with the containers, which survives that they are all taken down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from knowledge.library import load_library
from tests.compose.stack import Stack, require_docker
from tests.e2e.http_visitor import HttpVisitor

SERVICES = ("web", "desk", "worker", "actions", "rasa", "postgres", "redis")
QUESTION = "is ketamine fda approved for depression"

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


def test_staff_get_a_link_when_an_operator_adds_them(stack: Stack) -> None:
    words = ("users", "add", "nurse@clinic.example", "--name", "Nurse", "--role", "admin")

    assert f"{stack.desk}/welcome/" in stack.inside("desk", "python", "-m", "bot", *words)
