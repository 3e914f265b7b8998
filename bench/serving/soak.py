#!/usr/bin/env python3
"""Does the daemon grow? Mixed requests, good and bad, for half an hour, with the registry loaded again on the way;
memory, threads and files by the minute.

Ends with 1 where memory at the end is more than a twentieth above what it was after a sixth of the time, when every
cache is full, or where an answer had another status than it should.
"""

import argparse
import collections
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(ROOT, "dualrs")
SHAPE = [3, 32, 32]
INFER, CERTIFY = "/v2/models/dualrs/infer", "/v1/certify"
GROWTH = 1.05


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=float, default=30)
    options.add_argument("--clients", type=int, default=8)
    options.add_argument("--registry", default="models/shapes10/experts.yaml")
    options.add_argument("--reload-seconds", type=float, default=60, help="between two SIGHUPs (60)")
    asked = options.parse_args()
    # A small cache is full early: what grows after that is a leak.
    daemon = subprocess.Popen(
        [PROGRAM, "serve", "--registry", asked.registry, "--urls", "http://127.0.0.1:0", "--cache", "2"],
        cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL))  # nohup has it ignored, for all below
    port = None
    for line in daemon.stderr:
        if found := re.search(r"listening at http://127.0.0.1:(\d+)", line):
            port = int(found.group(1))
        if "ready after" in line:
            break
    else:
        sys.exit("soak.py: the daemon ended")
    silent = subprocess.Popen(["cat"], stdin=daemon.stderr, stdout=subprocess.DEVNULL)
    # `dualrs` may be a script that waits for the program.
    process = youngest(daemon.pid)
    stop, counts = threading.Event(), collections.Counter()
    clients = [threading.Thread(target=client, args=(port, seed, stop, counts)) for seed in range(asked.clients)]
    for one in clients:
        one.start()
    print("| minute | resident, MiB | threads | files | requests | registry epoch |", flush=True)
    print("| --- | --- | --- | --- | --- | --- |", flush=True)
    begun, reloaded, memory = time.monotonic(), time.monotonic(), []
    minute = 0
    while (now := time.monotonic()) - begun < asked.minutes * 60:
        time.sleep(5)
        memory.append((now - begun, resident(process)))
        if now - reloaded > asked.reload_seconds:
            reloaded = now
            os.kill(process, signal.SIGHUP)
        if (now - begun) / 60 >= minute:
            row(minute, process, memory, counts, port)
            minute += max(1, asked.minutes / 10)
    stop.set()
    for one in clients:
        one.join()
    row(asked.minutes, process, memory, counts, port)
    daemon.terminate()
    code = daemon.wait()
    silent.wait()
    # Medians: a collection is due at any time.
    sixth = asked.minutes * 60 / 6
    early = statistics.median(bytes for at, bytes in memory if sixth <= at <= 2 * sixth)
    late = statistics.median(bytes for at, bytes in memory if at >= 5 * sixth)
    print(f"\nResident in the second sixth of the time {early / 2**20:.0f} MiB, in the last {late / 2**20:.0f} MiB: "
          f"{late / early:.3f}. Exit code {code}.")
    print("Answers: " + ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items())) + ".")
    wrong = sum(count for kind, count in counts.items() if "not" in kind)
    sys.exit(1 if late > GROWTH * early or wrong or code else 0)


def client(port, seed, stop, counts):
    dice = random.Random(seed)
    kinds = [predict, certify, to_a_target, again, binary, stream, broken, unknown, leaves]
    pictures = [bytes(dice.randrange(256) for _ in range(3072)) for _ in range(4)]
    while not stop.is_set():
        kind = dice.choice(kinds)
        try:
            status, expected = kind(port, dice, pictures)
        except (OSError, http.client.HTTPException) as fault:
            status, expected = type(fault).__name__, "an answer"
        counts[kind.__name__ if status in (expected, None) else f"{kind.__name__}: {status}, not {expected}"] += 1


def predict(port, dice, _):
    return post(port, INFER, body(dice.randbytes(3072), mode="predict", estimation=100)), 200


def certify(port, dice, _):
    return post(port, INFER, body(dice.randbytes(3072), selection=20, estimation=100)), 200


def to_a_target(port, dice, _):
    return post(port, INFER, body(
        dice.randbytes(3072), selection=20, estimation=300, target_radius=dice.choice([0.1, 0.25]))), 200


def again(port, dice, pictures):
    return post(port, INFER, body(
        dice.choice(pictures), selection=20, estimation=dice.choice([100, 200, 400]), target_radius=0.2)), 200


def binary(port, dice, _):
    head = json.dumps({"parameters": {"selection": 20, "estimation": 100}, "inputs": [
        {"name": "image", "shape": SHAPE, "datatype": "UINT8", "parameters": {"binary_data_size": 3072}}]}).encode()
    return post(port, INFER, head + dice.randbytes(3072), {
        "Inference-Header-Content-Length": str(len(head)), "Content-Type": "application/octet-stream"}), 200


def stream(port, dice, pictures):
    text = body(dice.choice(pictures) if dice.random() < 0.5 else dice.randbytes(3072),
                selection=20, estimation=400, target_radius=0.3)
    return post(port, CERTIFY, text, {"Accept": "text/event-stream"}), 200


def broken(port, dice, _):
    text = body(dice.randbytes(3072), selection=20, estimation=100)
    return post(port, INFER, text[:dice.randrange(1, len(text) - 1)]), 400


def unknown(port, dice, _):
    return post(port, f"/v2/models/m{dice.randrange(10**9)}/infer", b"{}"), 404


def leaves(port, dice, _):
    text = body(dice.randbytes(3072), selection=20, estimation=2000)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(
            (f"POST {INFER} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
             f"Content-Length: {len(text)}\r\n\r\n").encode() + text)
        time.sleep(dice.random() / 10)
    return None, None


def body(pixels, **parameters):
    return json.dumps({"parameters": parameters, "inputs": [
        {"name": "image", "shape": SHAPE, "datatype": "UINT8", "data": list(pixels)}]}).encode()


def post(port, path, data, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        connection.request("POST", path, data, {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def row(minute, process, memory, counts, port):
    status = open(f"/proc/{process}/status", encoding="ascii").read()
    threads = re.search(r"Threads:\s+(\d+)", status).group(1)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/v2/models/dualrs")
    versions = json.load(connection.getresponse())["versions"]
    connection.close()
    print(f"| {minute:g} | {memory[-1][1] / 2**20:.0f} | {threads} | {len(os.listdir(f'/proc/{process}/fd'))} "
          f"| {sum(counts.values())} | {versions[-1]} |", flush=True)


def resident(process):
    with open(f"/proc/{process}/status", encoding="ascii") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) << 10


def youngest(process):
    while children := open(f"/proc/{process}/task/{process}/children", encoding="ascii").read().split():
        process = int(children[0])
    return process


if __name__ == "__main__":
    if not shutil.which("dotnet"):
        sys.exit("soak.py: dotnet is missing")
    main()
