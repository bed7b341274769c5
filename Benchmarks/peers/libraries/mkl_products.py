"""Intel MKL's sparse product through sparse_dot_mkl, the rest of the step in numpy.

MKL has no product that is computed at stored positions only. The weight gradient is therefore the dense product, of which
the stored positions are picked out, as libraries built on MKL do it (Nerva).
"""

from __future__ import annotations

import glob
import os
import sys

import numpy as np
import scipy.sparse as sp

from problems import MOMENTUM, RATE, WEIGHT_DECAY, LinearProblem, NetworkProblem

# The package mkl puts its library where sparse_dot_mkl does not look.
for found in glob.glob(os.path.join(sys.prefix, "lib", "libmkl_rt.*")):
    os.environ.setdefault("MKL_RT", found)

from sparse_dot_mkl import dot_product_mkl  # noqa: E402


class Layer:
    """Weights, their transposed copy, and the arrays that the products write to."""

    def __init__(self, weights: sp.csr_matrix, batch: int, dense: bool = False):
        rows, columns = weights.shape
        self.dense = dense
        self.weights = weights.toarray() if dense else weights.copy()
        self.values = self.weights if dense else self.weights.data
        places = sp.csr_matrix((np.arange(weights.nnz), weights.indices, weights.indptr), weights.shape).T.tocsr()
        self.permutation = places.data
        self.transposed = sp.csr_matrix(
            (weights.data[self.permutation], places.indices, places.indptr), shape=(columns, rows))
        self.stored = np.repeat(np.arange(rows), np.diff(weights.indptr)) * columns + weights.indices
        self.y = np.zeros((rows, batch), np.float32)
        self.dx = np.zeros((columns, batch), np.float32)
        self.full = np.zeros((rows, columns), np.float32)
        self.bias = np.zeros((rows, 1), np.float32)
        self.parameters = [self.values, self.bias]
        self.velocities = [np.zeros_like(p) for p in self.parameters]

    def forward(self, x: np.ndarray) -> np.ndarray:
        return dot_product_mkl(self.weights, x, out=self.y, out_scalar=0)

    def input_gradient(self, dy: np.ndarray) -> np.ndarray:
        if self.dense:
            return np.matmul(self.weights.T, dy, out=self.dx)
        return dot_product_mkl(self.transposed, dy, out=self.dx, out_scalar=0)

    def weight_gradient(self, dy: np.ndarray, x: np.ndarray) -> np.ndarray:
        dot_product_mkl(dy, x.T, out=self.full, out_scalar=0)
        return self.full if self.dense else self.full.ravel().take(self.stored)

    def update(self, gradients: list[np.ndarray]) -> None:
        for p, v, g in zip(self.parameters, self.velocities, gradients):
            v *= MOMENTUM
            v += g
            v += WEIGHT_DECAY * p
            p -= RATE * v
        if not self.dense:
            np.take(self.values, self.permutation, out=self.transposed.data)


class Linear:
    def __init__(self, problem: LinearProblem, threads: int):
        self.layer = Layer(problem.weights, problem.x.shape[1])
        self.x, self.dy = problem.x, problem.dy

    def forward(self) -> np.ndarray:
        return self.layer.forward(self.x)

    def input_gradient(self) -> np.ndarray:
        return self.layer.input_gradient(self.dy)

    def weight_gradient(self) -> np.ndarray:
        return self.layer.weight_gradient(self.dy, self.x)

    def array(self, op: str, result: np.ndarray) -> np.ndarray:
        return result


class Step:
    def __init__(self, problem: NetworkProblem, threads: int):
        batch = len(problem.labels)
        self.layers = [Layer(w, batch, dense=problem.is_dense(i)) for i, w in enumerate(problem.weights)]
        self.inputs = np.ascontiguousarray(problem.inputs.T)
        self.labels, self.samples = problem.labels, np.arange(batch)

    def __call__(self) -> None:
        activations = [self.inputs]
        for layer in self.layers:
            y = layer.forward(activations[-1])
            y += layer.bias
            if layer is not self.layers[-1]:
                np.maximum(y, 0, out=y)
            activations.append(y)
        shares = np.exp(activations[-1] - activations[-1].max(axis=0))
        gradient = shares / shares.sum(axis=0)
        gradient[self.labels, self.samples] -= 1
        gradient /= np.float32(len(self.labels))
        for layer, x in zip(reversed(self.layers), reversed(activations[:-1])):
            gradients = [layer.weight_gradient(gradient, x), gradient.sum(axis=1, keepdims=True)]
            if layer is not self.layers[0]:
                gradient = layer.input_gradient(gradient)
                gradient *= x > 0
            layer.update(gradients)

    def weights(self) -> list[np.ndarray]:
        return [layer.weights if layer.dense else layer.weights.toarray() for layer in self.layers]
