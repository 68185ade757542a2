"""The graph in eight bits: 2.5 times as fast, for an encoder that was tuned for it. ADR 0029."""

from __future__ import annotations

import logging
from pathlib import Path

from onnxruntime.quantization import QuantType, quantize_dynamic


def quantise(graph: Path) -> None:
    """Rounds the weights of a graph in place; activations are rounded as it runs.

    Only products with weights are rounded. Word vectors are looked up and not multiplied: rounding
    them would save no time.

    Args:
        graph: an exported encoder.
    """
    rounded = graph.with_suffix(".int8")
    # The library advises, through the root logger, a preparation that changes nothing here.
    logging.disable(logging.WARNING)
    try:
        quantize_dynamic(
            graph,
            rounded,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            # Seven bits: sums of products of eight overflow on processors without VNNI, and the
            # vectors must not depend on the processor.
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
    finally:
        logging.disable(logging.NOTSET)
    rounded.replace(graph)
