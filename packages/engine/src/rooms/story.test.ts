import { expect, test } from "vitest";
import { RoomHarness } from "./room-harness.helpers.ts";

test("logs each decision at level debug, in order", async () => {
	const room = new RoomHarness();
	await room.connect();
	const [known] = room.upstream.last.frame();
	await room.fail();
	await room.clock.advance(1_000);
	room.upstream.last.open();
	room.upstream.last.frame(known ? [known] : []);
	await room.settle();
	const story = room.log.lines.filter(({ level }) => level === 20).map(({ event }) => event);
	const session = ["session_begins", "connection_opened", "connection_proven", "connection_synced"];
	expect(story).toEqual([
		"attempt_due",
		"room_looked_up",
		"attempt_due",
		...session,
		"session_ended",
		"attempt_due",
		...session,
	]);
	expect(room.log.lines.find(({ event }) => event === "session_begins")).toMatchObject({
		live_id: "1001",
		source: 0,
		kind: "socket",
		room_id: "r1",
		resumes: false,
	});
	await room.monitor.stop();
});
