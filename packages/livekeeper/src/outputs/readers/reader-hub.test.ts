import { EventEmitter } from "node:events";
import { ManualClock } from "@livekeeper/douyin/testing";
import type { StoredEvent, Truncation } from "@livekeeper/log";
import { eventually } from "@livekeeper/log/src/event-log/eventually.helpers.ts";
import fc from "fast-check";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MemoryLog } from "./memory-log.helpers.ts";
import type { Encoding, ReaderSink } from "./reader.ts";
import { partyOf, ReaderBudget } from "./reader-budget.ts";
import { ReaderHub } from "./reader-hub.ts";

const owner = partyOf("owner", "127.0.0.1");

let encodings = 0;
const encoding: Encoding<number[]> = {
	encode: (events: readonly StoredEvent[]) => {
		encodings++;
		return events.map(({ seq }) => seq);
	},
};

/** A wire for which a test decides how much the other side takes. */
class TestSink implements ReaderSink<number[]> {
	readonly encoding = encoding;
	readonly account = { held: 0, readers: 0 };
	readonly seqs: number[] = [];
	readonly truncations: Truncation[] = [];
	ended: string | undefined;
	live = false;
	reads = true;
	throws = false;
	#buffered = 0;
	#taken = 0;

	send(seqs: number[]): void {
		if (this.throws) throw new Error("The wire is broken.");
		this.seqs.push(...seqs);
		if (this.reads) this.#taken += seqs.length * 100;
		else this.#buffered += seqs.length * 100;
	}

	/** Lets the other side read all that is queued. */
	drain(): void {
		this.#taken += this.#buffered;
		this.#buffered = 0;
	}

	/** Lets the other side read half of what is queued. */
	takeSome(): void {
		const taken = Math.ceil(this.#buffered / 2);
		this.#taken += taken;
		this.#buffered -= taken;
	}

	truncated(truncation: Truncation): void {
		this.truncations.push(truncation);
	}
	caughtUp(): void {
		this.live = true;
	}
	bufferedBytes(): number {
		return this.#buffered;
	}
	takenBytes(): number {
		return this.#taken;
	}
	end(reason: string): void {
		this.ended = reason;
	}
}

const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index);
const chats = (count: number): StoredEvent["type"][] => Array.from({ length: count }, () => "chat");

