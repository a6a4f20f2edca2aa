"""A runner as many are written: a generator polls kill.flag, and a unit of work follows each yield. Its first argument is its fault, if it has one."""

import os
import signal
import sys
import time

TICK = 0.2
WORK = 0.02


def kill_switch(path, interval, every):
    """Yields until the flag is there; it looks at every so manieth tick."""
    tick = 0
    while True:
        if tick % every == 0 and os.path.exists(path):
            return
        tick += 1
        yield tick
        time.sleep(interval)


def main(fault):
    signal.alarm(50)
    if fault == "leaves-a-child" and os.fork() == 0:
        signal.alarm(50)
        while True:
            time.sleep(1)
    for tick in kill_switch("kill.flag", TICK, 2 if fault == "every-second-tick" else 1):
        print(f"beat {tick}", flush=True)
        time.sleep(WORK)
    return 0


sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "none"))
