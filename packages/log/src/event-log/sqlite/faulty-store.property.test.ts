import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { inMemory } from "../../data-folder.ts";
import { cursorAt, idsOf, readAll } from "../conformance.helpers.ts";
import type { EventLog, StoredEvent } from "../event-log.ts";
import { chat, startMs } from "../events.helpers.ts";
import { FaultyStore } from "./faulty-store.helpers.ts";
import { openSqliteEventLog } from "./sqlite-event-log.ts";
import { quietLogger } from "./stores.helpers.ts";

const rooms = ["a", "b", "c"];

/**
 * Runs a log on a faulty store, and its upstream. After a kill the upstream gives again what follows the cursor; after a
 * power cut it gives other events.
 */
class World {
	readonly faults = new FaultyStore();
	/** Event of each number ever published, by room. */
	readonly #given = new Map(rooms.map((liveId) => [liveId, new Map<number, string>()]));
	/** Numbers of the events that the log must have, by room. */
	readonly #expected = new Map<string, number[]>(rooms.map((liveId) => [liveId, []]));
	#said = 0;
	#log: EventLog | undefined;
	clock = new ManualClock(startMs);

	get log(): EventLog {
		if (!this.#log) throw new Error("the log is not open");
		return this.#log;
	}

	/** Opens a log in place of one that was killed. Its timers stay behind on the clock that it was given. */
	async open(isCut = false): Promise<void> {
		this.clock = new ManualClock(this.clock.now() + 1_000);
		const { startThread } = this.faults;
		this.#log = await openSqliteEventLog({ dataDir: inMemory, startThread, clock: this.clock, logger: quietLogger });
		this.#log.onCommitted(({ liveId, events }) => this.#note(liveId, events));
		for (const liveId of rooms) {
			const cursor = await this.#log.cursor(liveId);
			const end = Number(cursor?.cursor.slice(1) ?? 0);
			const expected = this.#expectedOf(liveId);
			const missing = expected.filter((n) => n > end);
			if (isCut) expected.splice(expected.length - missing.length);
			else this.#append(liveId, missing);
		}
	}

	say(liveId: string, count: number): void {
		const numbers = Array.from({ length: count }, () => ++this.#said);
		this.#expectedOf(liveId).push(...numbers);
		this.#append(liveId, numbers);
	}

	/** Expects each event once, in order, under the number that was published with it. */
	async check(): Promise<void> {
		this.faults.mend();
		const flushed = this.log.flush();
		await this.clock.advance(20_000);
		await flushed;
		expect(this.log.status()).toMatchObject({ state: "ok", pendingEvents: 0 });
		for (const liveId of rooms) {
			const stored = await readAll(this.log, liveId);
			this.#note(liveId, stored);
			const expected = this.#expectedOf(liveId);
			expect(idsOf(stored)).toEqual(expected.map((n) => chat(n).id));
			const projected = (await this.log.broadcasts(liveId)).reduce(
				(sum, { messages }) => sum + (messages.chat ?? 0),
				0,
			);
			expect(projected).toBe(expected.length);
		}
		await this.log.close();
		expect(this.clock.pendingTimers).toBe(0);
	}

	#expectedOf(liveId: string): number[] {
		return this.#expected.get(liveId) ?? [];
	}

	#append(liveId: string, numbers: readonly number[]): void {
		const last = numbers.at(-1);
		if (last === undefined) return;
		this.log.append({ liveId, events: numbers.map((n) => chat(n)), cursor: cursorAt(last) });
	}

	#note(liveId: string, events: readonly StoredEvent[]): void {
		const given = this.#given.get(liveId);
		for (const event of events) {
			const [id = ""] = idsOf([event]);
			expect(given?.get(event.seq) ?? id).toBe(id);
			given?.set(event.seq, id);
		}
	}
}

type Step = (world: World) => unknown;

const steps: fc.Arbitrary<[string, Step]> = fc.oneof(
	{
		weight: 6,
		arbitrary: fc
			.tuple(fc.constantFrom(...rooms), fc.integer({ min: 1, max: 30 }))
			.map(([liveId, count]): [string, Step] => [`say(${liveId}, ${count})`, (world) => world.say(liveId, count)]),
	},
	{
		weight: 6,
		arbitrary: fc
			.constantFrom(1, 10, 300, 6_000)
			.map((ms): [string, Step] => [`advance(${ms})`, (world) => world.clock.advance(ms)]),
	},
	fc
		.constantFrom("SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_BUSY")
		.map((code): [string, Step] => [`refuse(${code})`, (world) => world.faults.refuse(code)]),
	fc.constant<[string, Step]>(["mend", (world) => world.faults.mend()]),
	fc.constant<[string, Step]>(["hang", (world) => world.faults.hang()]),
	fc.constant<[string, Step]>(["loseAnswer", (world) => world.faults.loseAnswer()]),
	fc.constant<[string, Step]>(["sync", (world) => world.faults.sync()]),
	fc.constant<[string, Step]>([
		"kill",
		async (world) => {
			await world.faults.kill();
			world.faults.mend();
			await world.open();
		},
	]),
	fc.constant<[string, Step]>([
		"cutPower",
		async (world) => {
			await world.faults.cutPower();
			await world.open(true);
		},
	]),
);

test("stores each event once under any faults of its store", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(steps, { maxLength: 40 }), async (given) => {
			const world = new World();
			await world.open();
			await world.faults.sync();
			for (const [, step] of given) await step(world);
			await world.check();
		}),
		{ numRuns: 60 },
	);
});
