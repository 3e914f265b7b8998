#!/bin/sh
# How long a study takes: 4 experts x 10 000 images (the published logs) with synthetic router counts, all 15 mixes.
# Prints seconds, best of five.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
logs=$root/../shared/logs/cohen/cifar10
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 "$root/bench/tradeoff/synthetic_router.py" "$work/router.counts.tsv"
for what in "singles, oracle, envelope:" "dual, exclusion, median:--tau 0.5" \
    "and eleven quantiles:--tau 0.05 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 0.95"; do
    name=${what%%:*}; options=${what#*:}
    best=
    for run in 1 2 3 4 5; do
        start=$(date +%s.%N)
        if [ -z "$options" ]; then "$root/dualrs" tradeoff "$logs" > /dev/null 2>&1
        else "$root/dualrs" tradeoff "$logs" "$work/router.counts.tsv" $options > /dev/null 2>&1; fi
        seconds=$(echo "$(date +%s.%N) - $start" | bc)
        if [ -z "$best" ] || [ "$(echo "$seconds < $best" | bc)" = 1 ]; then best=$seconds; fi
    done
    printf '%-28s %.2f s\n' "$name" "$best"
done
