"""Follows a room with python-socketio as documented and prints what it receives, one event per line."""

import asyncio
import json
import sys

import socketio

url, live_id = sys.argv[1], sys.argv[2]
last_seq = 0
# The library's other client handles each event in its own thread, which loses the order.
client = socketio.AsyncClient(reconnection_delay=0.05, reconnection_delay_max=0.2)


def say(kind, value):
    print(json.dumps([kind, value], separators=(",", ":")), flush=True)


@client.event
async def connect():
    say("connected", None)
    await client.emit("join", {"live_id": live_id, "after": last_seq}, callback=joined)


def joined(reply):
    if not reply.get("success"):
        say("complaint", f"join was refused: {json.dumps(reply)}")


@client.event
def message(event):
    global last_seq
    last_seq = event["seq"]
    say("event", {"seq": event["seq"], "id": event["id"]})


@client.event
def truncated(notice):
    say("complaint", f"truncated {json.dumps(notice)}")


async def main():
    await client.connect(url, transports=["websocket"], retry=True)
    # Ends with the parent process, whose end closes standard input.
    await asyncio.to_thread(sys.stdin.read)
    await client.disconnect()


asyncio.run(main())
