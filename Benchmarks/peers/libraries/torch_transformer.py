"""A language model in PyTorch as `sparsebench --op model_step --model gpt:LAYERSxWIDTH` has it: blocks without biases that read their input
normalised, queries, keys and values in one product, GELU, a tied head; AdamW, the gradient's norm at most 1. Another library may make the
projections."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from libraries import torch_convolution
from problems import ResidualProblem, TextProblem

functional = nn.functional
#: Makes a projection without a bias from the numbers of its inputs and outputs.
Projection = Callable[[int, int], nn.Module]


def projection(inputs: int, outputs: int) -> nn.Linear:
    return nn.Linear(inputs, outputs, bias=False)


class Block(nn.Module):
    def __init__(self, width: int, heads: int, projection: Projection):
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention, self.output = projection(width, 3 * width), projection(width, width)
        self.first, self.second = projection(width, 4 * width), projection(4 * width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        batch, length, width = x.shape
        terms = self.attention(self.norm1(x)).view(batch, length, 3, self.heads, width // self.heads)
        query, key, value = terms.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.output(seen.transpose(1, 2).reshape(batch, length, width))
        return x + self.second(functional.gelu(self.first(self.norm2(x))))


class LanguageModel(nn.Module):
    def __init__(self, problem: TextProblem, projection: Projection = projection):
        super().__init__()
        self.tokens = nn.Embedding(problem.vocabulary, problem.width)
        self.places = nn.Embedding(problem.context, problem.width)
        self.blocks = nn.Sequential(*(Block(problem.width, problem.heads, projection) for _ in range(problem.layers)))
        self.norm = nn.LayerNorm(problem.width)
        for table in (self.tokens, self.places):
            nn.init.normal_(table.weight, std=0.02)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:
        x = self.tokens(tokens) + self.places(torch.arange(tokens.shape[1]))
        return functional.linear(self.norm(self.blocks(x)), self.tokens.weight)


def model_step(problem: ResidualProblem | TextProblem, threads: int, halved: bool = False) -> Callable[[], float]:
    """The step of whichever network the problem is about."""
    return (TextStep if isinstance(problem, TextProblem) else torch_convolution.ModelStep)(problem, threads, halved)


class TextStep:
    """Forward, cross-entropy, backward, clipping and AdamW, in the mode that was fastest: the fused optimiser."""

    def __init__(
            self, problem: TextProblem, threads: int, halved: bool = False, projection: Projection = projection):
        torch.set_num_threads(threads)
        torch.manual_seed(0)
        self.halved = halved
        self.network = LanguageModel(problem, projection)
        self.optimizer = torch.optim.AdamW(
            self.network.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1, fused=True)
        self.tokens = torch.from_numpy(problem.tokens)

    def parameters(self) -> int:
        return sum(p.numel() for p in self.network.parameters())

    def __call__(self) -> float:
        self.optimizer.zero_grad(set_to_none=True)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.halved):
            outputs = self.network(self.tokens[:, :-1])
            loss = functional.cross_entropy(outputs.flatten(0, 1).float(), self.tokens[:, 1:].flatten())
        loss.backward()
        nn.utils.clip_grad_norm_(self.network.parameters(), 1)
        self.optimizer.step()
        return loss.item()
