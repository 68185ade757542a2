"""Training rounds as the run-time graph does; otherwise it would be taught the wrong thing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper, save
from torch import nn

from knowledge.encoder.quantise import quantise
from knowledge.tune.quantised import RoundedLinear, round_linear_layers

WIDTH, OUT, TOKENS = 64, 32, 7


@pytest.fixture
def layer() -> nn.Linear:
    torch.manual_seed(5)
    return nn.Linear(WIDTH, OUT)


def run_time_product(layer: nn.Linear, values: torch.Tensor, folder: Path) -> torch.Tensor:
    """Returns what the graph in eight bits gives for one text, shape (1, tokens, width)."""
    weight = layer.weight.detach().numpy().T.copy()
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["x", "w"], ["y"], name="product")],
        "one product",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, None, WIDTH])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, None, OUT])],
        [numpy_helper.from_array(weight, "w")],
    )
    path = folder / "graph.onnx"
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), path)
    quantise(path)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    product = session.run(None, {"x": values.numpy()})[0]
    return torch.from_numpy(np.asarray(product)) + layer.bias.detach()


def test_product_is_the_run_time_graphs_when_a_layer_rounds(
    layer: nn.Linear, tmp_path: Path
) -> None:
    # One value far out, as transformers have: it decides how coarse the steps are.
    values = torch.randn(1, TOKENS, WIDTH)
    values[0, 3, 9] = 25.0
    exact = layer(values)
    wanted = run_time_product(layer, values, tmp_path)

    round_linear_layers(nn.Sequential(layer))
    rounded = layer(values)

    error = (wanted - exact).abs().mean()
    assert isinstance(layer, RoundedLinear)
    assert error > 0.005
    assert (rounded - wanted).abs().mean() < error / 10


def test_texts_are_rounded_apart_when_a_batch_holds_several(layer: nn.Linear) -> None:
    round_linear_layers(nn.Sequential(layer))
    quiet, loud = torch.randn(1, TOKENS, WIDTH), 50 * torch.randn(1, TOKENS, WIDTH)

    together = layer(torch.cat([quiet, loud]))

    assert torch.allclose(together[:1], layer(quiet), atol=1e-5)


def test_gradient_passes_straight_through_when_a_layer_rounds(layer: nn.Linear) -> None:
    values = torch.randn(1, TOKENS, WIDTH, requires_grad=True)
    round_linear_layers(nn.Sequential(layer))

    layer(values).sum().backward()

    assert values.grad is not None
    assert layer.weight.grad is not None
    assert layer.weight.grad.abs().min() > 0
    assert torch.allclose(values.grad[0, 0], layer.weight.detach().sum(dim=0), atol=0.05)
