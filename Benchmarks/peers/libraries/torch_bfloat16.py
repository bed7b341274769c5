"""PyTorch with dense weights under autocast to bfloat16: what processors with matrix units (AMX) or bfloat16 dot products do
fastest. Weights, optimiser and loss stay in 32 bits."""

from __future__ import annotations

from libraries import torch_convolution
from libraries.torch_training import TorchStep, dense_layer
from libraries.torch_transformer import model_step
from problems import ConvolutionProblem, NetworkProblem, ResidualProblem, TextProblem


class Step(TorchStep):
    def __init__(self, problem: NetworkProblem, threads: int):
        super().__init__(problem, threads, layer=dense_layer, halved=True)


class Convolution(torch_convolution.Convolution):
    def __init__(self, problem: ConvolutionProblem, threads: int):
        super().__init__(problem, threads, halved=True)


def ModelStep(problem: ResidualProblem | TextProblem, threads: int):
    return model_step(problem, threads, halved=True)
