#!/usr/bin/env python3
"""Runs sparsebench and the same work on other libraries in turn, and prints how many times faster sparsetrain is.

One round measures sparsetrain and then every library, each in a process of its own; rounds follow one another
(A B C A B C ...), so that whatever else the machine does falls on all alike. A ratio is the median over rounds of
the library's time over sparsetrain's in the same round.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from libraries import LIBRARIES
from problems import ConvolutionProblem

HERE = Path(__file__).resolve().parent
SPARSEBENCH = HERE.parent.parent / ".build" / "release" / "sparsebench"
OURS = "sparsetrain"
#: A single-threaded process that gets less than this share of a core shares it with others.
QUIET = 0.9
OPERATIONS = {
    "step": ["step"],
    "linear": ["forward", "input_gradient", "weight_gradient"],
    "convolution": list(ConvolutionProblem.OPERATIONS),
    "model": ["model_step"],
}


@dataclass
class Result:
    """One contender's times over all rounds, in milliseconds, and the ratio to sparsetrain's."""

    op: str
    #: Which of several shapes.
    case: str
    density: float
    name: str
    milliseconds: float
    milliseconds_low: float
    milliseconds_high: float
    ratio: float
    ratio_low: float
    ratio_high: float


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--what", choices=OPERATIONS, default="step",
                        help="whole training steps of 784-n-n-n-10, the three products of one n x n layer, 3x3 convolutions "
                             "(forward, and forward with both gradients), or training steps of a residual network")
    parser.add_argument("--rows", type=int, default=1000, help="n; default %(default)s")
    parser.add_argument("--densities", default="0.2,0.1,0.05,0.01", help="default %(default)s")
    parser.add_argument("--model", default="wrn-22-2", help="wrn-DEPTH-WIDTH or gpt:LAYERSxWIDTH; default %(default)s")
    parser.add_argument("--batch", type=int, help="default 128, of convolutions 32")
    parser.add_argument("--threads", type=int, default=1, help="default %(default)s")
    parser.add_argument("--repeats", type=int, default=5, help="rounds; default %(default)s")
    parser.add_argument("--seconds", type=float, default=0.5, help="time for each figure; default %(default)s")
    parser.add_argument("--peers", default=",".join(LIBRARIES), help="default %(default)s")
    parser.add_argument("--sparsebench", type=Path, default=SPARSEBENCH, help="the program; default %(default)s")
    parser.add_argument("--best", action="store_true",
                        help="compare the least processor time, not the median time: for machines that others use")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of tables")
    options = parser.parse_args()
    try:
        options.density_list = [float(d) for d in options.densities.split(",")]
    except ValueError:
        parser.error(f"--densities: {options.densities} is not a list of numbers")
    options.batch = options.batch or (32 if options.what == "convolution" else 128)
    if not all(0 < d <= 1 for d in options.density_list):
        parser.error("--densities: a density is above 0 and at most 1")
    if min(options.rows, options.batch, options.threads, options.repeats) < 1:
        parser.error("--rows, --batch, --threads and --repeats are at least 1")
    for name in options.peers.split(","):
        if name not in LIBRARIES:
            parser.error(f"--peers: unknown {name}; one of {', '.join(LIBRARIES)}")
    if not options.sparsebench.exists():
        sys.exit(f"{options.sparsebench} is missing; build it first: swift build -c release --product sparsebench")
    return options


def environment(threads: int) -> dict[str, str]:
    """As many threads for every library's pool, and a C library that keeps freed memory: else torch gives large blocks
    back to the system after each step and pays for getting them again."""
    pools = ["OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS"]
    return os.environ | {pool: str(threads) for pool in pools} | {
        "MALLOC_MMAP_THRESHOLD_": "2000000000",
        "MALLOC_TRIM_THRESHOLD_": "4000000000",
        "MALLOC_TOP_PAD_": "268435456",
    }


def our_command(options: argparse.Namespace) -> list[str]:
    command = [options.sparsebench, "--op", ",".join(OPERATIONS[options.what]), "--density", options.densities,
               "--batch", options.batch, "--threads", options.threads, "--seconds", options.seconds, "--json"]
    if options.what == "convolution":
        channels, sides = (",".join(str(n) for n in numbers) for numbers in zip(*ConvolutionProblem.SHAPES))
        command += ["--in-channels", channels, "--out-channels", channels, "--height", sides, "--width", sides]
    elif options.what == "model":
        command += ["--model", options.model]
    else:
        command += ["--rows", options.rows]
        if options.what == "linear":
            command += ["--columns", options.rows]
    return [str(word) for word in command]


def peer_command(name: str, options: argparse.Namespace) -> list[str]:
    command = [sys.executable, HERE / "measure.py", name, "--what", options.what, "--rows", options.rows,
               "--model", options.model, "--densities", options.densities, "--batch", options.batch,
               "--threads", options.threads, "--seconds", options.seconds]
    return [str(word) for word in command]


def case_of(record: dict) -> str:
    if "in_channels" not in record:
        return ""
    return f"{record['in_channels']} channels at {record['height']} x {record['width']}"


class Failed(Exception):
    pass


def run(command: list[str], threads: int) -> list[dict]:
    done = subprocess.run(command, env=environment(threads), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        raise Failed(lines[-1])
    return json.loads(done.stdout)


def times(records: list[dict], op: str, case: str, options: argparse.Namespace) -> list[float]:
    """Milliseconds at each density; a library that knows no density has one figure for all."""
    key = "cpu_milliseconds_best" if options.best else "milliseconds"
    found = {r["density"]: r[key] for r in records if r["op"] == op and case_of(r) == case}
    only = next(iter(found.values())) if len(found) == 1 else None
    return [only if only is not None else found[density] for density in options.density_list]


def processor_seconds() -> float:
    """Of all processes that have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(options: argparse.Namespace) -> tuple[dict[str, list[list[dict]]], dict[str, str]]:
    """Records of every round by contender, and the contenders left out with the reason."""
    commands = {OURS: our_command(options)}
    skipped = {}
    for name in options.peers.split(","):
        library = LIBRARIES[name]
        missing = library.missing()
        if missing:
            skipped[name] = "not installed: " + ", ".join(missing)
        elif library.measures(options.what, options.model):
            commands[name] = peer_command(name, options)
    rounds: dict[str, list[list[dict]]] = {name: [] for name in commands}
    for turn in range(options.repeats):
        for name in list(rounds):
            if sys.stderr.isatty():
                print(f"\rround {turn + 1} of {options.repeats}: {name:<20}", end="", file=sys.stderr, flush=True)
            try:
                rounds[name].append(run(commands[name], options.threads))
            except Failed as failure:
                if name == OURS:
                    sys.exit(f"\nsparsebench failed: {failure}")
                skipped[name] = f"failed: {failure}"
                del rounds[name]
    if sys.stderr.isatty():
        print(f"\r{'':<40}\r", end="", file=sys.stderr)
    return rounds, skipped


