#!/usr/bin/env python3
"""What data-parallel training on several machines can be expected to gain: a model of a step.

    Benchmarks/scaling.py --stored 2784000 278400 27840 --seconds-per-sample 8e-4 1e-4 2e-5

A step of R processes, each with --batch samples of its own, takes

    batch x seconds a sample
    + 2 log2 R exchanges of gradients, which send 2 (1 - 1/R) x 4 bytes for each stored weight
    + log2 R exchanges of losses
    + the bytes of growth, 1/delta-t of an update for each step

and nothing of it at the same time as something else. An exchange waits for --latency (of a large message three times: MPI asks
before it sends). Efficiency is the first line over all of them.
"""
import argparse
from math import log2


def step(ranks, stored, compute, rate, latency, growth):
    """Seconds of compute, and of communication."""
    if ranks == 1:
        return compute, 0.0
    rounds, share = log2(ranks), 1 - 1 / ranks
    large = latency if 4 * stored < 65536 else 3 * latency
    sent = 2 * share * (4 * stored + growth)
    return compute, 2 * rounds * large + rounds * latency + sent / rate


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--stored", type=float, nargs="+", required=True, help="stored weights and biases, one for each density")
    p.add_argument("--seconds-per-sample", type=float, nargs="+", required=True, help="of one process, likewise")
    p.add_argument("--growth", type=float, nargs="+", help="bytes of a topology update, likewise [the dense gradient of the largest]")
    p.add_argument("--batch", type=float, default=256, help="samples of each process")
    p.add_argument("--delta-t", type=float, default=100)
    p.add_argument("--gbit", type=float, nargs="+", default=[1, 10, 100])
    p.add_argument("--latency", type=float, nargs="+", default=[5e-5, 2e-5, 2e-6], help="seconds, one for each rate")
    p.add_argument("--ranks", type=int, nargs="+", default=[1, 2, 4, 8, 16, 32, 64, 128, 256])
    a = p.parse_args()
    growth = a.growth or [0] + [4 * max(a.stored)] * (len(a.stored) - 1)
    print("| Gbit/s | weights | MB a step | " + " | ".join(str(r) for r in a.ranks) + " |")
    print("|---" * (3 + len(a.ranks)) + "|")
    for gbit, latency in zip(a.gbit, a.latency):
        for stored, second, grown in zip(a.stored, a.seconds_per_sample, growth):
            cells = []
            for ranks in a.ranks:
                compute, communication = step(
                    ranks, stored, a.batch * second, gbit * 1e9 / 8, latency, grown / a.delta_t)
                cells.append(f"{compute / (compute + communication):.2f}")
            print(f"| {gbit:g} | {stored:.0f} | {4 * stored / 1e6:.2f} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
