#!/usr/bin/env bash
# Votes of 8-bit integers beside those of float32, on the same noise: what a model card says under probe.int8.
# bench/int8/run.sh REGISTRY FOLDER NETWORK…   (every seventh CIFAR-10 test image, 256 draws of each)
set -euo pipefail
registry=$1 folder=$2
shift 2
mkdir -p "$folder"
for format in float32 int8; do
    sed "s/^devices:.*/devices: { dtype: $format, batch: 32 }/" "$registry" > "$folder/$format.yaml"
    for network in "$@"; do
        ./dualrs votes cifar10 --registry "$folder/$format.yaml" --network "$network" --out "$folder/$format" \
            --from 1 --skip 7 --draws 256 --seed 1 >&2
    done
done
python3 bench/int8/compare.py "$folder/float32" "$folder/int8" "$@"
