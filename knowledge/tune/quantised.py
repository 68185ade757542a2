"""Training with the rounding of the run-time graph, so that eight bits cost no accuracy.

The run-time graph multiplies in eight bits (`knowledge.encoder.quantise`): activations are rounded
to 256 steps between a text's lowest and highest value, weights to 129 steps an output channel.
A network that was trained without that rounding loses five points of direct answers to it.
"""

from __future__ import annotations

from typing import Any, Final

import torch
from torch import nn

_STEPS: Final = 255
#: Seven bits, as at run time: sums of products of eight could overflow on processors without VNNI.
_WEIGHT_STEPS: Final = 64
_TINY: Final = 1e-8


class RoundedLinear(nn.Linear):
    """A linear layer that rounds as the run-time graph does; gradients pass straight through."""

    def forward(self, input: torch.Tensor) -> torch.Tensor:  # noqa: A002 - the parent's name
        """Returns the product for an input of shape (texts, tokens, width)."""
        limits = self.weight.detach().abs().amax(dim=1, keepdim=True)
        weight = _round(self.weight, limits / _WEIGHT_STEPS)
        return nn.functional.linear(_rounded(input), weight, self.bias)


def round_linear_layers(network: nn.Module) -> None:
    """Makes every linear layer of the network round; its parameters stay the same objects."""
    for module in network.modules():
        if type(module) is nn.Linear:
            module.__class__ = RoundedLinear


def _rounded(values: torch.Tensor) -> torch.Tensor:
    """Returns the values rounded text by text: at run time every text is run by itself."""
    low = values.detach().amin(dim=(1, 2), keepdim=True).clamp(max=0)
    high = values.detach().amax(dim=(1, 2), keepdim=True).clamp(min=0)
    return _round(values, (high - low) / _STEPS)


def _round(values: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    rounding: Any = _Rounded  # the library leaves `apply` without types
    rounded: torch.Tensor = rounding.apply(values, scale.clamp(min=_TINY))
    return rounded


class _Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, values: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
        del ctx
        return (values / scale).round_().mul_(scale)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        del ctx
        return gradient, None
