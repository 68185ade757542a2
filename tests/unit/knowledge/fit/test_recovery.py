"""Fitting gives back what made the data."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.fit.dataset import Row
from knowledge.fit.gate import fit_gate, fit_increasing, fit_red_limit
from knowledge.fit.retrieval import fit_calibration, fit_evidence_weights
from knowledge.fit.solver import fit_head
from knowledge.fit.train import english_words
from knowledge.triage.confidence import logistic
from knowledge.triage.features import LexicalFeatures
from knowledge.triage.labels import FAQ_CLASS, red_label
from knowledge.triage.red_lines import life_columns, red_columns
from tests.small_library import WordEncoder

TRUE_WEIGHTS = np.array([3.0, 0.0, 2.0, 0.0, 1.0], dtype=np.float32)
SAFE = [f"what is the {word} of a visit" for word in "price time place parking music food".split()]
RED = [f"i will hurt {word} tonight" for word in "him her them people someone everybody".split()]

TALK = ["hello there", "hi again", "good morning", "many thanks", "thank you so much"]
LABELS = (
    ["faq"] * len(SAFE) + ["red/harm_to_others/T1"] * len(RED) + ["small_talk/greet"] * len(TALK)
)


def test_evidence_weights_are_recovered_when_a_conditional_logit_made_the_choices() -> None:
    generator = np.random.default_rng(1)
    evidence = generator.normal(size=(4000, 6, 5)).astype(np.float32)
    noise = generator.gumbel(size=(4000, 6))
    chosen = (evidence @ TRUE_WEIGHTS + noise).argmax(axis=1)

    weights = fit_evidence_weights(evidence, chosen)

    assert weights == pytest.approx(TRUE_WEIGHTS, abs=0.2)


def test_evidence_weights_are_never_negative_when_a_kind_of_evidence_misleads() -> None:
    generator = np.random.default_rng(1)
    evidence = generator.normal(size=(1000, 6, 5)).astype(np.float32)
    chosen = (evidence @ np.array([3, 0, -2, 0, 0]) + generator.gumbel(size=(1000, 6))).argmax(1)

    weights = fit_evidence_weights(evidence, chosen)

    assert weights.min() >= 0
    assert weights[0] > 1
    assert weights[2] == 0


def test_calibration_says_nine_in_ten_when_nine_in_ten_are_right() -> None:
    generator = np.random.default_rng(2)
    values = generator.normal(size=(6000, 2)).astype(np.float32)
    truth = logistic(values @ np.array([2.0, -1.0]) + 0.5)
    right = generator.random(6000) < truth

    bias, weights = fit_calibration(values, right)

    stated = logistic(values @ np.array(weights) + bias)
    assert (bias, *weights) == pytest.approx((0.5, 2.0, -1.0), abs=0.15)
    near_nine = (stated > 0.87) & (stated < 0.93)
    assert right[near_nine].mean() == pytest.approx(0.9, abs=0.04)


def test_weights_are_recovered_and_never_negative_when_evidence_is_fitted() -> None:
    generator = np.random.default_rng(4)
    values = generator.normal(size=(8000, 3)).astype(np.float32)
    truth = logistic(values @ np.array([1.5, -1.0, 0.5]) - 0.5)
    positive = generator.random(8000) < truth

    bias, weights = fit_increasing(values, positive)

    assert weights[1] == 0
    assert weights[0] > weights[2] > 0.2
    assert bias < 0


def test_red_limit_finds_the_danger_when_only_a_sentence_shows_it() -> None:
    generator = np.random.default_rng(5)
    safe = np.stack([generator.normal(-6, 1, 400), generator.exponential(1, 400)], axis=1)
    plain = np.stack([generator.normal(3, 2, 200), np.zeros(200)], axis=1)
    hidden = np.stack([generator.normal(-5, 1, 40), generator.normal(9, 1, 40)], axis=1)
    rows = np.concatenate([safe, plain, hidden]).astype(np.float32)
    evidence = np.concatenate([rows, np.zeros((640, 1), dtype=np.float32)], axis=1)
    red = np.arange(640) >= 400

    limit = fit_red_limit(evidence, red, ~red, judged=red | ~red, miss_cost=50, share=0.03)

    scores = logistic(evidence @ np.array(limit.weights) + limit.bias)
    assert (scores[600:] >= limit.limit).mean() >= 0.95
    assert (scores[:400] >= limit.limit).mean() <= 0.05


def test_head_names_the_class_when_classes_can_be_told_apart() -> None:
    texts = SAFE + RED + TALK

    head = fit_head(WordEncoder().encode(texts), LABELS, penalty=100.0)

    probabilities = head.probabilities(WordEncoder().encode(texts))
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert [head.classes[i] for i in probabilities.argmax(axis=1)] == LABELS


def test_head_gives_both_probabilities_when_there_are_two_classes() -> None:
    texts = SAFE + RED
    labels = ["faq"] * len(SAFE) + ["red/harm_to_others/T1"] * len(RED)

    probabilities = fit_head(WordEncoder().encode(texts), labels, penalty=100.0).probabilities(
        WordEncoder().encode(texts)
    )

    assert probabilities.shape == (len(texts), 2)
    assert (probabilities[:, 0] > 0.5).tolist() == [label == "faq" for label in labels]


def test_gate_tells_red_from_safe_when_wording_is_new() -> None:
    gate = fit_gate(WordEncoder().encode(SAFE + RED + TALK), LABELS)
    new = ["what is the color of a visit", "i will hurt a nurse tonight"]

    probabilities = gate.probabilities(WordEncoder().encode(new))

    for columns in (red_columns(gate.classes), life_columns(gate.classes)):
        safe, harm = probabilities[:, columns].sum(axis=1)
        assert safe < harm


def test_lexical_features_are_unit_rows_when_a_text_has_words() -> None:
    features = LexicalFeatures.fit(SAFE)

    rows = features.transform([*SAFE, "entirely unseen wording", ""])

    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    assert lengths[:-1] == pytest.approx(1, abs=1e-5)
    assert lengths[-1] == 0


def test_words_of_a_spanish_red_line_are_not_counted_as_english() -> None:
    rows = (
        Row("does it hurt", FAQ_CLASS),
        Row("quiero info about it", FAQ_CLASS),
        Row("i am going to kill myself tonight", red_label("self_harm", "T1")),
        Row("ya no quiero vivir, quiero morirme", red_label("self_harm", "T1")),
        Row("quiero hablar con alguien", red_label("language", "T3")),
    )

    words = set(english_words(rows))

    assert {"hurt", "kill", "info"} <= words
    assert not words & {"quiero", "vivir", "morirme", "hablar", "alguien"}