def results(rounds: dict[str, list[list[dict]]], options: argparse.Namespace) -> list[Result]:
    found = []
    cases = dict.fromkeys((record["op"], case_of(record)) for record in rounds[OURS][0])
    for op, case in cases:
        # [round][density]
        table = {name: [times(one, op, case, options) for one in many] for name, many in rounds.items()}
        for index, density in enumerate(options.density_list):
            ours = [one[index] for one in table[OURS]]
            for name, many in table.items():
                theirs = [one[index] for one in many]
                ratios = [b / a for a, b in zip(ours, theirs)]
                found.append(Result(
                    op, case, density, name, statistics.median(theirs), min(theirs), max(theirs),
                    statistics.median(ratios), min(ratios), max(ratios)))
    return found


def report(found: list[Result], options: argparse.Namespace) -> None:
    n = options.rows
    subject = {"step": f"training step of 784-{n}-{n}-{n}-10", "linear": f"layer of {n} x {n}",
               "convolution": "convolutions of 3 x 3", "model": f"training step of {options.model}"}[options.what]
    print(f"{subject}, batch {options.batch}, threads {options.threads}: median over {options.repeats} rounds"
          f"{' of the least processor time' if options.best else ''} "
          "(smallest - largest); times sparsetrain is faster")
    for op, case, density in dict.fromkeys((r.op, r.case, r.density) for r in found):
        print(f"\n{op}{case and ', ' + case}, density {density:g}")
        same = [r for r in found if (r.op, r.case, r.density) == (op, case, density)]
        for r in same:
            spread = f"({r.milliseconds_low:.3f} - {r.milliseconds_high:.3f})"
            line = f"  {r.name:<18}{r.milliseconds:>9.3f} ms  {spread:<22}"
            if r.name != OURS:
                line += f"{r.ratio:>7.2f} x  ({r.ratio_low:.2f} - {r.ratio_high:.2f})"
            print(line.rstrip())
        sparse = [r for r in same if r.name in LIBRARIES and LIBRARIES[r.name].sparse]
        if sparse:
            best = min(sparse, key=lambda r: r.milliseconds)
            print(f"  fastest sparse library: {best.name}, {best.ratio:.2f} x")


def main() -> None:
    options = parse()
    begin = time.perf_counter()
    rounds, skipped = measure(options)
    share = processor_seconds() / (time.perf_counter() - begin)
    found = results(rounds, options)
    if options.json:
        json.dump({
            "what": options.what, "rows": options.rows, "model": options.model, "batch": options.batch, "threads": options.threads,
            "repeats": options.repeats, "python": platform.python_version(), "processor_share": share,
            "results": [asdict(r) for r in found], "skipped": skipped,
        }, sys.stdout, indent=2)
        print()
        return
    report(found, options)
    if share < QUIET:
        print(f"\nThe machine was busy: processes got {share:.2f} of a core. Long calls are interrupted more often than "
              "short ones, so the ratios are too large; repeat when it is quiet.")
    for name, reason in skipped.items():
        print(f"\nskipped {name}: {reason}")


if __name__ == "__main__":
    main()
