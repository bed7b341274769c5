"""PyTorch's CSR tensors, put together as well as its public operations allow.

torch has no layer with CSR weights, and its own gradient of a CSR product is slow. So the autograd function is written
by hand: the input gradient multiplies with a transposed copy (the product with W transposed would scatter), whose values
are permuted at each step; the weight gradient is sampled_addmm. Activations have the batch innermost all the way, which
is the layout these operations want, and indices have 32 bits, which spares MKL a conversion.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import torch

from libraries.torch_training import TorchStep
from problems import LinearProblem, NetworkProblem


class Topology:
    """Indices of a matrix and of its transposed copy, and where the copy's values come from."""

    def __init__(self, weights: sp.csr_matrix):
        places = sp.csr_matrix((np.arange(weights.nnz), weights.indices, weights.indptr), weights.shape)
        transposed = places.T.tocsr()
        self.shape = weights.shape
        self.starts, self.columns = self.index(weights.indptr), self.index(weights.indices)
        self.transposed_starts = self.index(transposed.indptr)
        self.transposed_columns = self.index(transposed.indices)
        self.permutation = torch.from_numpy(transposed.data.astype(np.int64))

    @staticmethod
    def index(array: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(array.astype(np.int32))

    def matrix(self, values: torch.Tensor) -> torch.Tensor:
        return torch.sparse_csr_tensor(self.starts, self.columns, values, size=self.shape, check_invariants=False)

    def transposed(self, values: torch.Tensor) -> torch.Tensor:
        return torch.sparse_csr_tensor(
            self.transposed_starts, self.transposed_columns, values[self.permutation], size=self.shape[::-1],
            check_invariants=False)


class Product(torch.autograd.Function):
    """y = W x for x [columns, batch]."""

    @staticmethod
    def forward(context, x, values, topology):
        context.topology = topology
        context.save_for_backward(x, values)
        return topology.matrix(values) @ x

    @staticmethod
    def backward(context, dy):
        x, values = context.saved_tensors
        topology = context.topology
        dy = dy.contiguous()
        gradient = torch.sparse.sampled_addmm(topology.matrix(values), dy, x.t(), beta=0.0).values()
        dx = topology.transposed(values) @ dy if context.needs_input_grad[0] else None
        return dx, gradient, None


class Layer(torch.nn.Module):
    """Takes and returns [batch, channels] whose memory has the batch innermost, so that nothing is copied between."""

    def __init__(self, weights: sp.csr_matrix):
        super().__init__()
        self.topology = Topology(weights)
        self.values = torch.nn.Parameter(torch.from_numpy(weights.data.copy()))
        self.bias = torch.nn.Parameter(torch.zeros(weights.shape[0], 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return (Product.apply(x.t().contiguous(), self.values, self.topology) + self.bias).t()

    def dense_weight(self) -> np.ndarray:
        return self.topology.matrix(self.values.detach()).to_dense().numpy()


class Linear:
    def __init__(self, problem: LinearProblem, threads: int):
        torch.set_num_threads(threads)
        torch.set_grad_enabled(False)
        topology, values = Topology(problem.weights), torch.from_numpy(problem.weights.data)
        self.weights, self.transposed = topology.matrix(values), topology.transposed(values)
        self.x, self.dy = torch.from_numpy(problem.x), torch.from_numpy(problem.dy)

    def forward(self) -> torch.Tensor:
        return self.weights @ self.x

    def input_gradient(self) -> torch.Tensor:
        return self.transposed @ self.dy

    def weight_gradient(self) -> torch.Tensor:
        return torch.sparse.sampled_addmm(self.weights, self.dy, self.x.t(), beta=0.0)

    def array(self, op: str, result: torch.Tensor) -> np.ndarray:
        return result.values().numpy() if op == "weight_gradient" else result.numpy()


class Step(TorchStep):
    def __init__(self, problem: NetworkProblem, threads: int):
        super().__init__(problem, threads, layer=Layer)
        # The batch in the layout that the first layer wants, once.
        self.inputs = self.inputs.t().contiguous().t()
