"""python3 kafka.py [HOW_MANY]: every public event from the first on, and a proof that none is missing.

Needs the package confluent-kafka. KAFKA_BROKERS and PREFIX as below.
"""
import os
import sys

from confluent_kafka import Consumer

prefix = os.environ.get("PREFIX", "throughline")
consumer = Consumer({
    "bootstrap.servers": os.environ.get("KAFKA_BROKERS", "127.0.0.1:9092"),
    "group.id": f"example-{os.getpid()}",
    "auto.offset.reset": "earliest",
    "enable.auto.commit": False,
})
consumer.subscribe([f"{prefix}.{name}" for name in ("journeys", "knowledge", "workforce")])
how_many = int(sys.argv[1]) if len(sys.argv) > 1 else sys.maxsize
last = {}  # highest position of each partition: what comes at or below it came before
open_ends = {0}  # events that no other has named as the one before it
awaited = set()  # events named as the one before another that have not come
taken = 0
try:
    while taken < how_many or awaited:
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error():
            sys.exit(str(message.error()))
        headers = {name: value.decode() for name, value in message.headers()}
        position, previous = int(headers["ce_position"]), int(headers["ce_previous"])
        place = (message.topic(), message.partition())
        if position <= last.get(place, 0):
            continue
        print(position, headers["ce_type"], message.value().decode())  # your work
        consumer.commit(message, asynchronous=False)
        last[place] = position
        taken += 1
        if position in awaited:
            awaited.remove(position)
        else:
            open_ends.add(position)
        if previous in open_ends:
            open_ends.remove(previous)
        else:
            awaited.add(previous)
        proof = f"missing until now: {sorted(awaited)}" if awaited else "and none is missing"
        print(taken, "events", proof, file=sys.stderr)
finally:
    consumer.close()
