"""Follows a room with examples/livekeeper.py and prints what it receives, one event per line."""

import json
import os
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../../examples"))

from livekeeper import Livekeeper  # noqa: E402


def say(kind, value):
    print(json.dumps([kind, value], separators=(",", ":")), flush=True)


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
keeper = Livekeeper(sys.argv[1], pause=lambda seconds: time.sleep(min(seconds, 0.2)))
is_new = True


def retry(error, seconds):
    global is_new
    is_new = True


for event in keeper.follow(sys.argv[2], after=0, on_retry=retry):
    if is_new:
        say("connected", None)
        is_new = False
    if event["type"] == "truncated":
        say("complaint", f"truncated {json.dumps(event)}")
    else:
        say("event", {"seq": event["seq"], "id": event["id"]})
