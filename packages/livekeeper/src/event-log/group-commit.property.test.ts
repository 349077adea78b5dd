import type { Clock, Timer } from "@livekeeper/douyin";
import fc from "fast-check";
import { expect, test } from "vitest";
import { chats } from "./events.helpers.ts";
import { GroupCommit } from "./group-commit.ts";
import { PendingEvents } from "./pending-events.ts";

/** A clock that a test moves, and that runs on while the thread works: no timer fires meanwhile. */
class BusyClock implements Clock {
	#time = 1e9;
	#threadTime = 0;
	readonly #timers = new Set<{ dueAt: number; fn: () => void }>();

	now(): number {
		return this.#time;
	}
	elapsed(): number {
		return this.#time;
	}
	threadTime(): number {
		return this.#threadTime;
	}
	after(delayMs: number, fn: () => void): Timer {
		const timer = { dueAt: this.#time + delayMs, fn };
		this.#timers.add(timer);
		return { cancel: () => void this.#timers.delete(timer) };
	}
	every(): Timer {
		throw new Error("not needed");
	}
	/** The thread is busy for so long. @param stolenMs other programs have the processor meanwhile */
	work(ms: number, stolenMs: number): void {
		this.#time += ms + stolenMs;
		this.#threadTime += ms;
	}
	/** Something outside of the thread takes so long. */
	wait(ms: number): Promise<void> {
		return new Promise((resolve) => void this.after(ms, resolve));
	}
	/** Fires what is due, in order, until nothing is left. */
	async runOut(): Promise<void> {
		await settled();
		while (this.#timers.size > 0) {
			const [next] = [...this.#timers].toSorted((a, b) => a.dueAt - b.dueAt);
			if (!next) return;
			this.#timers.delete(next);
			this.#time = Math.max(this.#time, next.dueAt);
			next.fn();
			await settled();
		}
	}
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Cost of one commit, ms: `outside` is the disk's, `stolen` goes to other programs each time the thread works, the others
 * are the thread's; `later` is left for the end of a turn.
 */
interface Cost {
	commit: number;
	outside: number;
	stolen: number;
	publish: number;
	later: number;
	fails: boolean;
}

interface Append {
	pauseMs: number;
	room: string;
	events: number;
}

const intervalMs = 10;
const rooms = ["a", "b", "c"];
const ms = (max: number) => fc.integer({ min: 0, max: max * 10 }).map((tenths) => tenths / 10);
const cost: fc.Arbitrary<Cost> = fc.record({
	...{ commit: ms(10), outside: ms(40), stolen: ms(20), publish: ms(30), later: ms(10) },
	fails: fc.integer({ min: 0, max: 5 }).map((n) => n === 5),
});
const append: fc.Arbitrary<Append> = fc.record({
	pauseMs: fc.oneof(ms(20), ms(300)),
	room: fc.constantFrom(...rooms),
	events: fc.integer({ min: 1, max: 4 }),
});

interface Commit {
	cost: Cost;
	ids: string[];
	startedAt: number;
	/** When all that it set off was done. */
	endedAt: number;
}

class World {
	readonly clock = new BusyClock();
	readonly commits: Commit[] = [];
	readonly appended: { id: string; room: string; at: number }[] = [];
	readonly published = new Map(rooms.map((room) => [room, [] as string[]]));
	readonly #costOf: () => Cost;
	readonly #queue: GroupCommit;
	#underWay: Commit | undefined;

	constructor(costOf: () => Cost) {
		this.#costOf = costOf;
		this.#queue = new GroupCommit({
			clock: this.clock,
			commit: async (batches) => {
				const ids = batches.flatMap(({ events }) => events.map(({ id }) => id));
				await this.#commit(ids);
				return batches.map(({ events }) => ({
					events: events.map(({ type, at, id }) => ({ seq: 1, type, at, json: id })),
					repeats: 0,
				}));
			},
			publish: ({ liveId, events }) => {
				this.published.get(liveId)?.push(...events.map(({ json }) => json));
				this.#publish();
			},
			pending: new PendingEvents(1e9, () => undefined),
			...{ onFault: () => undefined, onSuccess: () => undefined, classify: () => "io" },
			...{ intervalMs, maxTransactionEvents: 1_000 },
		});
	}

	append(room: string, count: number): void {
		const first = this.appended.length + 1;
		const events = chats(first, first + count - 1);
		for (const { id } of events) this.appended.push({ id, room, at: this.clock.elapsed() });
		this.#queue.append({ liveId: room, events });
	}

	async #commit(ids: string[]): Promise<void> {
		const commit = { cost: this.#costOf(), ids, startedAt: this.clock.elapsed(), endedAt: 0 };
		this.commits.push(commit);
		// A store looks first whether it is whole.
		await undefined;
		this.clock.work(commit.cost.commit, commit.cost.stolen);
		await this.clock.wait(commit.cost.outside);
		commit.endedAt = this.clock.elapsed();
		if (commit.cost.fails) throw new Error("refused");
		this.#underWay = commit;
	}

	/** The first batch of a commit stands for all of them. */
	#publish(): void {
		const commit = this.#underWay;
		this.#underWay = undefined;
		if (!commit) return;
		this.clock.work(commit.cost.publish, commit.cost.stolen);
		process.nextTick(() => {
			this.clock.work(commit.cost.later, commit.cost.stolen);
			commit.endedAt = this.clock.elapsed();
		});
	}
}

/** The least time from the start of each commit to that of the next, by what both the rule and the retries say. */
function windowsOf(commits: readonly Commit[]): number[] {
	let [failures, workMs] = [0, 0];
	return commits.map(({ cost: { publish, later, fails } }) => {
		failures = fails ? failures + 1 : 0;
		if (fails) return Math.min(5_000, 250 * 2 ** (failures - 1));
		workMs = (workMs * 7 + publish + later) / 8;
		return Math.min(100, Math.max(intervalMs, 4 * workMs));
	});
}

test("a commit begins as soon as its window, its events and the commit before allow", async () => {
	const runs = fc.asyncProperty(
		fc.array(append, { minLength: 1, maxLength: 25 }),
		fc.array(cost, { minLength: 1, maxLength: 10 }),
		async (appends, costs) => {
			let drawn = 0;
			const world = new World(() => {
				const next = costs[drawn++ % costs.length];
				if (!next) throw new Error("no cost");
				// Whatever is refused is stored in the end.
				return { ...next, fails: next.fails && drawn < 50 };
			});
			let at = 0;
			for (const { pauseMs, room, events } of appends) {
				at += pauseMs;
				world.clock.after(at, () => world.append(room, events));
			}
			await world.clock.runOut();

			const { commits, appended, published } = world;
			const windows = windowsOf(commits);
			const stored = new Set<string>();
			for (const [n, { cost, ids, startedAt, endedAt }] of commits.entries()) {
				if (!cost.fails) for (const id of ids) stored.add(id);
				const next = commits[n + 1];
				const oldest = appended.find(({ id }) => !stored.has(id));
				expect(next === undefined).toBe(oldest === undefined);
				if (!next || !oldest) continue;
				expect(next.startedAt).toBeCloseTo(Math.max(startedAt + (windows[n] ?? 0), endedAt, oldest.at), 4);
			}
			expect(commits[0]?.startedAt).toBe(appended[0]?.at);
			for (const room of rooms) {
				expect(published.get(room)).toEqual(appended.filter((one) => one.room === room).map(({ id }) => id));
			}
		},
	);
	await fc.assert(runs, { numRuns: 60 });
});
