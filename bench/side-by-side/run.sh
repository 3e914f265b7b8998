#!/usr/bin/env bash
# Votes per second side by side: a plain eager PyTorch certification loop (A) and this program (B) take turns, A B A B
# …, each at its own best batch size, same checkpoint, same sigma, same number of samples. Prints medians and the ratio
# ours/theirs.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

batches=(50 100 128 200 256 400 500 1000)

usage() {
    cat <<EOF
usage: $0 --expert ID [--checkpoint FILE] [--sigma S] [--n N] [--rounds K] [--threads T] \
[--theirs-batch B] [--ours-batch B]
  --expert        id in models/cifar10/routed.yaml of the expert that was imported from FILE
  --checkpoint    checkpoint.pth.tar PyTorch loads     (../shared/models/noise_0.25/checkpoint.pth.tar)
  --sigma         the noise of that expert             (0.25)
  --n             samples per run                      (10000)
  --rounds        runs of each side                    (5)
  --threads       threads of each side                 (every usable core)
  --theirs-batch, --ours-batch                         (searched: ${batches[*]})
  PYTHON names the interpreter that has torch          (/usr/bin/python3)
EOF
    exit "$1"
}

expert='' checkpoint=$root/../shared/models/noise_0.25/checkpoint.pth.tar sigma=0.25 n=10000 rounds=5
theirs_batch='' ours_batch=''
threads=$(nproc)
while (($#)); do
    [[ $1 == -h || $1 == --help ]] && usage 0
    (($# >= 2)) || { echo "$0: $1 needs a value" >&2; exit 2; }
    case $1 in
        --expert) expert=$2 ;;
        --checkpoint) checkpoint=$2 ;;
        --sigma) sigma=$2 ;;
        --n) n=$2 ;;
        --rounds) rounds=$2 ;;
        --threads) threads=$2 ;;
        --theirs-batch) theirs_batch=$2 ;;
        --ours-batch) ours_batch=$2 ;;
        *) echo "$0: unknown option $1" >&2; usage 2 ;;
    esac
    shift 2
done

python=${PYTHON:-/usr/bin/python3}
fail() { echo "$0: $*" >&2; exit 2; }
[[ -n $expert ]] || { echo "$0: --expert is missing" >&2; usage 2; }
[[ -x $root/dualrs ]] || fail "no $root/dualrs: build the program first"
[[ -f $checkpoint ]] || fail "no checkpoint at $checkpoint; name one with --checkpoint"
"$python" -c 'import torch, numpy' || fail "$python has no torch and numpy; name an interpreter that does in PYTHON"

# The last line of standard output is the JSON; the whole output is shown where it is not.
field() { "$python" -c '
import json, sys
text = sys.stdin.read().strip()
try:
    print(json.loads(text.splitlines()[-1])[sys.argv[1]])
except (IndexError, KeyError, ValueError):
    sys.exit(f"no JSON line with {sys.argv[1]} in: {text or chr(34) * 2}")
' "$1"; }
theirs() {
    "$python" "$here/pytorch_certify.py" --checkpoint "$checkpoint" --sigma "$sigma" --threads "$threads" \
        --n "$1" --batch "$2" "${@:3}"
}
registry=models/cifar10/routed.yaml
# OMP_NUM_THREADS holds our side to the same number of threads.
ours() { (cd "$root" && OMP_NUM_THREADS=$threads ./dualrs bench votes --registry "$registry" --expert "$expert" \
        --n "$1" --batch "$2") ||
    fail "'./dualrs bench votes --registry $registry --expert $expert --n $1 --batch $2' failed:" \
        "is the command there, and the expert in the registry?"; }

echo "# $(grep -m1 'model name' /proc/cpuinfo | cut -d: -f2 | xargs), $(nproc) usable cores," \
    "load $(cut -d' ' -f1 /proc/loadavg), $threads threads each side"
settings='^(OPENBLAS_|OMP_|MKL_|DNNL_|ONEDNN_|MALLOC_|DOTNET_)'
echo "# environment, as found: $(env | grep -E "$settings" | sort | xargs || true)"
echo "# repository $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)," \
    "checkpoint sha256 $(sha256sum "$checkpoint" | cut -c1-16)…, expert $expert, sigma $sigma, n $n"

[[ -n $ours_batch ]] || {
    best=0
    for batch in "${batches[@]}"; do
        rate=$(ours 2000 "$batch" | field votesPerSecond)
        echo "# ours at batch $batch: $rate votes/s"
        if awk "BEGIN { exit !($rate > $best) }"; then best=$rate ours_batch=$batch; fi
    done
}
[[ -n $theirs_batch ]] || theirs_batch=$(theirs 2000 200 --best | field batch)
echo "# batch: PyTorch $theirs_batch, ours $ours_batch"

printf 'round\tpytorch\tours\n'
a=() b=()
for ((round = 1; round <= rounds; round++)); do
    a+=("$(theirs "$n" "$theirs_batch" 2>/dev/null | field votesPerSecond)")
    b+=("$(ours "$n" "$ours_batch" | field votesPerSecond)")
    printf '%d\t%s\t%s\n' "$round" "${a[-1]}" "${b[-1]}"
done
"$python" - "${a[*]}" "${b[*]}" <<'EOF'
import statistics, sys
theirs, ours = ([float(x) for x in side.split()] for side in sys.argv[1:])
a, b = statistics.median(theirs), statistics.median(ours)
pairs = [y / x for x, y in zip(theirs, ours)]
print(f"median\t{a:.0f}\t{b:.0f}\nratio ours/PyTorch of the medians {b / a:.3f}; "
      f"of the rounds {min(pairs):.3f} to {max(pairs):.3f}")
EOF
