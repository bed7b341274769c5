"""SparseProp's sparse convolution (Nikdan et al., ICML 2023), a PyTorch module with kernels in C++ and a fixed topology."""

from __future__ import annotations

import time

import torch
from sparseprop.modules import SparseConv2d
from sparseprop.modules.utils import from_sparse_format_conv2d

from problems import ConvolutionProblem


class Convolution:
    """One convolution: forward, and backward to inputs and stored weights. The library has two sets of loops and advises to
    take the faster; so does this."""

    def __init__(self, problem: ConvolutionProblem, threads: int):
        torch.set_num_threads(threads)
        self.shape = problem.weights.shape
        self.x = torch.from_numpy(problem.x).requires_grad_()
        self.dy = torch.from_numpy(problem.dy)
        modules = [
            SparseConv2d(torch.from_numpy(problem.weights), padding=self.shape[2] // 2, vectorizing_over_on=choice)
            for choice in (False, True)
        ]
        self.module = min(modules, key=self.seconds)

    def seconds(self, module: SparseConv2d) -> float:
        self.module = module
        times = []
        for _ in range(3):
            start = time.process_time()
            self.train()
            times.append(time.process_time() - start)
        return min(times)

    def conv_forward(self) -> torch.Tensor:
        with torch.no_grad():
            return self.module(self.x)

    def train(self) -> torch.Tensor:
        self.x.grad = self.module.W_val.grad = None
        y = self.module(self.x)
        y.backward(self.dy)
        return y

    def conv_training(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        return self.train(), self.x.grad, self.module.W_val.grad

    def weight_gradient(self) -> torch.Tensor:
        """As a dense array with zeros where nothing is stored."""
        return from_sparse_format_conv2d(self.module.W_val.grad, self.module.W_idx, self.shape)
