"""The same work in plain numpy and double precision, to know that a library did it before its time counts."""

from __future__ import annotations

import numpy as np

from problems import MOMENTUM, RATE, WEIGHT_DECAY, ConvolutionProblem, LinearProblem, NetworkProblem


def linear(problem: LinearProblem) -> dict[str, np.ndarray]:
    """The results of the three products; the weight gradient in the order of the stored weights."""
    weights = problem.weights.toarray().astype(np.float64)
    x, dy = problem.x.astype(np.float64), problem.dy.astype(np.float64)
    rows, columns = problem.weights.nonzero()
    return {
        "forward": weights @ x,
        "input_gradient": weights.T @ dy,
        "weight_gradient": (dy @ x.T)[rows, columns],
    }


def convolution(problem: ConvolutionProblem) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The output, and the gradients of input and weights, as sums over the elements of the kernel."""
    weights, x, dy = (array.astype(np.float64) for array in (problem.weights, problem.x, problem.dy))
    kernel = weights.shape[2]
    border = kernel // 2
    height, width = x.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (border, border), (border, border)))
    y, dx, dw = np.zeros_like(dy), np.zeros_like(padded), np.zeros_like(weights)
    for row in range(kernel):
        for column in range(kernel):
            window = np.s_[:, :, row:row + height, column:column + width]
            y += np.einsum("oi,bihw->bohw", weights[:, :, row, column], padded[window], optimize=True)
            dx[window] += np.einsum("oi,bohw->bihw", weights[:, :, row, column], dy, optimize=True)
            dw[:, :, row, column] = np.einsum("bohw,bihw->oi", dy, padded[window], optimize=True)
    return y, dx[:, :, border:border + height, border:border + width], dw


def train(problem: NetworkProblem, steps: int) -> list[np.ndarray]:
    """The dense arrays of weights after some steps, with zeros where nothing is stored."""
    weights = [w.toarray().astype(np.float64) for w in problem.weights]
    masks = [w != 0 for w in weights]
    parameters = weights + [np.zeros((len(w), 1)) for w in weights]
    velocities = [np.zeros_like(p) for p in parameters]
    layers = len(weights)
    inputs = problem.inputs.T.astype(np.float64)
    batch = inputs.shape[1]
    for _ in range(steps):
        activations = [inputs]
        for i in range(layers):
            z = parameters[i] @ activations[-1] + parameters[layers + i]
            activations.append(np.maximum(z, 0) if i + 1 < layers else z)
        shares = np.exp(activations[-1] - activations[-1].max(axis=0))
        gradient = shares / shares.sum(axis=0)
        gradient[problem.labels, np.arange(batch)] -= 1
        gradient /= batch
        gradients = [np.zeros(0)] * len(parameters)
        for i in reversed(range(layers)):
            gradients[i] = (gradient @ activations[i].T) * masks[i]
            gradients[layers + i] = gradient.sum(axis=1, keepdims=True)
            gradient = (parameters[i].T @ gradient) * (activations[i] > 0)
        for p, v, g in zip(parameters, velocities, gradients):
            v *= MOMENTUM
            v += g + WEIGHT_DECAY * p
            p -= RATE * v
    return parameters[:layers]


def largest_error(found: np.ndarray, expected: np.ndarray) -> float:
    """As a share of the largest expected number."""
    if found.shape != expected.shape:
        return float("inf")
    return float(np.abs(found - expected).max() / (np.abs(expected).max() + 1e-30))
