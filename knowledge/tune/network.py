"""The encoder with a head for the gate's classes and one for the FAQs, trained together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import nn

from knowledge.tune.augment import Sample

#: Unit vectors are short for a linear head; this is the usual temperature, as a factor.
_SCALE: Final = 16.0
_DROPOUT: Final = 0.1
#: Share of the target that is spread over all classes, so that no row is learnt by heart.
_SMOOTHING: Final = 0.05
_MAX_TOKENS: Final = 96
_FROZEN_LAYERS: Final = 2


class TunedNetwork(nn.Module):
    """Mean-pooled unit vectors, as at run time, and two linear heads that are thrown away.

    Embeddings and the lower layers stay as published: rare words keep what they mean, an epoch
    takes a quarter less time, and the artefact holds a third of the weights.
    """

    def __init__(self, reference: Any, classes: Sequence[str], faq_ids: Sequence[str]) -> None:
        """Makes the heads.

        Args:
            reference: a `sentence_transformers.SentenceTransformer` of a mean-pooled model.
            classes: the gate's classes.
            faq_ids: the FAQs.
        """
        super().__init__()
        self._tokenizer = reference.tokenizer
        self.transformer = reference[0].model
        # Fastest on a processor for short texts; and the variations of the rows regularise better
        # than dropout, which cost a third of the time.
        self.transformer.set_attn_implementation("eager")
        for module in self.transformer.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        frozen = [self.transformer.embeddings, *self.transformer.encoder.layer[:_FROZEN_LAYERS]]
        for weights in (p for module in frozen for p in module.parameters()):
            weights.requires_grad = False
        width = self.transformer.config.hidden_size
        self.gate = nn.Linear(width, len(classes))
        self.faq = nn.Linear(width, len(faq_ids))
        self._class_numbers = {name: i for i, name in enumerate(classes)}
        self._faq_numbers = {name: i for i, name in enumerate(faq_ids)}

    def heads(self) -> list[nn.Parameter]:
        """Returns the parameters of the two heads."""
        return [*self.gate.parameters(), *self.faq.parameters()]

    def vectors(self, texts: Sequence[str]) -> torch.Tensor:
        """Returns unit vectors, shape (texts, width)."""
        tokens = self._tokenizer(
            list(texts), padding=True, truncation=True, max_length=_MAX_TOKENS, return_tensors="pt"
        )
        mask = tokens["attention_mask"]
        hidden = self.transformer(input_ids=tokens["input_ids"], attention_mask=mask)
        weight = mask.unsqueeze(-1).float()
        pooled = (hidden.last_hidden_state * weight).sum(1) / weight.sum(1).clamp(min=1e-9)
        return nn.functional.normalize(pooled, dim=1)

    def loss(self, samples: Sequence[Sample], class_weights: torch.Tensor) -> torch.Tensor:
        """Returns the cross-entropy of the classes plus that of the FAQs where there is one."""
        # Half precision doubles the speed on processors that know it; the losses stay in full.
        with torch.autocast("cpu", torch.bfloat16):
            vectors = self.vectors([sample.text for sample in samples])
            features = nn.functional.dropout(vectors, _DROPOUT, self.training) * _SCALE
            classes, faqs = self.gate(features).float(), self.faq(features).float()
        wanted = torch.tensor([self._class_numbers[sample.label] for sample in samples])
        loss = nn.functional.cross_entropy(
            classes, wanted, weight=class_weights, label_smoothing=_SMOOTHING
        )
        asked = [i for i, sample in enumerate(samples) if sample.faqs]
        if not asked:
            return loss
        shares = torch.zeros(len(asked), len(self._faq_numbers))
        for row, i in enumerate(asked):
            for faq_id, share in samples[i].faqs.items():
                shares[row, self._faq_numbers[faq_id]] = share
        return loss + nn.functional.cross_entropy(faqs[asked], shares, label_smoothing=_SMOOTHING)
