"""What every library is given: the same matrices, networks and inputs from the same seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

CLASSES = 10
INPUTS = 784

# SGD of the training step, as in sparsebench.
RATE, MOMENTUM, WEIGHT_DECAY = 0.01, 0.9, 1e-4


def random_matrix(rows: int, columns: int, density: float, seed: int) -> sp.csr_matrix:
    """A rows x columns matrix with round(density * rows * columns) weights, each position equally likely."""
    generator = np.random.default_rng(seed)
    count = round(density * rows * columns)
    positions = np.sort(generator.choice(rows * columns, count, replace=False))
    values = generator.uniform(-1, 1, count).astype(np.float32) / np.float32(np.sqrt(density * columns))
    return sp.csr_matrix((values, (positions // columns, positions % columns)), shape=(rows, columns))


def erdos_renyi(shapes: list[tuple[int, int]], density: float) -> list[float]:
    """Layer densities in proportion to (rows + columns) / (rows * columns), at most 1, with the total asked for
    (Mocanu et al. 2018, Evci et al. 2020)."""
    sizes = [rows * columns for rows, columns in shapes]
    dense: set[int] = set()
    while True:
        sparse = [i for i in range(len(shapes)) if i not in dense]
        if not sparse:
            return [1.0] * len(shapes)
        budget = density * sum(sizes) - sum(sizes[i] for i in dense)
        factor = budget / sum(sum(shapes[i]) for i in sparse)
        densities = [1.0 if i in dense else factor * sum(shapes[i]) / sizes[i] for i in range(len(shapes))]
        over = {i for i in sparse if densities[i] > 1}
        if not over:
            return densities
        dense |= over


@dataclass
class LinearProblem:
    """One layer y = W x: forward, gradient of x, and gradient of W at the stored positions."""

    weights: sp.csr_matrix
    #: [columns, batch] and [rows, batch]: the batch is innermost, which suits sparse libraries best.
    x: np.ndarray
    dy: np.ndarray

    OPERATIONS = ("forward", "input_gradient", "weight_gradient")

    @staticmethod
    def random(rows: int, columns: int, batch: int, density: float) -> LinearProblem:
        generator = np.random.default_rng(2)
        return LinearProblem(
            weights=random_matrix(rows, columns, density, seed=1),
            x=generator.uniform(-1, 1, (columns, batch)).astype(np.float32),
            dy=generator.uniform(-1, 1, (rows, batch)).astype(np.float32),
        )


@dataclass
class NetworkProblem:
    """A multilayer perceptron 784-n-n-n-10 with ReLU, biases and cross-entropy, and one batch."""

    weights: list[sp.csr_matrix]
    #: [batch, 784]
    inputs: np.ndarray
    labels: np.ndarray

    @staticmethod
    def random(hidden: int, batch: int, density: float) -> NetworkProblem:
        shapes = [(hidden, INPUTS), (hidden, hidden), (hidden, hidden), (CLASSES, hidden)]
        generator = np.random.default_rng(3)
        return NetworkProblem(
            weights=[
                random_matrix(rows, columns, layer_density, seed=10 + i)
                for i, ((rows, columns), layer_density) in enumerate(zip(shapes, erdos_renyi(shapes, density)))
            ],
            inputs=generator.uniform(-1, 1, (batch, INPUTS)).astype(np.float32),
            labels=generator.integers(0, CLASSES, batch),
        )

    def is_dense(self, layer: int) -> bool:
        """Libraries run such a layer with their dense product, as a user would."""
        weights = self.weights[layer]
        return weights.nnz == weights.shape[0] * weights.shape[1]


@dataclass
class ConvolutionProblem:
    """One square convolution at stride 1 that keeps the size of its maps: forward, gradients of x and of the weights."""

    #: [out channels, in channels, kernel, kernel] with zeros where nothing is stored, x and dy [batch, channels, height, width]
    weights: np.ndarray
    x: np.ndarray
    dy: np.ndarray

    #: Channels and extent of the maps of the standard cases.
    SHAPES = ((32, 32), (64, 16), (128, 8), (256, 14))
    OPERATIONS = ("conv_forward", "conv_training")

    @staticmethod
    def random(channels: int, side: int, batch: int, density: float = 1, kernel: int = 3) -> ConvolutionProblem:
        generator = np.random.default_rng(5)
        maps = (batch, channels, side, side)
        weights = random_matrix(channels, channels * kernel * kernel, density, seed=4).toarray()
        return ConvolutionProblem(
            weights=weights.reshape(channels, channels, kernel, kernel),
            x=generator.uniform(-1, 1, maps).astype(np.float32),
            dy=generator.uniform(-1, 1, maps).astype(np.float32),
        )


@dataclass
class ResidualProblem:
    """wrn-DEPTH-WIDTH and one batch of 32 x 32 images."""

    depth: int
    width: int
    #: [batch, 3, 32, 32]
    inputs: np.ndarray
    labels: np.ndarray
    classes: int = CLASSES

    @staticmethod
    def random(model: str, batch: int) -> ResidualProblem:
        depth, width = (int(n) for n in model.removeprefix("wrn-").split("-"))
        generator = np.random.default_rng(6)
        return ResidualProblem(
            depth=depth, width=width, inputs=generator.normal(0, 1, (batch, 3, 32, 32)).astype(np.float32),
            labels=generator.integers(0, CLASSES, batch),
        )


@dataclass
class TextProblem:
    """gpt:LAYERSxWIDTH and one batch of windows of tokens, each with the token after it."""

    layers: int
    width: int
    heads: int
    #: [batch, context + 1]
    tokens: np.ndarray
    context: int = 128
    vocabulary: int = 65

    @staticmethod
    def random(model: str, batch: int) -> TextProblem:
        layers, width = (int(n) for n in model.removeprefix("gpt:").split("x"))
        # As sparsetrain chooses them: of nearly 64 channels, and at least 4 where they divide the width.
        heads = max(n for n in range(1, max(4, width // 64) + 1) if width % n == 0)
        tokens = np.random.default_rng(7).integers(0, TextProblem.vocabulary, (batch, TextProblem.context + 1))
        return TextProblem(layers=layers, width=width, heads=heads, tokens=tokens)


def model_problem(model: str, batch: int) -> ResidualProblem | TextProblem:
    """What a name such as wrn-22-2 or gpt:6x384 stands for."""
    return (TextProblem if model.startswith("gpt:") else ResidualProblem).random(model, batch)
