#!/usr/bin/env python3
"""Tokens a second of a dense language model in PyTorch that writes one token after the other and keeps keys and values: what
`sparsetrain generate` is beside. The context is filled first, as far as --context, and emptied when it is full.

    python3 Benchmarks/peers/generate.py --model gpt:6x384
    sparsetrain generate RUN --tokens 500                    # says how many tokens a second on standard error; one thread
"""

from __future__ import annotations

import argparse
import json
import statistics
import time

import torch

from libraries.torch_transformer import LanguageModel, functional
from problems import TextProblem


class Writer:
    """The network with the keys and values of the tokens so far."""

    def __init__(self, network: LanguageModel, problem: TextProblem):
        self.network = network
        blocks, heads = problem.layers, problem.heads
        shape = (blocks, 2, heads, problem.context, problem.width // heads)
        self.cache = torch.zeros(shape)
        self.context, self.length = problem.context, 0

    def next(self, token: int) -> int:
        if self.length == self.context:
            self.length = 0
        place, net = self.length, self.network
        x = net.tokens.weight[token] + net.places.weight[place]
        for block, cache in zip(net.blocks, self.cache):
            terms = block.attention(block.norm1(x)).view(3, block.heads, -1)
            cache[:, :, place] = terms[1:]
            keys, values = cache[:, :, :place + 1]
            seen = functional.scaled_dot_product_attention(terms[0].unsqueeze(1), keys, values)
            x = x + block.output(seen.flatten())
            x = x + block.second(functional.gelu(block.first(block.norm2(x))))
        self.length += 1
        shares = torch.softmax(functional.linear(net.norm(x), net.tokens.weight), 0)
        return int(torch.multinomial(shares, 1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="gpt:6x384", help="gpt:LAYERSxWIDTH; default %(default)s")
    parser.add_argument("--context", type=int, default=128)
    parser.add_argument("--tokens", type=int, default=500)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    problem = TextProblem.random(options.model, 1)
    problem.context = options.context
    writer, token = Writer(LanguageModel(problem).eval(), problem), 0
    times, processor = [], []
    with torch.inference_mode():
        for _ in range(options.tokens):
            began, worked = time.perf_counter(), time.process_time()
            token = writer.next(token)
            times.append(time.perf_counter() - began)
            processor.append(time.process_time() - worked)
    print(json.dumps({
        "model": options.model, "threads": options.threads, "median_ms": round(1e3 * statistics.median(times), 3),
        "median_cpu_ms": round(1e3 * statistics.median(processor), 3),
        "tokens_per_cpu_second": round(len(processor) / sum(processor), 1),
    }))


if __name__ == "__main__":
    main()
