import { expect, test } from "vitest";
import { encodeBatch } from "../encoded-event.ts";
import { chats, startMs } from "../events.helpers.ts";
import { RoomNumbers } from "./commit.ts";

const batch = (from: number, to: number) => encodeBatch({ liveId: "a", events: chats(from, to) });

function numbers(): RoomNumbers {
	const room = { liveId: "a", lastSeq: 0, newestAt: 0, hashes: new Float64Array(0) };
	const known = new RoomNumbers(100);
	known.learn({ log: "log", rooms: [room] });
	return known;
}

test("stores a room's events at times that never decrease", () => {
	const known = numbers();
	const storedAt = [startMs + 5_000, startMs, startMs + 6_000].map((now, at) => {
		const { commit } = known.number([batch(10 * at + 1, 10 * at + 10)], now);
		return commit.entries[0]?.storedAt;
	});
	expect(storedAt).toEqual([startMs + 5_000, startMs + 5_000, startMs + 6_000]);
});

test("keeps the numbers of a retried batch", () => {
	const known = numbers();
	const again = batch(1, 10);
	const first = known.number([again], startMs).stored;
	known.number([batch(11, 20)], startMs);
	expect(known.number([again], startMs).stored).toEqual(first);
});
