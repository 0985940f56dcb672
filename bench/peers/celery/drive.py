"""Runs a workload on Celery and tells of it, as bench/contender.ts reads it."""

import json
import os
import signal
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
# Waiting: greenlets, 1,000 in each of two processes. No waiting: a process each for what keeps two cores busy.
POOLS = {
    "sleeps": [["-P", "gevent", "-c", "1000"]] * 2,
    "none": [["-P", "prefork", "-c", "8"]],
}


def tell(**line):
    print(json.dumps(line, separators=(",", ":")), flush=True)


def main():
    described = sys.argv[1]
    os.environ["WORKLOAD"] = described
    workload = json.loads(described)
    sys.path.insert(0, HERE)
    import app as peer

    peer.redis.flushall()
    command = [sys.executable, "-m", "celery", "-A", "app", "worker", "-l", "ERROR"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    workers = [
        subprocess.Popen(
            [*command, *quiet, "-n", f"w{at}@%h", *pool],
            cwd=HERE,
            stdout=sys.stderr,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        for at, pool in enumerate(POOLS[workload["work"]])
    ]
    try:
        run(peer, workload, workers)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait()
        peer.redis.flushall()


def run(peer, workload, workers):
    deadline = time.monotonic() + 120
    while len(peer.app.control.ping(timeout=1.0)) < len(workers):
        if time.monotonic() > deadline or any(worker.poll() is not None for worker in workers):
            raise RuntimeError("the workers did not start")
    tell(bench="begins")
    started = time.monotonic()
    peer.start()
    answer = None
    while answer is None:
        answer = peer.redis.blpop(["called-back"], timeout=1)
        if any(worker.poll() is not None for worker in workers):
            raise RuntimeError("a worker ended")
    wall = time.monotonic() - started
    objects = json.loads(answer[1])[0]
    records = peer.redis.eval("return #redis.call('KEYS', 'record:*')", 0)
    if not objects == records == workload["pageCount"] * workload["pageSize"]:
        raise RuntimeError(f"{objects} objects were joined, {records} saved")
    tell(bench="run", run={"wallSeconds": wall, "objects": objects})
    tell(bench="ended")
    sys.stdin.read()


signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
main()
