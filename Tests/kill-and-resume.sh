#!/usr/bin/env bash
# Kills runs with SIGKILL at random moments. After each kill a copy of the run folder is resumed to its end, and its last
# checkpoint (all but the times, its last 16 bytes) and its metrics are compared with those of a run that nobody
# disturbed; the run itself goes on to the next kill.
#
#     Tests/kill-and-resume.sh path/to/sparsetrain [KILLS] [SEED]
set -u
command=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
kills=${2:-50}
RANDOM=${3:-1}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

common='--delta-t 17 --validation-fraction 0.1 --quiet'
perceptron="--epochs 12 --dropout 0.2 --batch-norm $common"
convolutions="--augment crop-flip $common"
runs=(
    "--algo static --density 0.7 --dense-layers fc2 ${perceptron/--delta-t 17 /}"
    "--algo set --model mlp:96,64 --block fc1=8 --density 0.3 $perceptron"
    "--algo rigl --grad-accumulation 3 $perceptron"
    "--algo dsr $perceptron"
    "--algo rigl --model resnet20 --epochs 3 --batch-size 64 $convolutions"
    "--algo snfs $perceptron"
    "--algo srigl --optimizer adam $perceptron"
    "--algo set --model lenet5 --data images --epochs 6 $convolutions"
    "--algo rigl --model mlp:96,64 --block 4 --density 0.3 $perceptron"
    "--algo topkast $perceptron"
    "--algo rigl --nm fc1=2:4,fc2=1:4 $perceptron"
    "--algo set --constant-fan-in fc1,fc2 $perceptron"
    "--algo deepr $perceptron"
    "--algo granet --grad-accumulation 2 --optimizer adamw $perceptron"
    "--algo rigl --model gpt:1x16 --data text.txt --tokenizer characters --context 24 --micro-batches 2 --batch-size 6 --epochs 12 --density 0.3 $common"
    "--algo mest --soft-bound --drop-lambda 1 $perceptron"
)
# Images for the networks that need more than the 8 x 8 pixels of the built-in digits: IDX files of $2 images (a multiple
# of ten) of 16 x 16 pixels, ten kinds of stripes with noise, under names that begin with $1.
images() {
    local images="images/$1-images-idx3-ubyte" labels="images/$1-labels-idx1-ubyte" count
    count=$(printf '\\x00\\x00\\x%02x\\x%02x' $(($2 / 256)) $(($2 % 256)))
    printf "\x00\x00\x08\x03$count\x00\x00\x00\x10\x00\x00\x00\x10" > "$images"
    printf "\x00\x00\x08\x01$count" > "$labels"
    LC_ALL=C awk -v count="$2" 'BEGIN {
        for (i = 0; i < count; i++)
            for (p = 0; p < 256; p++) printf "%c", 1 + int(rand() * 60) + (p % (2 + i % 10) == 0 ? 60 : 0)
    }' >> "$images"
    for ((ten = 0; ten < $2; ten += 10)); do printf '\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09'; done >> "$labels"
}

# Kills of a run before the next run has its turn.
turn=$(((kills + ${#runs[@]} - 1) / ${#runs[@]}))
killed=0
wrong=0
untimed() { sed -E 's/"(seconds|samples_per_second)":[^,}]*//g' "$1/metrics.jsonl"; }
# Trains in folder $1 as run $2 says, with whatever else is given.
train() {
    local words=${runs[$2]} out=$1
    shift 2
    # shellcheck disable=SC2086
    # A run as short as some of these may end at the accuracy of guessing, and says so.
    exec "$command" $words --out "$out" "$@" > /dev/null 2> >(grep -v ": warning: the test accuracy" >&2)
}
# Folder $1 must end as run $2 did.
compare() {
    if ! cmp -s <(head -c -16 "whole$2/checkpoint.safetensors") <(head -c -16 "$1/checkpoint.safetensors") \
        || ! cmp -s <(untimed "whole$2") <(untimed "$1"); then
        echo "${runs[$2]}: the resumed run differs"
        wrong=$((wrong + 1))
    fi
}

for ((line = 0; line < 400; line++)); do echo "line $line of $((line * line % 97)) lines that say little"; done > text.txt
mkdir images
images train 1000
images t10k 200
for number in "${!runs[@]}"; do (train "whole$number" "$number") || exit 1; done
while [ "$killed" -lt "$kills" ]; do
    for number in "${!runs[@]}"; do
        rm -rf cut
        for ((kill = 0; kill < turn && killed < kills; kill++)); do
            (train cut "$number" --checkpoint-steps 5 --resume-or-start) 2> errors &
            process=$!
            sleep "0.$(printf %03d $((RANDOM % 400 + 20)))"
            kill -KILL $process 2> /dev/null
            { wait $process; status=$?; } 2> /dev/null
            # 0: it was done before the kill; 137: killed.
            if [ $status -eq 0 ]; then break; fi
            if [ $status -ne 137 ]; then echo "${runs[$number]}: status $status: $(cat errors)"; exit 1; fi
            killed=$((killed + 1))
            rm -rf resumed
            if [ -d cut ]; then cp -r cut resumed; fi
            (train resumed "$number" --resume-or-start) || exit 1
            compare resumed "$number"
        done
        if [ $status -eq 0 ]; then compare cut "$number"; fi
    done
done
echo "$killed kills, each resumed to the end; $wrong of the resumed runs differ"
[ "$wrong" -eq 0 ]