describe("ReaderHub", () => {
	let clock: ManualClock;
	let log: MemoryLog;
	let hub: ReaderHub;

	beforeEach(() => {
		clock = new ManualClock();
		log = new MemoryLog();
		hub = new ReaderHub({ log, clock, logger: pino({ level: "silent" }), bufferBytes: 1000, pageEvents: 7 });
	});

	afterEach(() => {
		hub.close();
		expect(clock.pendingTimers).toBe(0);
	});

	test("sends the backlog after a seq, then live events", async () => {
		log.commit(chats(20));
		const sink = new TestSink();
		await hub.open(sink, { liveId: "1", after: 5 });
		await clock.advance(0);
		log.commit(chats(3));
		expect(sink.seqs).toEqual(upTo(23, 6));
		expect(sink.live).toBe(true);
	});

	test("sends only later commits without a seq", async () => {
		log.commit(chats(20));
		const sink = new TestSink();
		await hub.open(sink, { liveId: "1" });
		log.commit(chats(2));
		expect(sink.seqs).toEqual([21, 22]);
	});

	test.each([undefined, ["chat"] as const])("loses no batch when a newer one is reported first", async (types) => {
		const sink = new TestSink();
		await hub.open(sink, { liveId: "1", after: 0, types });
		await clock.advance(0);
		const notifications = [log.store(chats(2)), log.store(["like"]), log.store(chats(2))];
		const other = new TestSink();
		await hub.open(other, { liveId: "1", after: 0, types });
		for (const notify of notifications) notify();
		log.commit(chats(1));
		await clock.advance(0);
		const all = types ? [1, 2, 4, 5, 6] : upTo(6);
		expect(sink.seqs).toEqual(all);
		expect(other.seqs).toEqual(all);
	});

	test("sends nothing twice that was read before its report", async () => {
		log.commit(chats(3));
		const sink = new TestSink();
		let more = 3;
		log.beforeRead = () => {
			if (more-- > 0) log.commit(chats(2));
		};
		log.afterRead = () => {
			if (more-- > 0) log.commit(chats(1));
		};
		await hub.open(sink, { liveId: "1", after: 0 });
		await clock.advance(0);
		log.commit(chats(1));
		await clock.advance(0);
		expect(sink.seqs).toEqual(upTo(log.events.length));
	});

	test.each([
		[undefined, [1, 2, 3, 4]],
		[["gift"] as const, [1, 3]],
	])("sends a durable but unreported batch with the next one", async (types, seqs) => {
		const sink = new TestSink();
		await hub.open(sink, { liveId: "1", types });
		log.commit(["gift", "chat"]);
		log.store(["gift"]);
		log.commit(["chat"]);
		await clock.advance(0);
		expect(sink.seqs).toEqual(seqs);
		expect(hub.counts.behind).toBe(0);
	});

	test("filters by type, and encodes a batch once for equals", async () => {
		const sinks = [new TestSink(), new TestSink(), new TestSink()];
		for (const sink of sinks) await hub.open(sink, { liveId: "1", types: ["gift"] });
		encodings = 0;
		log.commit(["chat", "gift", "chat", "gift"]);
		log.commit(["chat"]);
		for (const sink of sinks) expect(sink.seqs).toEqual([2, 4]);
		expect(encodings).toBe(1);
	});

	test("sends each reader its own types of one commit", async () => {
		const [gifts, likes] = [new TestSink(), new TestSink()];
		await hub.open(gifts, { liveId: "1", types: ["gift"] });
		await hub.open(likes, { liveId: "1", types: ["like"] });
		log.commit(["like", "gift", "chat"]);
		expect([gifts.seqs, likes.seqs]).toEqual([[2], [1]]);
	});

	test("keeps a reader that takes something now and then", async () => {
		const slow = new TestSink();
		slow.reads = false;
		await hub.open(slow, { liveId: "1", after: 0 });
		for (let minutes = 0; minutes < 3; minutes++) {
			log.commit(chats(2));
			slow.takeSome();
			await clock.advance(40_000);
		}
		expect(slow.bufferedBytes()).toBeGreaterThan(0);
		expect(slow.ended).toBeUndefined();
	});

	test("bounds a stalled reader's queue, then sends it everything", async () => {
		const slow = new TestSink();
		const quick = new TestSink();
		slow.reads = false;
		await hub.open(slow, { liveId: "1", after: 0 });
		await hub.open(quick, { liveId: "1", after: 0 });
		await clock.advance(0);
		for (let round = 0; round < 100; round++) log.commit(chats(2));
		expect(quick.seqs).toEqual(upTo(200));
		expect(slow.bufferedBytes()).toBeLessThanOrEqual(1000 + 700);
		expect(hub.counts).toEqual({ readers: 2, behind: 1, slow: 0 });
		slow.reads = true;
		slow.drain();
		await clock.advance(1000);
		expect(slow.seqs).toEqual(upTo(200));
		expect(hub.counts.behind).toBe(0);
	});

	test("ends a stalled reader after 60 s, no idle one", async () => {
		const slow = new TestSink();
		const idle = new TestSink();
		slow.reads = false;
		await hub.open(slow, { liveId: "1", after: 0 });
		await hub.open(idle, { liveId: "1", after: 0 });
		await clock.advance(0);
		log.commit(chats(1));
		await clock.advance(54_000);
		expect(slow.ended).toBeUndefined();
		await clock.advance(16_000);
		expect(slow.ended).toBe("slow_reader");
		expect(idle.ended).toBeUndefined();
		expect(hub.counts).toEqual({ readers: 1, behind: 0, slow: 1 });
	});

	test("keeps a slow reader while the clock is set", async () => {
		const slow = new TestSink();
		slow.reads = false;
		await hub.open(slow, { liveId: "1", after: 0 });
		await clock.advance(0);
		log.commit(chats(1));
		await clock.advance(20_000);
		clock.set(3_600_000);
		await clock.advance(20_000);
		expect(slow.ended).toBeUndefined();
	});

	test("bounds all stalled readers together, then sends them everything", async () => {
		const totalBytes = 4 << 20;
		const shared = new ReaderHub({ log, clock, logger: pino({ level: "silent" }), totalBytes });
		const sinks = Array.from({ length: 100 }, () => new TestSink());
		log.commit(chats(3000));
		for (const sink of sinks) {
			sink.reads = false;
			await shared.open(sink, { liveId: "1", after: 0 });
			await clock.advance(100);
		}
		for (let round = 0; round < 40; round++) log.commit(chats(10));
		await clock.advance(1000);
		const held = () => sinks.reduce((sum, sink) => sum + sink.bufferedBytes(), 0);
		// The first hold more than the last, and each may hold 16 KiB when nothing is free.
		expect(held()).toBeLessThanOrEqual(totalBytes + sinks.length * 16 * 1024);
		expect(held()).toBeGreaterThan(totalBytes / 2);
		for (const sink of sinks) {
			expect(sink.bufferedBytes()).toBeGreaterThan(0);
			sink.reads = true;
			sink.drain();
		}
		await eventually(clock, () => expect(sinks.every(({ live }) => live)).toBe(true), 100);
		for (const { seqs } of sinks) expect(seqs).toEqual(upTo(3400));
		shared.close();
	});

	test("counts readers of one connection once, and frees their bytes", () => {
		const budget = new ReaderBudget({ maxReaders: 9, bufferBytes: 1 << 20, totalBytes: 1 << 20 });
		const [one, other] = [
			{ held: 0, readers: 0 },
			{ held: 0, readers: 0 },
		];
		expect(budget.bound).toBe((1 << 20) / 8);
		budget.note(one, 1 << 19);
		budget.note(one, 1 << 19);
		budget.note(other, 1 << 18);
		expect(budget.bound).toBe((1 << 18) / 8);
		budget.note(one, 0);
		expect(budget.bound).toBe(((1 << 20) - (1 << 18)) / 8);
		budget.note(other, 1 << 20);
		expect(budget.bound).toBe(16 * 1024);
	});

	test("ignores a connection that closed before it was admitted", () => {
		hub.admit(Object.assign(new EventEmitter(), { destroyed: true }), owner);
		const connection = new EventEmitter();
		hub.admit(connection, owner);
		expect(hub.connections.connections).toBe(1);
		connection.emit("close");
		expect(hub.connections.connections).toBe(0);
	});

	test("sends a shared page to a few readers at once", async () => {
		log.commit(chats(20));
		let [turn, counting] = [0, true];
		const count = () => {
			turn++;
			if (counting) setImmediate(count);
		};
		setImmediate(count);
		const sendsInTurn = new Map<number, number>();
		const sinks = Array.from({ length: 500 }, () => {
			const sink = new TestSink();
			const send = sink.send.bind(sink);
			sink.send = (seqs) => {
				sendsInTurn.set(turn, (sendsInTurn.get(turn) ?? 0) + 1);
				send(seqs);
			};
			return sink;
		});
		await Promise.all(sinks.map((sink) => hub.open(sink, { liveId: "1", after: 0 })));
		await eventually(clock, () => expect(sinks.every(({ live }) => live)).toBe(true));
		counting = false;
		for (const { seqs } of sinks) expect(seqs).toEqual(upTo(20));
		expect(Math.max(...sendsInTurn.values())).toBeLessThanOrEqual(100);
	});

	test("reads one page at a time, in turns", async () => {
		log.commit(chats(100));
		const answers: (() => void)[] = [];
		log.answer = () => new Promise((resolve) => answers.push(resolve));
		log.lastSeq = () => Promise.resolve(100);
		const sinks = Array.from({ length: 30 }, () => new TestSink());
		for (const [after, sink] of sinks.entries()) await hub.open(sink, { liveId: "1", after });
		await clock.advance(0);
		expect(answers).toHaveLength(1);
		log.answer = () => Promise.resolve();
		for (const answer of answers) answer();
		await clock.advance(1000);
		for (const [after, { seqs }] of sinks.entries()) expect(seqs).toEqual(upTo(100, after + 1));
	});

	test("shares pages and encodings among equal readers", async () => {
		log.commit(chats(70));
		let reads = 0;
		log.afterRead = () => void reads++;
		const answers: (() => void)[] = [];
		log.answer = () => new Promise((resolve) => answers.push(resolve));
		log.lastSeq = () => Promise.resolve(70);
		const sinks = Array.from({ length: 30 }, () => new TestSink());
		// The first reader's first page is being read when the others open.
		for (const sink of sinks) await hub.open(sink, { liveId: "1", after: 0 });
		log.answer = () => Promise.resolve();
		encodings = 0;
		for (const answer of answers) answer();
		await clock.advance(1000);
		for (const { seqs } of sinks) expect(seqs).toEqual(upTo(70));
		// The first reader takes ten pages alone, and the others share theirs; separately they would take 300.
		expect(Math.max(reads, encodings)).toBeLessThanOrEqual(22);
	});

	test("serves other rooms while one room cannot be read", async () => {
		log.commit(chats(20));
		const read = log.read.bind(log);
		log.read = (liveId, query) => (liveId === "2" ? Promise.reject(new Error("torn")) : read(liveId, query));
		for (let n = 0; n < 10; n++) await hub.open(new TestSink(), { liveId: "2", after: 0 });
		const sink = new TestSink();
		await hub.open(sink, { liveId: "1", after: 0 });
		await clock.advance(0);
		expect(sink.seqs).toEqual(upTo(20));
		log.read = read;
		await clock.advance(1000);
		expect(hub.counts.behind).toBe(0);
	});

	test("releases a reader whose wire throws, and serves the others", async () => {
		const broken = new TestSink();
		const good = new TestSink();
		await hub.open(broken, { liveId: "1" });
		await hub.open(good, { liveId: "1" });
		broken.throws = true;
		log.commit(chats(2));
		expect(broken.ended).toBe("failed");
		expect(good.seqs).toEqual([1, 2]);
	});

	test("reports what is gone after retention and after a reset", async () => {
		log.commit(chats(20));
		log.forgotten = 12;
		const late = new TestSink();
		const ahead = new TestSink();
		await hub.open(late, { liveId: "1", after: 3 });
		await hub.open(ahead, { liveId: "1", after: 99 });
		await clock.advance(0);
		expect(late.truncations).toEqual([{ from: 4, to: 12, reason: "retention" }]);
		expect(late.seqs).toEqual(upTo(20, 13));
		expect(ahead.truncations).toEqual([{ from: 1, to: 12, reason: "reset" }]);
		expect(ahead.seqs).toEqual(upTo(20, 13));
	});

	test("sends nothing to a reader that left", async () => {
		const sink = new TestSink();
		const leave = await hub.open(sink, { liveId: "1" });
		log.commit(chats(1));
		leave();
		log.commit(chats(1));
		expect(sink.seqs).toEqual([1]);
		expect(sink.ended).toBeUndefined();
		expect(hub.counts.readers).toBe(0);
	});

	test("closes with a reason for every reader", async () => {
		const sink = new TestSink();
		await hub.open(sink, { liveId: "1" });
		hub.close();
		expect(sink.ended).toBe("shutting_down");
	});

	test("loses nothing reported during another reader's first query", async () => {
		const world = new SlowLogWorld();
		const steps = ["open", "open", "look", "answer", "look", "look", "store", "tell", "answer", "answer"] as const;
		for (const what of steps) await world.step({ do: what, count: 1 });
		await world.settle();
		for (const { sink } of world.readers) expect(sink.seqs).toEqual([1]);
	});

	test("delivers the rest of the log in order, whatever happens", async () => {
		const bare = (what: Step["do"]) => fc.constant<Step>({ do: what });
		const step: fc.Arbitrary<Step> = fc.oneof(
			{
				weight: 3,
				arbitrary: fc.record({ do: fc.constant("store" as const), count: fc.integer({ min: 1, max: 12 }) }),
			},
			{ weight: 3, arbitrary: bare("tell") },
			{ weight: 6, arbitrary: bare("look") },
			{ weight: 5, arbitrary: bare("answer") },
			{ weight: 3, arbitrary: fc.record({ do: fc.constant("open" as const), back: fc.nat(30) }) },
			fc.record({ do: fc.constant("block" as const), reader: fc.nat(5) }),
			fc.record({ do: fc.constant("drain" as const), reader: fc.nat(5) }),
			fc.record({ do: fc.constant("wait" as const), ms: fc.nat(200) }),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
				const world = new SlowLogWorld();
				for (const action of steps) await world.step(action);
				await world.settle();
				for (const { sink, after } of world.readers) {
					expect(sink.seqs).toEqual(upTo(world.log.events.length, after + 1));
				}
			}),
			{ numRuns: 2_000 },
		);
	});
});

