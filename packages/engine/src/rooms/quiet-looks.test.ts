import { expect, test } from "vitest";
import { RoomHarness } from "./room-harness.helpers.ts";

/** Seconds between a room's messages: a minute of silence is long for it, but plausible. */
const pauses = [5, 40, 10, 55, 20, 30, 50, 15, 45, 25];

async function say(room: RoomHarness): Promise<void> {
	room.upstream.last.frame();
	await room.settle();
}

test.each([
	["as time passes", 0],
	["with the clock set back an hour", -3_600_000],
])("looks a quiet room up once in five minutes (%s)", async (_, setMs) => {
	const room = new RoomHarness();
	room.looks.waitMs = () => 0;
	await room.connect();
	for (let n = 0; n < 200; n++) {
		await room.pass((pauses[n % pauses.length] ?? 0) * 1000);
		await say(room);
	}
	const before = room.upstream.lookups.length;
	await room.pass(70_000);
	expect(room.upstream.lookups.length - before).toBe(1);
	await say(room);
	room.clock.set(setMs);
	await say(room);
	await room.pass(75_000);
	expect(room.upstream.lookups.length - before).toBe(1);
	expect(room.upstream.sessions).toHaveLength(1);
	await room.monitor.stop();
});
