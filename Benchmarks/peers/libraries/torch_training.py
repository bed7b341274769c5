"""The training step that the torch libraries share; they differ in their linear layers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch

from problems import MOMENTUM, RATE, WEIGHT_DECAY, NetworkProblem


def dense_layer(weights) -> torch.nn.Linear:
    """torch's own layer with these weights and bias zero."""
    rows, columns = weights.shape
    layer = torch.nn.Linear(columns, rows)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weights.toarray()))
        layer.bias.zero_()
    return layer


class TorchStep:
    """Forward, cross-entropy, backward and SGD of torch.nn.Sequential, in the mode that was fastest: the fused optimiser,
    gradients set to None. With `halved`, products and activations in bfloat16 as torch's autocast chooses them; weights,
    optimiser and loss stay in 32 bits."""

    def __init__(self, problem: NetworkProblem, threads: int, layer: Callable, masked: bool = False, halved: bool = False):
        torch.set_num_threads(threads)
        self.halved = halved
        self.layers = [dense_layer(w) if problem.is_dense(i) else layer(w) for i, w in enumerate(problem.weights)]
        modules = []
        for one in self.layers:
            modules += [one, torch.nn.ReLU()]
        self.network = torch.nn.Sequential(*modules[:-1])
        self.optimizer = torch.optim.SGD(
            self.network.parameters(), lr=RATE, momentum=MOMENTUM, weight_decay=WEIGHT_DECAY, fused=True)
        self.inputs = torch.from_numpy(problem.inputs)
        self.labels = torch.from_numpy(problem.labels)
        self.masks = [
            (one.weight, (one.weight != 0).float())
            for i, one in enumerate(self.layers) if masked and not problem.is_dense(i)
        ]

    def __call__(self) -> None:
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.halved):
            loss = torch.nn.functional.cross_entropy(self.network(self.inputs), self.labels)
        loss.backward()
        for weight, mask in self.masks:
            weight.grad.mul_(mask)
        self.optimizer.step()
        with torch.no_grad():
            for weight, mask in self.masks:
                weight.mul_(mask)

    def weights(self) -> list[np.ndarray]:
        return [
            one.weight.detach().numpy() if isinstance(one, torch.nn.Linear) else one.dense_weight()
            for one in self.layers
        ]
