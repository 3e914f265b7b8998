#!/usr/bin/env python3
"""How much of the engine's speed reaches concurrent HTTP clients:
votes/s of `dualrs bench votes` beside votes/s of the daemon under load.

The load comes from hey (Debian package hey), another process, niced, over loopback. One expert is asked alone, without
a router, so that a certificate draws exactly n0 + n votes and requests/s times that is votes/s.
"""

import argparse
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(ROOT, "dualrs")
STUB = os.path.join(ROOT, "bench", "serving", "stub")
MODELS = {
    "shapes10": ("models/shapes10/experts.yaml", "s050"),
    "cifar10": ("models/cifar10/routed.yaml", "s050"),
}
SELECTION = 100
# Low enough to yield to the daemon, not so low that its few milliseconds take seconds on busy cores and the daemon
# waits for requests.
NICENESS = 5


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    options.add_argument("--clients", type=int, default=64, help="concurrent clients (64)")
    options.add_argument("--votes", type=int, default=2000, help="votes of each certificate, n0 + n (2000)")
    options.add_argument("--seconds", type=float, default=30,
                         help="about how long each load lasts; at least one request of each client (30)")
    options.add_argument("--overhead", action="store_true",
                         help="instead: the way of a request alone, over voters that cost nothing, one client")
    options.add_argument("--threads", type=int, help="threads of a forward pass, both sides (every usable core)")
    asked = options.parse_args()
    if asked.votes < 2 * SELECTION:
        options.error(f"--votes is at least {2 * SELECTION}")
    if not shutil.which("hey"):
        sys.exit("run.py: hey is missing: apt-get install hey")
    print(f"# {cpu()}, {len(os.sched_getaffinity(0))} usable cores, load {os.getloadavg()[0]:.2f} before the start, "
          f"repository {revision()}"
          + ("" if asked.overhead else f", {asked.clients} clients, {asked.votes} votes each"))
    if asked.overhead:
        overhead()
        return
    print("| models | asked | engine, votes/s | HTTP, votes/s | HTTP / engine | requests/s "
          "| p50 | p95 | p99 | generator, cores |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in asked.models:
        measure(name, asked)


def measure(name, asked):
    registry, expert = MODELS[name]
    threads = ["--threads", str(asked.threads)] if asked.threads else []
    first = engine(registry, expert, 2000, threads)
    votes = max(2000, int(first * asked.seconds / 4))
    before = engine(registry, expert, votes, threads)
    with Daemon(registry, asked.clients, threads) as daemon, tempfile.TemporaryDirectory() as folder:
        alone, routed = os.path.join(folder, "alone.json"), os.path.join(folder, "routed.json")
        write_body(alone, {"selection": SELECTION, "estimation": asked.votes - SELECTION, "mix": expert})
        write_body(routed, {"selection": SELECTION, "estimation": asked.votes - SELECTION})
        requests = asked.clients * max(1, round(before * asked.seconds / asked.votes / asked.clients))
        load(daemon.address, alone, asked.clients, asked.clients // 8 or 1)  # the first requests compile
        one = load(daemon.address, alone, requests, asked.clients)
        print(f"# {name}: {one['requests_per_second'] * asked.votes:.0f} votes/s over HTTP, engine {before:.0f} before",
              file=sys.stderr, flush=True)
        # A routed certificate asks a router, an expert and perhaps peers: how many votes differs by image and is not in
        # the answer.
        full = load(daemon.address, routed, asked.clients * max(1, round(requests / asked.clients / 3)), asked.clients)
    after = engine(registry, expert, votes, threads)
    speed = (before + after) / 2
    through = one["requests_per_second"] * asked.votes
    row(name, expert + " alone", f"{speed:.0f} ({before:.0f}, {after:.0f})", f"{through:.0f}",
        f"{through / speed:.3f}", one)
    row(name, "routed", "", "", "", full)


def row(name, asked, engine_speed, through, ratio, answer):
    latency = " | ".join(f"{answer[p]:.2f} s" if p in answer else "" for p in ("50", "95", "99"))
    print(f"| {name} | {asked} | {engine_speed} | {through} | {ratio} | {answer['requests_per_second']:.2f} "
          f"| {latency} | {answer['cores']:.3f} |", flush=True)


def overhead(requests=5000):
    subprocess.run(["dotnet", "build", STUB, "-c", "Release", "-v", "q", "--nologo"], check=True,
                   stdout=subprocess.DEVNULL)
    program = os.path.join(ROOT, "artifacts", "bin", "Serving.Bench", "release", "Serving.Bench.dll")
    with subprocess.Popen(["dotnet", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as stub, tempfile.TemporaryDirectory() as folder:
        in_process = float(stub.stdout.readline().rsplit(" ", 1)[1])
        address = stub.stdout.readline().rsplit(" ", 1)[1].strip().rstrip("/")
        body = os.path.join(folder, "body.json")
        write_body(body, {"selection": SELECTION, "estimation": 2000 - SELECTION})
        load(address, body, requests // 10, 1)  # the first requests compile
        over_http = load(address, body, requests, 1)
        stub.stdin.close()
    print("| a certificate | p50 | p95 | p99 |")
    print("| --- | --- | --- | --- |")
    print(f"| in process | {in_process:.2f} ms | | |")
    print(f"| over HTTP, {requests} requests | "
          + " | ".join(f"{over_http[p] * 1000:.1f} ms" for p in ("50", "95", "99")) + " |")


def engine(registry, expert, votes, threads):
    said = subprocess.run(
        [PROGRAM, "bench", "votes", "--registry", registry, "--expert", expert, "--n", str(votes), *threads],
        cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(said.strip().splitlines()[-1])["votesPerSecond"]


def write_body(path, parameters):
    pixels = [(x * 7 + y * 3 + channel * 50) % 256 for channel in range(3) for y in range(32) for x in range(32)]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"parameters": parameters, "inputs": [
            {"name": "image", "shape": [3, 32, 32], "datatype": "UINT8", "data": pixels}]}, file)


def load(address, body, requests, clients):
    """Every client asks again as soon as it is answered, until so many requests are done."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.monotonic()
    said = subprocess.run(
        ["nice", "-n", str(NICENESS), "hey", "-n", str(requests), "-c", str(clients), "-t", "0",
         "-m", "POST", "-T", "application/json", "-D", body, address + "/v2/models/dualrs/infer"],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    seconds = time.monotonic() - started
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    answered = {int(status): int(count) for status, count in re.findall(r"\[(\d{3})\]\s+(\d+) responses", said)}
    if answered != {200: requests}:
        sys.exit(f"run.py: of {requests} requests these were answered: {answered}\n{said}")
    answer = {percent: float(value) for percent, value in re.findall(r"(50|95|99)% in ([\d.]+) secs", said)}
    answer["requests_per_second"] = float(re.search(r"Requests/sec:\s+([\d.]+)", said).group(1))
    answer["cores"] = (usage.ru_utime + usage.ru_stime - used.ru_utime - used.ru_stime) / seconds
    return answer


class Daemon:
    """`dualrs serve` on a free port, from its readiness to its drained end."""

    def __init__(self, registry, clients, threads):
        self._process = subprocess.Popen(
            [PROGRAM, "serve", "--registry", registry, "--no-probe", "--urls", "http://127.0.0.1:0",
             "--max-in-flight", str(clients), "--max-waiting", str(clients), "--cache", "0", *threads],
            cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        self.address = None

    def __enter__(self):
        lines = []
        for line in self._process.stderr:
            lines.append(line)
            if found := re.search(r"listening at (http://\S+)", line):
                self.address = found.group(1)
            if "ready after" in line:
                break
        else:
            sys.exit("run.py: the daemon ended:\n" + "".join(lines))
        urllib.request.urlopen(self.address + "/v2/health/ready", timeout=10).close()
        # A pipe that nobody reads would hold the daemon up at its next log line.
        self._drain = subprocess.Popen(["cat"], stdin=self._process.stderr, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self._drain.wait()


def cpu():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        return next(
            (line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown processor")


def revision():
    said = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return said.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
