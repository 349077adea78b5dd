import { expect, test } from "vitest";
import { recordingLogger } from "../recording-logger.helpers.ts";
import { keptWatching } from "./kept-watching.ts";

class SharedNotes {
	readonly stored = new Map<string, unknown>();
	down = false;
	get = async (name: string) => {
		if (this.down) throw new Error("the disk does not answer");
		return this.stored.get(name);
	};
	put = async (name: string, value: unknown) => {
		if (this.down) throw new Error("the disk does not answer");
		this.stored.set(name, JSON.parse(JSON.stringify(value)));
	};
}

const room = (at: number) => ({ at, way: "page" as const });
const exit = (page: number) => ({ direct: { at: 1, page, json: 10, batchIds: 8, ways: {} } });

test("shares rooms between nodes, and keeps each one's exits", async () => {
	const notes = new SharedNotes();
	const { logger } = recordingLogger();
	const [a, b] = [await keptWatching({ notes, logger, node: "a" }), await keptWatching({ notes, logger, node: "b" })];
	a.keep({ exits: exit(1), rooms: { one: room(5), two: room(1) } });
	await a.stored();
	b.keep({ exits: exit(2) });
	b.keep({ rooms: { two: room(3), three: room(4), one: room(2) } });
	await b.stored();
	const again = await keptWatching({ notes, logger, node: "a" });
	expect(again.known).toEqual({ exits: exit(1), rooms: { one: room(5), two: room(3), three: room(4) } });
	expect((await keptWatching({ notes, logger, node: "b" })).known.exits).toEqual(exit(2));
});

test("keeps the most recently known rooms", async () => {
	const notes = new SharedNotes();
	const kept = await keptWatching({ notes, logger: recordingLogger().logger });
	kept.keep({ rooms: Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`r${i}`, room(i)])) });
	await kept.stored();
	const rooms = Object.keys(notes.stored.get("lookup_rooms") as object);
	expect(rooms.length).toBe(1_500);
	expect(rooms).toContain("r1999");
	expect(rooms).not.toContain("r499");
});

test("logs state that can't be read or stored, and continues", async () => {
	const notes = new SharedNotes();
	notes.down = true;
	const { logger, lines } = recordingLogger();
	const kept = await keptWatching({ notes, logger });
	expect(kept.known).toEqual({ exits: undefined, rooms: undefined });
	kept.keep({ exits: exit(1) });
	await kept.stored();
	expect(lines.map(({ event }) => event)).toEqual([
		"watching_unreadable",
		"watching_unreadable",
		"watching_not_stored",
	]);
});
