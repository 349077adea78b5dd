#!/usr/bin/env python3
"""Client of livekeeper in one file for Python 3.9 or newer, without dependencies. Copy it beside your program.

    from livekeeper import Livekeeper

    keeper = Livekeeper("http://127.0.0.1:7001")
    for event in keeper.follow("261378947940", after=0, types=["chat", "gift"]):
        print(event["seq"], event["type"], event.get("content"))

As a program, it prints a room's events as JSON, one per line:

    python3 examples/livekeeper.py 261378947940 --after 0 --types chat,gift --count 20
"""

import argparse
import http.client
import json
import random
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

SILENCE_S = 45.0
"""Time without data after which a stream is reopened, s; the service sends a comment every 15 s."""

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0


class LivekeeperError(Exception):
    """The service refused a request. `code` is stable, `status` is the HTTP status."""

    def __init__(self, code, message, status=None, retry_after=None):
        super().__init__(f"{message} ({code})")
        self.code, self.status, self.retry_after = code, status, retry_after

    @property
    def is_temporary(self):
        """Whether the same request may succeed later."""
        return self.status is None or self.status in (408, 425, 429) or self.status >= 500


class Livekeeper:
    """One service. `api_key`: its API key or an overlay token. `pause` waits for a number of seconds (`time.sleep`)."""

    def __init__(self, url="http://127.0.0.1:7001", api_key=None, pause=time.sleep):
        self.url, self.api_key, self._pause = url.rstrip("/"), api_key, pause

    # Rooms and broadcasts

    def rooms(self):
        """Returns the status of every room."""
        return self._json("/api/v1/rooms")["rooms"]

    def start(self, live_id, **options):
        """Keeps a room connected; `options` as in PUT /api/v1/rooms/{live_id}."""
        return self._json("/api/live/start", {"live_id": live_id, **options})

    def stop(self, live_id):
        """Closes a room's connections; its history stays."""
        return self._json("/api/live/stop", {"live_id": live_id})

    def broadcasts(self, live_id):
        """Returns a summary of each broadcast, newest first."""
        return self._json(f"{_room(live_id)}/broadcasts")["broadcasts"]

    def gifts(self, live_id, room_id, limit=200):
        """Returns the gifts of a broadcast as `by_kind` and `by_giver`. `room_id`: id of the broadcast."""
        return self._json(f"{_room(live_id)}/broadcasts/{urllib.parse.quote(room_id, safe='')}/gifts", limit=limit)

    # Events

    def follow(self, live_id, after=None, types=None, on_retry=None):
        """Yields every event after `after` once and in order, across disconnects and restarts. Never ends by itself.

        `after`: 0 starts with the oldest event, the last `seq` you have seen resumes there; default: the next event.
        Deleted events are reported as `{"type": "truncated", "from", "to", "reason"}`. `on_retry(error, seconds)` is
        called before each retry. Raises LivekeeperError if retrying can't help.
        """
        failures = 0
        while True:
            try:
                if after is None:
                    after = self._json(f"{_room(live_id)}/events", after=0, limit=1)["last_seq"]
                for name, data in self._stream(live_id, after, types):
                    failures = 0
                    if name == "bye":
                        raise LivekeeperError(data.get("code", "bye"), data.get("message", "The service ended the stream."))
                    if name == "truncated":
                        # A log that was reset continues with unrelated numbers.
                        after = data["to"] if data["reason"] == "reset" else max(after, data["to"])
                        yield data
                    elif name == "message" and data["seq"] > after:
                        after = data["seq"]
                        yield data
                error = LivekeeperError("closed", "The stream ended.")
            except LivekeeperError as refused:
                if not refused.is_temporary or refused.code == "token_revoked":
                    raise
                error = refused
            except (OSError, ValueError, http.client.HTTPException) as broken:
                error = broken
            failures += 1
            longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** min(failures - 1, 16))
            seconds = max(longest * (1 - random.random() / 2), getattr(error, "retry_after", None) or 0)
            if on_retry:
                on_retry(error, seconds)
            self._pause(seconds)

    def history(self, live_id, after=0, types=None, start=None, end=None, limit=1000):
        """Yields the stored events after `after`, in order, up to the newest one at the time of the request.

        `start`, `end`: limits of the events' upstream time, as ISO 8601, ms since 1970, or an age (`2h`).
        """
        query = {"types": _joined(types), "from": start, "to": end, "limit": limit}
        while True:
            page = self._json(f"{_room(live_id)}/events", after=after, **query)
            if page.get("truncated"):
                yield {"type": "truncated", **page["truncated"]}
            yield from page["events"]
            if page["caught_up"]:
                return
            after = page["next_after"]

    def search(self, text=None, rooms=None, **query):
        """Yields events with a text in message, gift name or nickname, newest first. `query`: user, types, from, to."""
        cursor = None
        while True:
            page = self._json("/api/v1/search", q=text, rooms=_joined(rooms), cursor=cursor, **query)
            yield from page["events"]
            cursor = page["cursor"]
            if cursor is None:
                return

    # Files and tables

    def export(self, live_id, path, format="csv", types=None, start=None, end=None):
        """Writes a room's events to a file: `csv`, `jsonl` or `parquet`. Returns the number of bytes."""
        query = {"format": format, "types": _joined(types), "from": start, "to": end}
        with self._open(f"{_room(live_id)}/export", **query) as answer, open(path, "wb") as file:
            written = 0
            for chunk in iter(lambda: answer.read(65536), b""):
                written += file.write(chunk)
        return written

    def frame(self, live_id, **query):
        """Returns `history(live_id, **query)` as a pandas DataFrame: one column per field, `at` as a timestamp."""
        import pandas

        events = [event for event in self.history(live_id, **query) if event["type"] != "truncated"]
        table = pandas.json_normalize(events)
        if "at" in table:
            table["at"] = pandas.to_datetime(table["at"], unit="ms", utc=True)
        return table

    # HTTP

    def _stream(self, live_id, after, types):
        """Yields the messages of a room's event stream as pairs of name and data."""
        with self._open(f"{_room(live_id)}/events/stream", after=after, types=_joined(types)) as answer:
            name, data = "message", []
            for line in answer:
                field, _, value = line.decode("utf-8").rstrip("\r\n").partition(":")
                value = value[1:] if value.startswith(" ") else value
                if field == "event":
                    name = value
                elif field == "data":
                    data.append(value)
                elif field == "" and value == "" and line.strip() == b"":
                    if data:
                        yield name, json.loads("\n".join(data))
                    name, data = "message", []

    def _json(self, path, body=None, **query):
        with self._open(path, body, **query) as answer:
            return json.load(answer)

    def _open(self, path, body=None, **query):
        given = urllib.parse.urlencode({name: value for name, value in query.items() if value is not None})
        request = urllib.request.Request(f"{self.url}{path}{'?' + given if given else ''}")
        if body is not None:
            request.data = json.dumps(body).encode("utf-8")
            request.add_header("content-type", "application/json")
        if self.api_key:
            request.add_header("authorization", f"Bearer {self.api_key}")
        try:
            return urllib.request.urlopen(request, timeout=SILENCE_S)
        except urllib.error.HTTPError as refused:
            raise _error(refused) from None


