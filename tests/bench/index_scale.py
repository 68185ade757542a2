"""The index of wordings from a thousand to a million: exact, HNSW and inverted lists.

Wordings beyond the authored ones are made from their vectors: a little noise, as a paraphrase would
add. Queries are made in the same way from other draws, so none of them is in an index.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import faiss
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np

from knowledge.encoder import Vectors
from knowledge.triage.artifact import Artifact
from tests.bench.figures import percentile
from tests.bench.processes import ROOT

QUICK: Final = (1_000, 5_000)
_ALL: Final = (1_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
_QUERIES: Final = 300
_K: Final = 10
_NEIGHBOURS: Final = 32
#: Length of the noise beside a unit vector: cosine 0.93 to what it was made from, about that of two
#: authored wordings of one FAQ.
_NOISE: Final = 0.4
#: A graph of more takes an hour to build on two cores.
_LARGEST_GRAPH: Final = 100_000


@dataclass(frozen=True, slots=True)
class Kind:
    """A way to search, with the setting that trades time for recall."""

    name: str
    build: Callable[[Vectors], Any]
    widths: tuple[int, ...]
    largest: int = 10_000_000


def sizes_up_to(most: int) -> tuple[int, ...]:
    """Returns the sizes that are measured."""
    return tuple(size for size in _ALL if size <= most)


def measure(sizes: Sequence[int], say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Returns a row for every size, way and width."""
    faiss.omp_set_num_threads(2)
    real = _authored()
    dice = np.random.default_rng(7)
    queries = _varied(real, _QUERIES, dice)
    rows: list[dict[str, Any]] = []
    for size in sizes:
        vectors = _varied(real, size, dice)
        truth = _exact(vectors, queries)
        for kind in _KINDS:
            if size > kind.largest:
                continue
            found = _measured(kind, vectors, queries, truth)
            rows += found
            last = found[-1]
            say(
                f"{size} {kind.name}: built in {last['build_seconds']:.1f} s,"
                f" p95 {last['p95']:.2f} ms, recall {last['recall']:.4f}"
            )
    return rows


def _authored() -> Vectors:
    index = Artifact.load(ROOT / "var" / "index").index
    return np.asarray(faiss.rev_swig_ptr(
        index._index.get_xb(), len(index) * index._index.d
    )).reshape(len(index), -1).copy()  # fmt: skip


def _varied(real: Vectors, count: int, dice: np.random.Generator) -> Vectors:
    result = np.empty((count, real.shape[1]), dtype=np.float32)
    step = 100_000
    for start in range(0, count, step):
        chosen = real[dice.integers(0, len(real), min(step, count - start))]
        noise = dice.standard_normal(chosen.shape, dtype=np.float32)
        noise *= _NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
        varied = chosen + noise
        result[start : start + step] = varied / np.linalg.norm(varied, axis=1, keepdims=True)
    return result


def _exact(vectors: Vectors, queries: Vectors) -> list[set[int]]:
    _, places = faiss.knn(queries, vectors, _K, metric=faiss.METRIC_INNER_PRODUCT)
    return [set(row) for row in places]


def _measured(
    kind: Kind, vectors: Vectors, queries: Vectors, truth: list[set[int]]
) -> list[dict[str, Any]]:
    faiss.omp_set_num_threads(2)
    started = time.perf_counter()
    index = kind.build(vectors)
    built = time.perf_counter() - started
    size = _megabytes(index)
    faiss.omp_set_num_threads(1)  # one query has one thread, as in service
    rows: list[dict[str, Any]] = []
    for width in kind.widths:
        _set_width(index, width)
        times: list[float] = []
        hits = 0
        for query, right in zip(queries, truth, strict=True):
            started = time.perf_counter()
            _, places = index.search(query[None, :], _K)
            times.append(1000 * (time.perf_counter() - started))
            hits += len(right & set(places[0]))
        rows.append({
            "size": len(vectors), "kind": kind.name, "width": width, "build_seconds": built,
            "megabytes": size, "p50": percentile(times, 0.5), "p95": percentile(times, 0.95),
            "recall": hits / (_K * len(truth)),
        })  # fmt: skip
        if rows[-1]["recall"] >= 0.995:
            break
    return rows


def _megabytes(index: Any) -> float:
    """Returns what vectors, their numbers and, in a graph, their neighbours take."""
    bytes_each = 4 * index.d
    if hasattr(index, "hnsw"):
        bytes_each += 4 * 2 * _NEIGHBOURS
    elif hasattr(index, "nprobe"):
        bytes_each += 8
    return float(index.ntotal * bytes_each / 1e6)


def _set_width(index: Any, width: int) -> None:
    if hasattr(index, "hnsw"):
        index.hnsw.efSearch = width
    elif hasattr(index, "nprobe"):
        index.nprobe = width


def _flat(vectors: Vectors) -> Any:
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    return index


def _graph(vectors: Vectors) -> Any:
    index = faiss.IndexHNSWFlat(vectors.shape[1], _NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = 200
    index.add(vectors)
    return index


def _lists(vectors: Vectors) -> Any:
    lists = max(16, int(4 * np.sqrt(len(vectors))))
    index: Any = faiss.index_factory(
        vectors.shape[1], f"IVF{lists},Flat", faiss.METRIC_INNER_PRODUCT
    )
    index.cp.min_points_per_centroid = 1
    index.cp.max_points_per_centroid = 64
    index.train(vectors[: 64 * lists])
    index.add(vectors)
    return index


_KINDS: Final = (
    Kind("exact", _flat, (0,)),
    Kind("HNSW", _graph, (64, 128, 256), _LARGEST_GRAPH),
    Kind("inverted lists", _lists, (4, 8, 16, 32, 64)),
)


def write_page(rows: list[dict[str, Any]], folder: Path) -> None:
    """Writes `index.md` and its plot."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [
        "# The index from a thousand wordings to a million", "",
        (f"Written by `python -m tests.bench index`; do not edit. {_QUERIES} queries one at a time,"
        f" one thread; recall@{_K} against the exact search. HNSW: 32 neighbours, built with width"
        " 200. Inverted lists: 4 √n of them. Width is efSearch or the lists that are looked at;"
        " a wider one is measured only while recall is below 0.995."), "",
        "| wordings | search | width | build s | MB | p50 ms | p95 ms | recall@10 |",
        "|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    lines += [
        f"| {r['size']:,} | {r['kind']} | {r['width'] or ''} | {r['build_seconds']:.1f} |"
        f" {r['megabytes']:.0f} | {r['p50']:.2f} | {r['p95']:.2f} | {r['recall']:.4f} |"
        for r in rows
    ]
    lines += ["", "![time of a search](index.png)"]
    (folder / "index.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    mpl.use("Agg")
    drawing, axes = plt.subplots(figsize=(6.4, 4), layout="constrained")
    for kind in _KINDS:
        good = [r for r in rows if r["kind"] == kind.name and r["recall"] >= 0.99]
        first = {r["size"]: r for r in reversed(good)}
        axes.plot(sorted(first), [first[s]["p95"] for s in sorted(first)], "o-", label=kind.name)
    axes.set(xscale="log", yscale="log", xlabel="wordings", ylabel="p95 ms at recall ≥ 0.99")
    axes.legend()
    axes.grid(alpha=0.3)
    drawing.savefig(folder / "index.png", dpi=120)
    plt.close(drawing)
