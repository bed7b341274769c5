#!/usr/bin/env bash
# Trains under a sanitizer: every method, layers in blocks and dense ones, convolutions with augmentation, every optimiser,
# with 8 threads, checkpoints and a resume. Then the service of docs/Examples: 8 tasks predict at once while another trains,
# and what they answer is right. Any report of the sanitizer fails.
#
#     Tests/sanitized-runs.sh address|thread
set -eu
cd "$(dirname "$0")/.."
sanitizer=$1
build=(swift build -c release --sanitize "$sanitizer" --scratch-path ".build-$sanitizer" --package-path docs/Examples)
"${build[@]}" --product sparsetrain
"${build[@]}" --product service
programs=$("${build[@]}" --show-bin-path)
command=$programs/sparsetrain
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export TSAN_OPTIONS="halt_on_error=1:suppressions=$PWD/Tests/thread.suppressions" ASAN_OPTIONS='halt_on_error=1'

runs=(
    '--algo set --model mlp:96,64 --block 8 --density 0.3' '--algo rigl --model mlp:96,64 --block fc1=4 --density 0.3'
    '--algo static --density 0.7 --dense-layers fc2' '--algo rigl --grad-accumulation 3 --optimizer adam'
    '--algo set --optimizer adamw --clip-norm 1 --on-nonfinite skip'
    '--algo rigl --model resnet20 --augment crop-flip' '--algo srigl --model resnet20 --augment crop'
)
for method in $("$command" methods | sed -nE 's/^([a-z-]+):.*/\1/p'); do runs+=("--algo $method"); done
for run in "${runs[@]}"; do
    rm -rf "$folder/run"
    resume=
    # Ends in the middle of an epoch, then goes on.
    for steps in 30 50; do
        # shellcheck disable=SC2086
        "$command" $run --dropout 0.1 --batch-norm --delta-t 7 --batch-size 100 --threads 8 --checkpoint-steps 20 \
            --validation-fraction 0.1 --steps $steps --out "$folder/run" $resume --quiet > /dev/null \
            || { echo "$sanitizer: $run"; exit 1; }
        resume='--resume --override'
    done
done
echo "$sanitizer: ${#runs[@]} runs with 8 threads without a report"
"$programs/service" > "$folder/service" || { echo "$sanitizer: service"; exit 1; }
grep -q 'the second is better' "$folder/service" || { cat "$folder/service"; exit 1; }
echo "$sanitizer: 8 tasks predicted while a network trained without a report"
