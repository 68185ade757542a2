"""Baselines that take the label of the nearest example: BM25, TF-IDF, plain MiniLM."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import TfidfVectorizer

from knowledge.encoder.reference import SentenceTransformerEncoder
from knowledge.evaluate.baselines.base import Guess, tier_of
from knowledge.evaluate.optional import required
from knowledge.fit.dataset import Row
from knowledge.text import Normaliser
from knowledge.triage.features import Floats

_RANKED: Final = 3
_CHUNK: Final = 256
_WORD: Final = r"(?u)\b\w+\b"


class Similarity(Protocol):
    """How near messages are to the examples."""

    name: str

    def fit(self, texts: Sequence[str]) -> None:
        """Takes the examples."""

    def scores(self, texts: Sequence[str]) -> Floats:
        """Returns how near every message is to every example, shape (messages, examples)."""


class NearestExample:
    """The nearest example's label; FAQs in the order of their nearest wordings."""

    note = "label of the nearest example; messages normalised as for triage"

    def __init__(self, similarity: Similarity, rows: Sequence[Row]) -> None:
        self._rows = [row for row in rows if not row.in_context]
        self._similarity = similarity
        self._expand = Normaliser.default().expand
        owners = sorted({row.owner for row in self._rows if row.owner})
        number = {faq_id: i for i, faq_id in enumerate(owners)}
        self._owners = np.array(owners)
        self._worded = np.array([i for i, row in enumerate(self._rows) if row.owner], dtype=int)
        self._owner = np.array(
            [number[row.owner] for row in self._rows if row.owner], dtype=np.int64
        )

    @property
    def name(self) -> str:
        """What the report calls it."""
        return self._similarity.name

    def fit(self) -> None:
        """Hands the examples to the similarity."""
        self._similarity.fit([row.text for row in self._rows])

    def guess(self, texts: Sequence[str]) -> list[Guess]:
        """Returns a guess for every message."""
        result: list[Guess] = []
        for start in range(0, len(texts), _CHUNK):
            chunk = [self._expand(text) for text in texts[start : start + _CHUNK]]
            scores = self._similarity.scores(chunk)
            result += [self._guess(line) for line in scores]
        return result

    def _guess(self, scores: npt.NDArray[Any]) -> Guess:
        best = np.full(len(self._owners), -np.inf)
        np.maximum.at(best, self._owner, scores[self._worded])
        ranked = np.argsort(-best, kind="stable")[:_RANKED]
        nearest = self._rows[int(scores.argmax())]
        return Guess(tuple(str(self._owners[i]) for i in ranked), tier_of(nearest.label))


class Bm25:
    """BM25 (Robertson 1994; Lucene's variant) over the words, by the library bm25s."""

    name = "BM25"

    def __init__(self) -> None:
        self._library = required("bm25s")
        self._index: Any = None
        self._size = 0

    def fit(self, texts: Sequence[str]) -> None:
        """Indexes the examples."""
        self._size = len(texts)
        self._index = self._library.BM25()
        self._index.index(self._tokens(texts), show_progress=False)

    def scores(self, texts: Sequence[str]) -> Floats:
        """Returns BM25 scores."""
        lines = [self._scores(words) for words in self._tokens(texts, as_words=True)]
        return np.asarray(lines, dtype=np.float32)

    def _scores(self, words: Sequence[str]) -> Floats:
        known = [word for word in words if word in self._index.vocab_dict]
        if not known:  # the library refuses a message that shares no word with any example
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)

    def _tokens(self, texts: Sequence[str], *, as_words: bool = False) -> Any:
        # Stop words stay: in "can i" against "can people" they are all the difference.
        return self._library.tokenize(
            [text.lower() for text in texts], stopwords=None, return_ids=not as_words,
            token_pattern=_WORD, show_progress=False,
        )  # fmt: skip


class TfIdf:
    """Cosine of TF-IDF vectors of words and word pairs, by scikit-learn."""

    name = "TF-IDF"

    def __init__(self) -> None:
        self._vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        self._examples: Any = None

    def fit(self, texts: Sequence[str]) -> None:
        """Vectorises the examples."""
        self._examples = self._vectorizer.fit_transform(texts).T.tocsr()

    def scores(self, texts: Sequence[str]) -> Floats:
        """Returns cosines."""
        product = self._vectorizer.transform(texts) @ self._examples
        return np.asarray(product.toarray(), dtype=np.float32)


class PlainMiniLm:
    """Cosine of all-MiniLM-L6-v2 vectors, as published, by sentence-transformers."""

    name = "MiniLM nearest neighbour"

    def __init__(self) -> None:
        self._encoder: SentenceTransformerEncoder | None = None
        self._examples: Any = None

    def fit(self, texts: Sequence[str]) -> None:
        """Loads the model and encodes the examples."""
        self._encoder = SentenceTransformerEncoder.load(tuned=None)
        self._examples = self._encoder.encode(texts).T

    def scores(self, texts: Sequence[str]) -> Floats:
        """Returns cosines."""
        if self._encoder is None:
            raise RuntimeError("fit first")
        return np.asarray(self._encoder.encode(texts) @ self._examples, dtype=np.float32)
