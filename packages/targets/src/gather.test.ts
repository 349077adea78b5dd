import fc from "fast-check";
import { expect, test } from "vitest";
import { Selection } from "./gather.ts";
import { MemoryLog } from "./memory-log.helpers.ts";
import { Pace } from "./pace.ts";
import { hook } from "./store-conformance.helpers.ts";
import type { Target } from "./target.ts";

const holdMs = 30_000;

/** Reads again whenever something may be due, as a lane does. */
class Follower {
	readonly sent: { seq: number; at: number }[] = [];
	readonly #selection: Selection;
	readonly #log: MemoryLog;
	#after = 0;
	#lastNotified = {};
	#dueAt: number | undefined;

	constructor(log: MemoryLog, more: Partial<Target>) {
		const target = hook("tgt_1", more);
		this.#log = log;
		this.#selection = new Selection(target, new Pace(target.pace));
	}

	async follow(now: number): Promise<void> {
		for (;;) {
			const from = { liveId: "a", after: this.#after, lastNotified: this.#lastNotified, now, isOver: () => false };
			const found = await this.#selection.gather(this.#log, from);
			this.sent.push(...found.events.map(({ seq }) => ({ seq, at: now })));
			this.#after = found.nextAfter;
			// Through JSON, as after a restart.
			this.#lastNotified = JSON.parse(JSON.stringify(found.lastNotified));
			this.#dueAt = found.dueAt;
			if (found.caughtUp) return;
		}
	}

	/** Advances the time to `to`. */
	async pass(to: number): Promise<void> {
		while (this.#dueAt !== undefined && this.#dueAt <= to) await this.follow(this.#dueAt);
	}
}

const phases = fc.array(
	fc.record({
		state: fc.constantFrom("reconnecting", "connecting", "connected", "blocked"),
		lastsMs: fc.oneof(fc.integer({ min: 0, max: holdMs - 1 }), fc.integer({ min: holdMs, max: 3 * holdMs })),
		chats: fc.integer({ min: 0, max: 2 }),
	}),
	{ minLength: 1, maxLength: 25 },
);

/** Returns the expected notices: values that last, if they differ from the last one sent. */
function changesThatHold(
	script: readonly { state: string; lastsMs: number }[],
	meaning: (state: string) => string | undefined,
) {
	const runs: { value: string; index: number; ms: number }[] = [];
	for (const [index, { state, lastsMs }] of script.entries()) {
		const value = meaning(state) ?? runs.at(-1)?.value;
		const last = runs.at(-1);
		if (last && last.value === value) last.ms += lastsMs;
		else if (value !== undefined) runs.push({ value, index, ms: lastsMs });
	}
	let lastNotified = "off";
	return runs.flatMap((run) => {
		if (run.ms < holdMs || run.value === lastNotified) return [];
		lastNotified = run.value;
		return [run];
	});
}

test("sends exactly the changes that hold, however a room flaps", async () => {
	await fc.assert(
		fc.asyncProperty(phases, async (script) => {
			const log = new MemoryLog();
			const filter = { types: ["chat" as const], states: ["silent" as const] };
			const follower = new Follower(log, { filter, pace: { holdSeconds: holdMs / 1_000 } });
			let now = 1_000_000;
			const [stateSeqs, chatSeqs]: [number[], number[]] = [[], []];
			let seq = 0;
			for (const { state, lastsMs, chats } of script) {
				log.record("a", { type: "connection", state, received_at: now });
				stateSeqs.push(++seq);
				for (let n = 0; n < chats; n++) {
					log.record("a", { type: "chat", content: "", received_at: now });
					chatSeqs.push(++seq);
				}
				await follower.follow(now);
				await follower.pass(now + lastsMs - 1);
				now += lastsMs;
			}
			await follower.pass(now + holdMs);
			const last = script.at(-1);
			const lasting = script.map((phase) => (phase === last ? { ...phase, lastsMs: holdMs } : phase));
			const meaning = (state: string) => ({ reconnecting: "on", blocked: "on", connected: "off" })[state];
			const expected = changesThatHold(lasting, meaning).map(({ index }) => stateSeqs[index] ?? 0);
			expect(follower.sent.map(({ seq }) => seq)).toEqual([...expected, ...chatSeqs].sort((a, b) => a - b));
		}),
	);
});

test("sends one notice after ten minutes of flapping", async () => {
	const log = new MemoryLog();
	const follower = new Follower(log, { filter: { types: [], states: ["silent"] }, pace: { holdSeconds: 30 } });
	let now = 0;
	for (let n = 0; n < 120; n++) {
		log.record("a", { type: "connection", state: n % 2 ? "connected" : "reconnecting", received_at: now });
		await follower.follow(now);
		now += 5_000;
		await follower.pass(now - 1);
	}
	expect(follower.sent).toEqual([]);
	log.record("a", { type: "connection", state: "reconnecting", received_at: now });
	await follower.follow(now);
	await follower.pass(now + 60_000);
	expect(follower.sent).toEqual([{ seq: 121, at: now + 30_000 }]);
});

test("sends consecutive gaps together", async () => {
	const log = new MemoryLog();
	const follower = new Follower(log, { filter: { types: [], states: ["gap"] }, pace: { holdSeconds: 30 } });
	for (const received_at of [1, 2, 30_000, 40_000]) {
		log.record("a", { type: "gap", from: 0, to: 1, reason: "no_cursor", received_at });
	}
	await follower.follow(3);
	expect(follower.sent).toEqual([]);
	await follower.pass(50_000);
	expect(follower.sent).toEqual([1, 2, 3, 4].map((seq) => ({ seq, at: 30_001 })));
});

test("digests exactly the intervals that are over", async () => {
	const log = new MemoryLog();
	const follower = new Follower(log, {
		filter: { types: ["chat"] },
		pace: { digestMinutes: 1 },
		batch: { maxEvents: 2, maxWaitMs: 0 },
	});
	for (const received_at of [0, 1, 59_999, 60_000]) log.record("a", { type: "chat", content: "", received_at });
	await follower.follow(59_999);
	expect(follower.sent).toEqual([]);
	await follower.pass(130_000);
	expect(follower.sent).toEqual([...[1, 2, 3].map((seq) => ({ seq, at: 60_000 })), { seq: 4, at: 120_000 }]);
});
