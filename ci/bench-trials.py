"""Usage: bench-trials.py GATE. What a trial of a kill flag costs beside its runner, and how late the runner's end is noticed: of 60 trials.

Each is ordered from the keeper itself, without the probe around it. The runner is this file: right before its end it writes down the moment, by the
clock that the keeper reads as well.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

TRIALS = 60
WORK = 0.02
FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def run(stamp):
    """The runner: what comes behind the stamp is the end of the process and nothing else."""
    time.sleep(WORK)
    file = os.open(stamp, FLAGS, 0o600)
    os.write(file, str(time.clock_gettime_ns(time.CLOCK_MONOTONIC)).encode())
    os._exit(0)


def span(millis):
    return {"secs": millis // 1000, "nanos": millis % 1000 * 1_000_000}


def order(number):
    """The runner ends by itself, long before the moment of the flag."""
    long = span(5000)
    return {"mark": f"bench-{number}", "moment": {"AfterStart": long}, "form": "empty", "removed": None, "heartbeat": None,
            "startup": long, "patience": long, "grace": span(300)}


def trial(gate, folder, number):
    """Milliseconds: of the keeper beside its runner, and from the stamp to the end as the keeper saw it."""
    stamp = os.path.join(folder, "stamp")
    words = [gate, "__trial", str(os.getpid()), json.dumps(order(number)), os.path.join(folder, "kill.flag")]
    begun = time.monotonic()
    kept = subprocess.run([*words, sys.executable, "-S", "-E", os.path.abspath(__file__), "--run", stamp], cwd=folder, stdout=subprocess.PIPE, check=True)
    wall = time.monotonic() - begun
    told = {name: said for line in kept.stdout.splitlines() for name, said in json.loads(line).items()}
    started, over = told["Started"], told["Over"]
    if over["ending"] != {"Exited": 0}:
        raise SystemExit(f"the runner of trial {number} did not end by itself: {over['ending']}")
    with open(stamp, encoding="ascii") as file:
        late = started["monotonic_ns"] + over["exited_us"] * 1000 - int(file.read())
    return wall * 1e3 - over["exited_us"] / 1e3, late / 1e6


def show(name, aim, values):
    values = sorted(values)
    # The nearest rank: a value that was seen.
    ranks = {percent: values[-(-percent * len(values) // 100) - 1] for percent in (50, 95)}
    print(f"{name:34} p50 {ranks[50]:6.2f} ms   p95 {ranks[95]:6.2f} ms   worst {values[-1]:6.2f} ms   (aim: {aim})")


def main(gate):
    with tempfile.TemporaryDirectory() as folder:
        own, late = zip(*[trial(gate, folder, number) for number in range(TRIALS)])
    show("a trial beside its runner", "p50 ≤ 10 ms", own)
    show("its end is noticed so late", "p95 ≤ 2 ms", late)


if sys.argv[1] == "--run":
    run(sys.argv[2])
main(os.path.abspath(sys.argv[1]))
