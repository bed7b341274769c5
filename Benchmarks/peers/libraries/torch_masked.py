"""PyTorch with dense weights and 0/1 masks, as most published code for sparse training works: gradients and weights are
multiplied with the mask at every step."""

from __future__ import annotations

from libraries.torch_training import TorchStep, dense_layer
from problems import NetworkProblem


class Step(TorchStep):
    def __init__(self, problem: NetworkProblem, threads: int):
        super().__init__(problem, threads, layer=dense_layer, masked=True)
