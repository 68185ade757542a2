"""Lexical features: hashed word and character n-grams, weighted by inverse document frequency."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer

Matrix = Any  # scipy.sparse.csr_matrix: scipy ships no type stubs
Floats = npt.NDArray[np.float32]

_WORD_FEATURES: Final = 2**14
_CHAR_FEATURES: Final = 2**15


# Hashing is stateless, so one pair serves every instance and thread. Its default token pattern
# drops one-letter words ("i", "u"), which tell a personal message from a general one.
_WORDS: Final = HashingVectorizer(
    n_features=_WORD_FEATURES,
    ngram_range=(1, 2),
    alternate_sign=False,
    norm=None,
    token_pattern=r"(?u)\b\w+\b",  # noqa: S106 -- a pattern, not a password
    dtype=np.float32,
)
_CHARS: Final = HashingVectorizer(
    n_features=_CHAR_FEATURES,
    ngram_range=(3, 5),
    analyzer="char_wb",
    alternate_sign=False,
    norm=None,
    dtype=np.float32,
)


class LexicalFeatures:
    """Texts to sparse unit rows. Hashing keeps no vocabulary, so the state is two arrays."""

    def __init__(self, idf: Floats) -> None:
        self.idf = idf

    @classmethod
    def fit(cls, texts: Sequence[str]) -> LexicalFeatures:
        """Returns features weighted by smoothed inverse document frequency over `texts`."""
        counts = _counts(texts)
        frequency = np.asarray((counts > 0).sum(axis=0)).ravel()
        idf = np.log((1 + len(texts)) / (1 + frequency)) + 1
        return cls(idf.astype(np.float32))

    def transform(self, texts: Sequence[str]) -> Matrix:
        """Returns a sparse array of shape (len(texts), features), rows of Euclidean length 1."""
        # On the arrays themselves: for one message the library's own products of sparse matrices
        # took ten times as long.
        counts = _counts(texts)
        counts.data *= self.idf[counts.indices]
        squares = np.concatenate([[0.0], np.cumsum(counts.data.astype(np.float64) ** 2)])
        lengths = np.sqrt(np.diff(squares[counts.indptr]))
        counts.data /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(counts.indptr))
        return counts


def _counts(texts: Sequence[str]) -> Matrix:
    words, chars = _WORDS.transform(texts), _CHARS.transform(texts)
    counts = sparse.hstack([words, chars], format="csr")
    # Sublinear counts: a word said three times is not three times the evidence.
    counts.data = (1 + np.log(counts.data)).astype(np.float32)
    return counts
