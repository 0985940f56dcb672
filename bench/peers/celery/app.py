"""The workload on Celery: a chord of pages, each page a chord of its objects, over Redis."""

import json
import os
import time

from celery import Celery, chord, group
from redis import Redis

PAGE, FETCH, CRUNCH = 0.5, 0.75, 2.0  # seconds; the two calls of an object run side by side
URL = f"redis://127.0.0.1:{os.environ['REDIS_PORT']}/0"
WORKLOAD = json.loads(os.environ.get("WORKLOAD", "{}"))
SLEEPS = WORKLOAD.get("work") == "sleeps"

app = Celery("peer", broker=URL, backend=URL)
app.conf.update(
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    result_backend_thread_safe=True,
    result_extended=False,
    result_expires=3600,
    task_send_sent_event=False,
    worker_send_task_events=False,
    broker_pool_limit=100,
    redis_max_connections=5000,
    broker_connection_retry_on_startup=True,
    # The clients' own limits are below what 1,000 greenlets open at once, and a task that meets one is lost.
    broker_transport_options={"visibility_timeout": 3600, "max_connections": 5000},
)
redis = Redis.from_url(URL, max_connections=5000)


def total(values):
    return [sum(column) for column in zip(*values)]


@app.task
def collect(number):
    """Fetches, crunches and saves an object."""
    if SLEEPS:
        time.sleep(FETCH)
        time.sleep(CRUNCH)
    name = f"resource-{number}"
    record = {"id": name, "name": name, "region": "nowhere", "revenueCents": 100, "orders": 1}
    redis.set(f"record:{name}", json.dumps(record))
    return [1, 100, 1]


@app.task
def join_page(values):
    return total(values)


@app.task(bind=True)
def page(self, number):
    """Lists a page, and becomes the chord of its objects."""
    if SLEEPS:
        time.sleep(PAGE)
    if WORKLOAD["pages"] == "sequential" and number + 1 < WORKLOAD["pageCount"]:
        self.add_to_chord(page.s(number + 1))
    size = WORKLOAD["pageSize"]
    objects = group(collect.s(number * size + at) for at in range(size))
    raise self.replace(chord(objects, join_page.s()))


@app.task
def nothing():
    """Keeps the chord of a first page a chord: Celery makes a chain of one with a single task, which cannot grow."""
    return [0, 0, 0]


@app.task
def called_back(values):
    redis.rpush("called-back", json.dumps(total(values)))


def start():
    if WORKLOAD["pages"] == "parallel":
        pages = [page.s(number) for number in range(WORKLOAD["pageCount"])]
    else:
        pages = [page.s(0), nothing.s()]
    chord(pages)(called_back.s())
