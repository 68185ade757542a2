"""Fitting gives back what made the data."""

from __future__ import annotations

import numpy as np
import pytest

from knowledge.fit.gate import calibrated, fit_gate, life_mass
from knowledge.fit.retrieval import fit_calibration, fit_evidence_weights
from knowledge.fit.solver import fit_head
from knowledge.triage.confidence import logistic
from knowledge.triage.features import LexicalFeatures
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


def test_head_names_the_class_when_classes_can_be_told_apart() -> None:
    texts = SAFE + RED + TALK
    features = LexicalFeatures.fit(texts)
    vectors = WordEncoder().encode(texts)

    head = fit_head(vectors, features.transform(texts), LABELS, penalty=4.0)

    probabilities = head.probabilities(vectors, features.transform(texts))
    assert probabilities.sum(axis=1) == pytest.approx(1, abs=1e-5)
    assert [head.classes[i] for i in probabilities.argmax(axis=1)] == LABELS


def test_gate_tells_red_from_safe_when_wording_is_new() -> None:
    texts = SAFE + RED + TALK
    encoder, features = WordEncoder(), LexicalFeatures.fit(texts)
    vectors, lexical = encoder.encode(texts), features.transform(texts)
    red = np.array([label.startswith("red/") for label in LABELS])
    gate = calibrated(fit_gate(vectors, lexical, LABELS), vectors, lexical, red)
    new = ["what is the color of a visit", "i will hurt a nurse tonight"]

    vectors, lexical = encoder.encode(new), features.transform(new)

    safe_red, harm_red = gate.red_probabilities(vectors, lexical)
    safe_life, harm_life = life_mass(gate.classes, gate.probabilities(vectors, lexical))
    assert safe_red < 0.5 < harm_red
    assert safe_life < 0.5 < harm_life


def test_lexical_features_are_unit_rows_when_a_text_has_words() -> None:
    features = LexicalFeatures.fit(SAFE)

    rows = features.transform([*SAFE, "entirely unseen wording", ""])

    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    assert lengths[:-1] == pytest.approx(1, abs=1e-5)
    assert lengths[-1] == 0
