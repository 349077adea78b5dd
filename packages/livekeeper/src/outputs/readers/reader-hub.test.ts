import { ManualClock } from "@livekeeper/douyin/testing";
import fc from "fast-check";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { StoredEvent, Truncation } from "../../event-log/index.ts";
import { MemoryLog } from "./memory-log.test-kit.ts";
import { ReaderHub } from "./reader-hub.ts";
import type { Encoding, ReaderSink } from "./reader-sink.ts";

let encodings = 0;
const encoding: Encoding<number[]> = {
	encode: (events: readonly StoredEvent[]) => {
		encodings++;
		return events.map(({ seq }) => seq);
	},
};

/** A wire of which a test decides how much the other side takes. */
class TestSink implements ReaderSink<number[]> {
	readonly encoding = encoding;
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

	/** The other side reads all that waits. */
	drain(): void {
		this.#taken += this.#buffered;
		this.#buffered = 0;
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

	test("gives the backlog after a seq, then what comes live", async () => {
		log.commit(chats(20));
		const sink = new TestSink();
		await hub.open(sink, { liveId: "1", after: 5 });
		await clock.advance(0);
		log.commit(chats(3));
		expect(sink.seqs).toEqual(upTo(23, 6));
		expect(sink.live).toBe(true);
	});

	test("without a seq it gives only what is committed from then on", async () => {
		log.commit(chats(20));
		const sink = new TestSink();
		await hub.open(sink, { liveId: "1" });
		log.commit(chats(2));
		expect(sink.seqs).toEqual([21, 22]);
	});

	test.each([undefined, ["chat"] as const])(
		"a reader misses nothing of batches that became durable together when another comes before they are told of",
		async (types) => {
			const sink = new TestSink();
			await hub.open(sink, { liveId: "1", after: 0, types });
			await clock.advance(0);
			const tell = [log.store(chats(2)), log.store(["like"]), log.store(chats(2))];
			const other = new TestSink();
			await hub.open(other, { liveId: "1", after: 0, types });
			for (const told of tell) told();
			log.commit(chats(1));
			await clock.advance(0);
			const all = types ? [1, 2, 4, 5, 6] : upTo(6);
			expect(sink.seqs).toEqual(all);
			expect(other.seqs).toEqual(all);
		},
	);

	test("sends nothing twice that a read saw before its commit was told of", async () => {
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

	test("filters by type, and encodes a batch once for all who want the same", async () => {
		const sinks = [new TestSink(), new TestSink(), new TestSink()];
		for (const sink of sinks) await hub.open(sink, { liveId: "1", types: ["gift"] });
		encodings = 0;
		log.commit(["chat", "gift", "chat", "gift"]);
		log.commit(["chat"]);
		for (const sink of sinks) expect(sink.seqs).toEqual([2, 4]);
		expect(encodings).toBe(1);
	});

	test("a reader that does not read holds a bounded amount, and gets all when it reads again", async () => {
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

	test("a reader that takes nothing for 60 s is ended with a reason; one in a quiet room is not", async () => {
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

	test("a reader whose wire throws is let go, and nobody else notices", async () => {
		const broken = new TestSink();
		const good = new TestSink();
		await hub.open(broken, { liveId: "1" });
		await hub.open(good, { liveId: "1" });
		broken.throws = true;
		log.commit(chats(2));
		expect(broken.ended).toBe("failed");
		expect(good.seqs).toEqual([1, 2]);
	});

	test("past retention, and after a reset, the reader is told what is gone", async () => {
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

	test("a reader that left is sent nothing more", async () => {
		const sink = new TestSink();
		const leave = await hub.open(sink, { liveId: "1" });
		log.commit(chats(1));
		leave();
		log.commit(chats(1));
		expect(sink.seqs).toEqual([1]);
		expect(sink.ended).toBeUndefined();
		expect(hub.counts.readers).toBe(0);
	});

	test("closing ends every reader with a reason", async () => {
		const sink = new TestSink();
		await hub.open(sink, { liveId: "1" });
		hub.close();
		expect(sink.ended).toBe("shutting_down");
	});

	test("whatever is committed, read and left unread, each reader gets exactly the rest of the log, in order", async () => {
		const step = fc.oneof(
			fc.record({ do: fc.constant("commit" as const), count: fc.integer({ min: 1, max: 12 }) }),
			fc.record({ do: fc.constant("open" as const), back: fc.nat(30) }),
			fc.record({ do: fc.constant("block" as const), reader: fc.nat(5) }),
			fc.record({ do: fc.constant("drain" as const), reader: fc.nat(5) }),
			fc.record({ do: fc.constant("wait" as const), ms: fc.nat(200) }),
		);
		await fc.assert(
			fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
				const time = new ManualClock();
				const store = new MemoryLog();
				const logger = pino({ level: "silent" });
				const served = new ReaderHub({ log: store, clock: time, logger, bufferBytes: 800, pageEvents: 5 });
				const readers: { sink: TestSink; after: number }[] = [];
				for (const action of steps) {
					if (action.do === "commit") store.commit(chats(action.count));
					else if (action.do === "wait") await time.advance(action.ms);
					else if (action.do === "open") {
						const sink = new TestSink();
						const after = Math.max(0, store.events.length - action.back);
						readers.push({ sink, after });
						void served.open(sink, { liveId: "1", after });
					} else {
						const sink = readers[action.reader]?.sink;
						if (sink) sink.reads = action.do === "drain";
						if (sink && action.do === "drain") sink.drain();
					}
				}
				for (const { sink } of readers) {
					sink.reads = true;
					sink.drain();
				}
				await time.advance(2_000);
				served.close();
				for (const { sink, after } of readers) expect(sink.seqs).toEqual(upTo(store.events.length, after + 1));
			}),
			{ numRuns: 200 },
		);
	});
});
