"""What a Rasa user would build from the same FAQs: DIET, ResponseSelector, rules, the REST channel.

The pipeline and the policies are those that `rasa init` and Rasa's page on FAQs propose; the
examples are the wordings in the clinic's own files. Trained once for the same files and kept.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from knowledge.evaluate.baselines.rasa_project import RETRIEVAL_INTENT, intents, write_project
from knowledge.fit.dataset import training_rows
from knowledge.library import load_library
from knowledge.text import Normaliser
from tests.bench.processes import RASA_PYTHON, rasa_environ
from tests.bench.training import Took, timed

EPOCHS: Final = 100
_PROMPT: Final = "Sorry, I did not get that. Could you say it in other words?"
_HANDED: Final = "Let me pass this on to our staff. They will get back to you."
_POLICIES: Final = [
    {"name": "MemoizationPolicy"},
    {
        "name": "RulePolicy", "core_fallback_threshold": 0.4,
        "core_fallback_action_name": "action_default_fallback",
        "enable_fallback_prediction": True,
    },
]  # fmt: skip
_FALLBACK: Final = {"name": "FallbackClassifier", "threshold": 0.4, "ambiguity_threshold": 0.1}


class UsualBot:
    """The trained bot.

    Attributes:
        folder: holds `model.tar.gz`, `endpoints.yml` and `credentials.yml`.
        took: how long training took, whenever it was done.
        examples: how many wordings it was trained on.
    """

    def __init__(self, folder: Path) -> None:
        figures = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
        self.folder = folder
        self.took = Took(float(figures["seconds"]), float(figures["cpu"]))
        self.examples = int(figures["examples"])

    @property
    def model(self) -> Path:
        """The trained model."""
        return self.folder / "model.tar.gz"

    @classmethod
    def trained(cls, cache: Path, *, faqs: int | None = None, epochs: int = EPOCHS) -> UsualBot:
        """Returns the bot, trained now if these files were never trained on.

        Args:
            cache: folder of trained bots.
            faqs: only so many FAQs, for a quick run; all by default.
            epochs: of both models.
        """
        with tempfile.TemporaryDirectory(prefix="usual-bot-") as name:
            project = Path(name)
            examples = _examples(faqs)
            digest = _write(project, examples, epochs)
            folder = cache / digest[:16]
            if not (folder / "figures.json").is_file():
                took = _train(project)
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(project / "models" / "model.tar.gz", folder / "model.tar.gz")
                (folder / "credentials.yml").write_text("rest:\n", encoding="utf-8")
                (folder / "endpoints.yml").write_text("{}\n", encoding="utf-8")
                count = sum(map(len, examples.values()))
                figures = {"seconds": took.seconds, "cpu": took.cpu, "examples": count}
                (folder / "figures.json").write_text(json.dumps(figures), encoding="utf-8")
        return cls(folder)


def _examples(faqs: int | None) -> dict[str, list[str]]:
    found = intents(training_rows(load_library(), (), Normaliser.default()))
    questions = [name for name in found if name.startswith(f"{RETRIEVAL_INTENT}/")]
    left_out = set(questions[faqs:]) if faqs is not None else set()
    return {name: texts for name, texts in found.items() if name not in left_out}


def _write(project: Path, examples: Mapping[str, Sequence[str]], epochs: int) -> str:
    """Completes the classifier's project to a bot and returns a hash of what it says."""
    digest = write_project(project, examples, epochs)
    library = load_library()
    config = _read(project / "config.yml")
    config["pipeline"].append(_FALLBACK)
    config["policies"] = _POLICIES
    domain = _read(project / "domain.yml")
    for key in domain["responses"]:
        faq = library.faqs[key.removeprefix(f"utter_{RETRIEVAL_INTENT}/")]
        domain["responses"][key] = [{"text": faq.answer}]
    plain = [name for name in domain["intents"] if name != RETRIEVAL_INTENT]
    for name in plain:
        handed = name.startswith("red_") or name == "unanswerable"
        domain["responses"][f"utter_{name}"] = [{"text": _HANDED if handed else name}]
    domain["responses"]["utter_prompt"] = [{"text": _PROMPT}]
    rules = [_rule(name, f"utter_{name}") for name in (*plain, RETRIEVAL_INTENT)]
    rules.append(_rule("nlu_fallback", "utter_prompt"))
    for name, content in (("config", config), ("domain", domain)):
        _save(project / f"{name}.yml", content)
    _save(project / "rules.yml", {"version": "3.1", "rules": rules})
    return digest


def _rule(intent: str, action: str) -> dict[str, Any]:
    return {"rule": f"say {action}", "steps": [{"intent": intent}, {"action": action}]}


def _read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def _save(path: Path, content: Mapping[str, Any]) -> None:
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)
    path.write_text(text, encoding="utf-8")


def _train(project: Path) -> Took:
    """Trains as `rasa train` does."""
    command = [RASA_PYTHON, "-m", "rasa", "train", "--domain", "domain.yml", "--data", "nlu.yml"]
    command += ["rules.yml", "--fixed-model-name", "model"]
    return timed(command, project, rasa_environ(project), project / "train.log")
