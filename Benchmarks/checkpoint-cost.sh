#!/usr/bin/env bash
# What checkpoints every 30 seconds cost: two runs of the same steps at the same time, one thread each, one of them with
# checkpoints of 21.5 MB. Prints what share of the samples per second is left, of processor time and of wall time. 7000
# steps take about two minutes on a core of their own.
#
#     Benchmarks/checkpoint-cost.sh path/to/sparsetrain [STEPS] [PAIRS]
set -eu
command=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
steps=${2:-7000}
pairs=${3:-3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# Trains with a checkpoint every $2 minutes into folder $1; its wall and processor seconds go to the file $1.seconds.
train() {
    local TIMEFORMAT='%R %U %S'
    { time "$command" --algo rigl --model mlp:4096,4096 --batch-size 128 --steps "$steps" --threads 1 --quiet \
        --checkpoint-minutes "$2" --out "$1" > "$1.log"; } 2> "$1.seconds"
}
median() { sort -g | awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'; }

for ((pair = 0; pair < pairs; pair++)); do
    rm -rf with without
    train with 0.5 &
    train without 0 &
    wait
    paste -d ' ' with.seconds without.seconds | awk '{
        print ($5 + $6) / ($2 + $3) >> "processor"
        print $4 / $1 >> "wall"
        printf "with: %.1f s, of the processor %.1f s; without: %.1f s, %.1f s\n", $1, $2 + $3, $4, $5 + $6
    }'
done
echo "samples with checkpoints over those without, medians of $pairs pairs:" \
    "$(median < processor) per processor second, $(median < wall) per second"