def _room(live_id):
    return f"/api/v1/rooms/{urllib.parse.quote(str(live_id), safe='')}"


def _joined(values):
    return None if values is None else ",".join(values)


def _error(refused):
    with refused:
        try:
            error = json.load(refused)["error"]
            code, message = error["code"], error["message"]
        except (ValueError, KeyError, TypeError, OSError):
            code, message = "http_status", f"The service answered {refused.code}."
        retry_after = refused.headers.get("retry-after", "")
    return LivekeeperError(code, message, refused.code, float(retry_after) if retry_after.isdigit() else None)


def main():
    parser = argparse.ArgumentParser(description="Prints a room's events as JSON, one a line.")
    parser.add_argument("live_id")
    parser.add_argument("--url", default="http://127.0.0.1:7001")
    parser.add_argument("--api-key")
    parser.add_argument("--after", type=int, help="begin behind this seq; 0: the oldest event; default: from now on")
    parser.add_argument("--types", type=lambda text: text.split(","), help="only these kinds, separated by commas")
    parser.add_argument("--count", type=int, help="end after this many events")
    given = parser.parse_args()
    keeper = Livekeeper(given.url, given.api_key)
    say = lambda error, seconds: print(f"{error} Again in {seconds:.1f} s", file=sys.stderr)
    try:
        for number, event in enumerate(keeper.follow(given.live_id, given.after, given.types, on_retry=say), 1):
            print(json.dumps(event, ensure_ascii=False), flush=True)
            if number == given.count:
                return
    except LivekeeperError as refused:
        sys.exit(str(refused))
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
