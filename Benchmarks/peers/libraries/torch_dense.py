"""PyTorch with dense weights: no sparsity at all. Its products know no masks; its step trains every position."""

from __future__ import annotations

import numpy as np
import torch

from libraries.torch_convolution import Convolution  # noqa: F401
from libraries.torch_training import TorchStep, dense_layer
from libraries.torch_transformer import model_step as ModelStep  # noqa: F401
from problems import LinearProblem, NetworkProblem


class Linear:
    """The three matrix products behind torch.nn.Linear, batch outermost as torch has it."""

    def __init__(self, problem: LinearProblem, threads: int):
        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        self.weights = torch.from_numpy(problem.weights.toarray())
        self.x = torch.from_numpy(problem.x.T.copy())
        self.dy = torch.from_numpy(problem.dy.T.copy())
        self.stored = problem.weights.nonzero()

    def forward(self) -> torch.Tensor:
        return torch.nn.functional.linear(self.x, self.weights)

    def input_gradient(self) -> torch.Tensor:
        return self.dy @ self.weights

    def weight_gradient(self) -> torch.Tensor:
        return self.dy.t() @ self.x

    def array(self, op: str, result: torch.Tensor) -> np.ndarray:
        return result.numpy()[self.stored] if op == "weight_gradient" else result.numpy().T


class Step(TorchStep):
    def __init__(self, problem: NetworkProblem, threads: int):
        super().__init__(problem, threads, layer=dense_layer)