interface Step {
	do: "store" | "tell" | "look" | "answer" | "open" | "block" | "drain" | "wait";
	count?: number;
	back?: number;
	reader?: number;
	ms?: number;
}

/** A log on a thread of its own: queries and notifications are delayed, each kind in order. */
class SlowLogWorld {
	readonly log = new MemoryLog();
	readonly readers: { sink: TestSink; after: number }[] = [];
	readonly #clock = new ManualClock();
	readonly #looks: (() => void)[] = [];
	readonly #answers: (() => void)[] = [];
	readonly #notifications: (() => void)[] = [];
	readonly #hub: ReaderHub;

	constructor() {
		const logger = pino({ level: "silent" });
		this.log.look = () => new Promise((resolve) => this.#looks.push(resolve));
		this.log.answer = () => new Promise((resolve) => this.#answers.push(resolve));
		this.#hub = new ReaderHub({ log: this.log, clock: this.#clock, logger, bufferBytes: 800, pageEvents: 5 });
	}

	async step({ do: what, count = 0, back = 0, reader = 0, ms = 0 }: Step): Promise<void> {
		const sink = this.readers[reader]?.sink;
		if (what === "store") this.#notifications.push(this.log.store(chats(count)));
		else if (what === "tell") this.#notifications.shift()?.();
		else if (what === "look") this.#looks.shift()?.();
		else if (what === "answer") this.#answers.shift()?.();
		else if (what === "open") this.#open(back);
		else if (what === "block" && sink) sink.reads = false;
		else if (what === "drain" && sink) this.#drain(sink);
		await this.#clock.advance(ms);
	}

	/** Completes all notifications and answers, and lets every reader read. */
	async settle(): Promise<void> {
		for (const notify of this.#notifications) notify();
		for (const { sink } of this.readers) this.#drain(sink);
		this.log.look = this.log.answer = () => Promise.resolve();
		for (const call of [...this.#answers, ...this.#looks]) call();
		await this.#clock.advance(2_000);
		this.#hub.close();
	}

	#open(back: number): void {
		const sink = new TestSink();
		const after = Math.max(0, this.log.events.length - back);
		this.readers.push({ sink, after });
		void this.#hub.open(sink, { liveId: "1", after });
	}

	#drain(sink: TestSink): void {
		sink.reads = true;
		sink.drain();
	}
}
