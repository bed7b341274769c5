"""sparselab, a library for dynamic sparse training on PyTorch: padded CSR, kernels in C++."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import sparselab
import torch
from sparselab import _core

from libraries.torch_training import TorchStep
from libraries.torch_transformer import TextStep
from problems import LinearProblem, NetworkProblem, TextProblem


def padded(weights: sp.csr_matrix) -> sparselab.PaddedCSR:
    return sparselab.PaddedCSR.from_dense(torch.from_numpy(weights.toarray()))


class Layer(sparselab.SparseLinear):
    """sparselab's layer with weights of our choosing; its constructor can only draw its own."""

    def __init__(self, weights: sp.csr_matrix):
        rows, columns = weights.shape
        super().__init__(columns, rows, sparsity=0.9)
        self._csr = padded(weights)
        self._values = torch.nn.Parameter(torch.from_numpy(np.asarray(self._csr.values)))
        torch.nn.init.zeros_(self.bias)

    def dense_weight(self) -> np.ndarray:
        return self._csr.to_dense().numpy()


class Linear:
    """The kernels behind the layer, with a transposed copy made beforehand as the library caches it."""

    def __init__(self, problem: LinearProblem, threads: int):
        self.weights = padded(problem.weights)
        self.transposed = self.weights.transpose()
        self.x, self.dy = problem.x, problem.dy

    def forward(self) -> np.ndarray:
        return _core.spmm_simd(self.weights, self.x)

    def input_gradient(self) -> np.ndarray:
        return _core.spmm_simd(self.transposed, self.dy)

    def weight_gradient(self) -> np.ndarray:
        return _core.spmm_grad_w_simd(self.weights, self.dy, self.x)

    def array(self, op: str, result: np.ndarray) -> np.ndarray:
        # Slots without a weight have column -1.
        return result[np.asarray(self.weights.col_indices) >= 0] if op == "weight_gradient" else result


class Step(TorchStep):
    def __init__(self, problem: NetworkProblem, threads: int):
        super().__init__(problem, threads, layer=Layer)


class ModelStep(TextStep):
    """Of language models, whose projections are the library's own layers, as its demonstration has them."""

    def __init__(self, problem: TextProblem, threads: int, density: float):
        super().__init__(
            problem, threads,
            projection=lambda inputs, outputs: sparselab.SparseLinear(inputs, outputs, sparsity=1 - density, bias=False))
