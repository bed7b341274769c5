"""All methods on Fashion-MNIST with LeNet-300-100: the table of docs/results.md.

    python3 Benchmarks/methods/compare.py --data fashion-mnist
"""

import argparse

from runs import mean, run, spread

RECIPE = (
    "--model lenet-300-100 --epochs 10 --batch-size 128 --drop-last --optimizer sgd --momentum 0.9 "
    "--weight-decay 1e-4 --lr 0.05 --lr-schedule cosine --distribution erk").split()

# What each method is given beside its preset: updates as often as RigL's, for runs as short as these.
OPTIONS = {
    "static": "",
    "set": "--delta-t 100 --drop-rule magnitude --drop-schedule cosine --end-fraction 0.75",
    "deepr": "",
    "dsr": "--delta-t 100 --drop-threshold 0.03",
    "snfs": "--delta-t 100",
    "rigl": "--delta-t 100",
    "itop-set": "--delta-t 100",
    "itop-rigl": "--delta-t 100",
    "granet": "--delta-t 100",
    "srigl": "--delta-t 100",
    "mest": "--delta-t 100 --drop-schedule staged",
    "topkast": "--delta-t 5",
}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", required=True)
    arguments.add_argument("--command", default=".build/release/sparsetrain")
    arguments.add_argument("--densities", type=float, nargs="+", default=[0.05, 0.02])
    arguments.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    arguments.add_argument("--methods", nargs="+", default=list(OPTIONS))
    chosen = arguments.parse_args()
    for density in chosen.densities:
        print(f"| density {density} | test accuracy, % | processor s | FLOPs of dense | R_s | layer densities at the end |")
        print("|---|---|---|---|---|---|")
        for method in chosen.methods:
            runs = [
                run(
                    chosen.command, "--algo", method, "--density", density, "--seed", seed, "--data", chosen.data,
                    *RECIPE, *OPTIONS[method].split(), "--out", f"runs/methods/{method}-{density}-{seed}")
                for seed in chosen.seeds
            ]
            layers = zip(*([layer["density"] for layer in summary["layers"]] for summary in runs))
            print(
                f"| {method} | {spread([summary['test_accuracy'] for summary in runs])} "
                f"| {mean([summary['processor_seconds'] for summary in runs]):.1f} "
                f"| {mean([summary['train_flops_ratio'] for summary in runs]):.3f} "
                f"| {mean([summary['explored_fraction'] for summary in runs]):.2f} "
                f"| {', '.join(f'{mean(values):.4f}' for values in layers)}, "
                f"{'/'.join(str(count) for count in sorted({summary['nonzeros'] for summary in runs}))} weights |",
                flush=True)


main()
