"""PyTorch with dense weights and 0/1 masks, as most published code for sparse training works: gradients and weights are
multiplied with the mask at every step."""

from __future__ import annotations

import torch

from libraries.torch_training import TorchStep, dense_layer
from libraries.torch_transformer import TextStep
from problems import NetworkProblem, TextProblem


class Step(TorchStep):
    def __init__(self, problem: NetworkProblem, threads: int):
        super().__init__(problem, threads, layer=dense_layer, masked=True)


class ModelStep(TextStep):
    """Of language models, whose projections are masked."""

    def __init__(self, problem: TextProblem, threads: int, density: float):
        super().__init__(problem, threads)
        matrices = [p for p in self.network.blocks.parameters() if p.dim() == 2]
        self.masks = {p: (torch.rand_like(p) < density).float() for p in matrices}
        for p in matrices:
            p.register_post_accumulate_grad_hook(self.mask_gradient)
        self.optimizer.register_step_post_hook(lambda *_: self.mask_weights())
        self.mask_weights()

    def mask_gradient(self, p: torch.Tensor) -> None:
        p.grad.mul_(self.masks[p])

    def mask_weights(self) -> None:
        for p, mask in self.masks.items():
            p.data.mul_(mask)
