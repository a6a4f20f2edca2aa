"""The nastiest runners: each leaves something behind that does its best to stay. Every process writes its session down in the file that the
variable SESSIONS names, and ends by itself after 50 s."""

import os
import signal
import sys
import time

TICK = 0.05


def born():
    """What every process does first."""
    signal.alarm(50)
    with open(os.environ["SESSIONS"], "a", encoding="utf-8") as file:
        file.write(f"{os.getsid(0)}\n")


def stay():
    while True:
        time.sleep(1)


def let_go():
    """Lets go of the standard streams, so that no pipe is held."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)


def double_fork():
    first = os.fork()
    if first == 0:
        if os.fork() == 0:
            born()
            let_go()
            stay()
        os._exit(0)
    os.waitpid(first, 0)


def leave_session():
    if os.fork() == 0:
        os.setsid()
        born()
        let_go()
        stay()


def be_deaf():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    if os.fork() == 0:
        born()
        stay()


def hold_pipe():
    if os.fork() == 0:
        os.setsid()
        born()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        stay()


def chain():
    if os.fork() == 0:
        os.setsid()
        let_go()
        born()
        end = time.monotonic() + 45
        while time.monotonic() < end:
            time.sleep(0.002)
            if os.fork() != 0:
                os._exit(0)
            signal.alarm(50)
        os._exit(0)


def flood():
    """Leaves nothing; it fills the pipe, faster than anybody reads."""


KINDS = {
    "double-fork": double_fork,
    "setsid": leave_session,
    "deaf": be_deaf,
    "hold-pipe": hold_pipe,
    "chain": chain,
    "flood": flood,
}


def main(kind):
    born()
    if os.path.lexists("kill.flag"):
        return 0
    KINDS[kind]()
    tick = 0
    while kind == "deaf" or not os.path.lexists("kill.flag"):
        tick += 1
        print(f"beat {tick}", flush=True)
        next_tick = time.monotonic() + TICK
        while kind == "flood" and time.monotonic() < next_tick:
            sys.stdout.write("x" * 8191 + "\n")
        sys.stdout.flush()
        time.sleep(max(0.0, next_tick - time.monotonic()))
    return 0


sys.exit(main(sys.argv[1]))
