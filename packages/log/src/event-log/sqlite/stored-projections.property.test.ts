import { cpSync } from "node:fs";
import type { LiveEvent } from "@livekeeper/douyin";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Block, encodeBlock } from "../block.ts";
import { chat, gift, service, startMs, user } from "../events.helpers.ts";
import { Projection } from "../projection.ts";
import { SqliteReader } from "./reader.ts";
import { commit, temporaryFolder } from "./stores.helpers.ts";
import { SqliteWriter } from "./writer.ts";

const person = fc.nat(14).map((n) => user(n));
const anyEvent = fc.oneof(
	person.map((by) => (n: number, roomId: string) => chat(n, { roomId, user: by })),
	person.map((by) => (n: number) => chat(n, { roomId: "", user: by })),
	fc.record({ user: person, diamonds: fc.nat(9) }).map(({ diamonds, ...of }) => (n: number, roomId: string) => {
		return gift(n, diamonds, { ...of, roomId });
	}),
	fc.constant((n: number, roomId: string) => service("broadcast_ended", n, { reason: "ended" }, { roomId })),
);
type Make = (n: number, roomId: string) => LiveEvent;
const liveIds = ["a", "b"] as const;
const liveId = fc.constantFrom(...liveIds);
const step = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ say: liveId, events: fc.array(anyEvent, { minLength: 1, maxLength: 20 }) }) },
	{ weight: 3, arbitrary: fc.record({ upkeepAfterMs: fc.constantFrom(1_000, 20_000, 900_000) }) },
	{ weight: 2, arbitrary: fc.record({ save: liveId }) },
	{ weight: 2, arbitrary: fc.record({ ask: liveId }) },
	{ weight: 2, arbitrary: fc.constantFrom("stop" as const, "kill" as const, "next broadcast" as const) },
	{ weight: 2, arbitrary: fc.record({ keepMs: fc.constantFrom(0, 30_000) }) },
);

/** A log, and projections of all events ever stored in it. */
class Rig {
	readonly expected = new Map(liveIds.map((one) => [one as string, new Projection(0)]));
	now = startMs;
	#n = 0;
	#broadcast = 1;
	#dataDir = temporaryFolder();
	#writer = this.#open();
	#reader = new SqliteReader(this.#dataDir);

	nextBroadcast(): void {
		this.#broadcast++;
	}

	say(room: string, makes: readonly Make[]): void {
		const events = makes.map((make) => make(++this.#n, `broadcast-${this.#broadcast}`));
		const [stored] = commit(this.#writer, this.now, { liveId: room, events });
		const place = { firstSeq: stored?.events[0]?.seq ?? 1, lastSeq: stored?.events.at(-1)?.seq ?? 0 };
		const body = encodeBlock({ events: stored?.events ?? [], storedAt: this.now });
		this.expected.get(room)?.add(new Block(place, body));
	}

	upkeep(maxAgeMs = Number.POSITIVE_INFINITY): void {
		while (this.#writer.upkeep(this.now, { maxAgeMs, maxBytes: Number.POSITIVE_INFINITY }, 1_000).more);
	}

	save(room: string): void {
		this.#writer.saveProjections([room]);
	}

	start(how: "stop" | "kill"): void {
		const before = this.#dataDir;
		this.#reader.close();
		if (how === "stop") this.#writer.close();
		this.#dataDir = temporaryFolder();
		cpSync(before, this.#dataDir, { recursive: true });
		if (how === "kill") this.#writer.close();
		this.#writer = this.#open();
		this.#reader = new SqliteReader(this.#dataDir);
	}

	check(room: string): void {
		expect(this.#reader.broadcasts(room)).toEqual(this.expected.get(room)?.broadcasts());
		expect(this.#reader.damagedProjections()).toEqual([]);
	}

	close(): void {
		this.#reader.close();
		this.#writer.close();
	}

	#open(): SqliteWriter {
		return new SqliteWriter({ dataDir: this.#dataDir, fsync: false, suspect: false, now: this.now });
	}
}

test("counts each event once through saves, trims, stops and kills", () => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 25, size: "max" }), (steps) => {
			const rig = new Rig();
			for (const one of steps) {
				if (one === "stop" || one === "kill") rig.start(one);
				else if (one === "next broadcast") rig.nextBroadcast();
				else if ("say" in one) rig.say(one.say, one.events);
				else if ("save" in one) rig.save(one.save);
				else if ("ask" in one) rig.check(one.ask);
				else if ("keepMs" in one) rig.upkeep(one.keepMs);
				else {
					rig.now += one.upkeepAfterMs;
					rig.upkeep();
				}
			}
			for (const room of liveIds) rig.check(room);
			rig.close();
		}),
		{ numRuns: 60 },
	);
});
