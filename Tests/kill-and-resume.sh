#!/usr/bin/env bash
# Kills runs with SIGKILL at random moments, resumes each to its end, and compares the last checkpoint (all but the
# times, its last 16 bytes) and the metrics with those of a run that nobody disturbed.
#
#     Tests/kill-and-resume.sh path/to/sparsetrain [KILLS] [SEED]
set -u
command=$(realpath "$1")
kills=${2:-50}
RANDOM=${3:-1}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

common='--epochs 8 --dropout 0.2 --batch-norm --delta-t 17 --validation-fraction 0.1 --quiet'
runs=('--algo static' '--algo set' '--algo rigl --grad-accumulation 3' '--algo dsr' '--algo snfs' '--algo srigl')
killed=0
wrong=0
untimed() { sed -E 's/"(seconds|samples_per_second)":[^,}]*//g' "$1/metrics.jsonl"; }

for number in "${!runs[@]}"; do
    # shellcheck disable=SC2086
    "$command" ${runs[$number]} $common --out "whole$number" > /dev/null || exit 1
done
while [ "$killed" -lt "$kills" ]; do
    for number in "${!runs[@]}"; do
        rm -rf cut
        while :; do
            # shellcheck disable=SC2086
            "$command" ${runs[$number]} $common --checkpoint-steps 5 --out cut --resume > /dev/null 2> errors &
            process=$!
            sleep "0.$(printf %03d $((RANDOM % 400 + 20)))"
            if kill -KILL $process 2> /dev/null; then killed=$((killed + 1)); fi
            # 0: it was done before the kill; 137: killed.
            { wait $process; status=$?; } 2> /dev/null
            if [ $status -eq 0 ]; then killed=$((killed - 1)); break; fi
            if [ $status -ne 137 ]; then echo "${runs[$number]}: status $status: $(cat errors)"; exit 1; fi
        done
        if ! cmp -s <(head -c -16 "whole$number/checkpoint.safetensors") <(head -c -16 cut/checkpoint.safetensors) \
            || ! cmp -s <(untimed "whole$number") <(untimed cut); then
            echo "${runs[$number]}: the resumed run differs"
            wrong=$((wrong + 1))
        fi
    done
done
echo "$killed kills, $wrong resumed runs that differ"
[ "$wrong" -eq 0 ]
