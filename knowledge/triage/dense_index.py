"""Nearest authored wordings of a sentence vector (FAISS)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.encoder import Vectors

#: Past this many vectors a graph replaces the exact scan. Not measured yet: the shipped base has
#: a tenth of it.
EXACT_LIMIT: Final = 50_000
_HNSW_NEIGHBOURS: Final = 32
_HNSW_BUILD_WIDTH: Final = 200
_HNSW_SEARCH_WIDTH: Final = 128


class DenseIndex:
    """Cosine search over unit vectors: exact while small, HNSW past `EXACT_LIMIT`."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def from_vectors(cls, vectors: Vectors) -> DenseIndex:
        """Builds an index over the rows of `vectors` (unit vectors, shape (n, dimension))."""
        dimension = vectors.shape[1]
        index: Any
        if len(vectors) <= EXACT_LIMIT:
            index = faiss.IndexFlatIP(dimension)
        else:
            index = faiss.IndexHNSWFlat(dimension, _HNSW_NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
            index.hnsw.efConstruction = _HNSW_BUILD_WIDTH
            index.hnsw.efSearch = _HNSW_SEARCH_WIDTH
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> DenseIndex:
        """Reads what `save` wrote."""
        # One query is too small to share between threads; FAISS would start one a core.
        faiss.omp_set_num_threads(1)
        return cls(faiss.read_index(str(path)))

    def save(self, path: Path) -> None:
        """Writes the index."""
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, vectors: Vectors, k: int) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Returns (cosines, row numbers), both of shape (rows, k), best first; -1 pads."""
        cosines, rows = self._index.search(vectors, min(k, len(self)))
        return cosines, rows
