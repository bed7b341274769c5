"""PyTorch with dense weights and 0/1 masks, under autocast to bfloat16; masks, weights and optimiser stay in 32 bits."""

from __future__ import annotations

from libraries.torch_training import TorchStep, dense_layer
from problems import NetworkProblem


class Step(TorchStep):
    def __init__(self, problem: NetworkProblem, threads: int):
        super().__init__(problem, threads, layer=dense_layer, masked=True, halved=True)
