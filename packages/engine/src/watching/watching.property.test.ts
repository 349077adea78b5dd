import fc from "fast-check";
import { describe, expect, inject, it } from "vitest";
import type { ConnectionRoute, LookWait } from "../rooms/index.ts";
import type { Urgency } from "../rooms/room-route.ts";
import { type Asked, World } from "./site-world.helpers.ts";
import type { WatchWay } from "./watch-status.ts";

const urgencies: readonly Urgency[] = ["losing", "asked", "first", "waiting", "queued"];

/** Urgent look-ups in a row while another room waits. */
const urgentTurns = 3;
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const exits = ["direct", "http://proxy.example:1"] as const;
const roomCount = 12;
const way = fc.constantFrom<WatchWay>("enter", "reflow", "scene", "page", "batch", "followed");
const index = fc.nat({ max: roomCount - 1 });

const step = fc.oneof(
	{
		weight: 6,
		arbitrary: fc.record({
			do: fc.constant("look" as const),
			room: index,
			urgency: fc.constantFrom(...urgencies),
			routes: fc.constantFrom(1, 2, 3),
			again: fc.boolean(),
		}),
	},
	{ weight: 3, arbitrary: fc.record({ do: fc.constant("all" as const), routes: fc.constantFrom(1, 2, 3) }) },
	{ weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), request: fc.nat({ max: 40 }) }) },
	{
		weight: 6,
		arbitrary: fc.record({ do: fc.constant("pass" as const), ms: fc.constantFrom(0, 900, 10_000, 90_000, 600_000) }),
	},
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant("close" as const),
			way,
			sign: fc.constantFrom(
				"captcha" as const,
				"empty" as const,
				"layout" as const,
				"slow_down" as const,
				"network" as const,
			),
		}),
	},
	{ weight: 3, arbitrary: fc.record({ do: fc.constant("open" as const), way }) },
	{ weight: 4, arbitrary: fc.record({ do: fc.constant("broadcast" as const), room: index }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("passed" as const) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("hold" as const), held: fc.boolean() }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("batchIds" as const), ids: fc.constantFrom(0, 2, 8, 64) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("restart" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

interface Made {
	readonly liveId: string;
	cancelled: boolean;
	answers: number;
	waits: LookWait[];
	cancel: () => void;
}

class Run {
	isHeld = false;
	readonly made: Made[] = [];
	readonly world: World = new World({
		holdOf: (identity) =>
			this.isHeld && identity.startsWith("direct")
				? { for: "cooldown", why: ["identityRests"], until: this.world.clock.elapsed() + minute, reason: "blocked" }
				: undefined,
	});
	readonly routes: readonly ConnectionRoute[];
	readonly wrong: string[] = [];

	constructor() {
		const { site } = this.world;
		site.latencyMs = 400;
		this.routes = exits.map((exit) => site.route(exit, { login: exit === "direct", hasWays: exit === "direct" }));
		for (let i = 0; i < roomCount; i++) site.add(`r${i}`, { isVoice: i % 5 === 4 });
		site.followed.add("r1");
	}

	look(liveId: string, urgency: (typeof urgencies)[number], routes: number, again: boolean): void {
		const chosen = this.routes.filter((_, i) => routes & (i + 1)) as unknown as [ConnectionRoute];
		const made: Made = { liveId, cancelled: false, answers: 0, waits: [], cancel: () => undefined };
		this.made.push(made);
		const look = this.world.watching.look({
			liveId,
			urgency,
			routes: chosen,
			roomId: urgency === "losing" || urgency === "queued" ? this.world.site.rooms.get(liveId)?.roomId : undefined,
			onAnswer: (answer) => {
				made.answers++;
				if (made.cancelled) this.wrong.push(`${liveId}: answered after it was cancelled`);
				if (made.answers > 1) this.wrong.push(`${liveId}: answered twice`);
				if ((answer.status as string) === "voice")
					this.wrong.push(`${liveId}: answered with a voice room without its id`);
				if (again && made.answers === 1 && !made.cancelled) this.look(liveId, "waiting", routes, false);
			},
			onWait: (wait) => {
				made.waits.push(wait);
				if (made.cancelled || made.answers > 0) this.wrong.push(`${liveId}: waits after its end`);
			},
		});
		made.cancel = () => look.cancel();
	}

	async do(given: Step): Promise<void> {
		const { world } = this;
		switch (given.do) {
			case "look":
				this.look(`r${given.room}`, given.urgency, given.routes, given.again);
				break;
			case "all":
				for (let room = 0; room < roomCount; room++) this.look(`r${room}`, "asked", given.routes, true);
				await world.clock.advance(minute);
				break;
			case "cancel": {
				const made = this.made[given.request];
				if (made) made.cancelled = true;
				made?.cancel();
				break;
			}
			case "pass":
				await world.clock.advance(given.ms);
				break;
			case "close":
				world.site.closed.set(given.way, given.sign);
				break;
			case "open":
				world.site.closed.delete(given.way);
				break;
			case "broadcast": {
				const liveId = `r${given.room}`;
				if (world.site.rooms.get(liveId)?.roomId === undefined) world.site.begin(liveId);
				else world.site.end(liveId);
				break;
			}
			case "passed":
				world.watching.passed();
				break;
			case "hold":
				this.isHeld = given.held;
				break;
			case "batchIds":
				world.site.batchIds = given.ids;
				break;
			case "restart":
				// Later requests are made afresh.
				for (const made of this.made) {
					made.cancelled = true;
					made.cancel();
				}
				// A running request still meets the site.
				await world.clock.advance(second);
				world.restart();
		}
	}
}

/** Returns by how many the requests exceed a bucket's capacity, at most over any time. */
function excess(times: readonly number[], perMinute: number): number {
	let max = 0;
	for (const [from, start] of times.entries()) {
		for (let to = from; to < times.length; to++) {
			const allowed = 10 + (((times[to] ?? 0) - start) * perMinute) / minute;
			max = Math.max(max, to - from + 1 - allowed);
		}
	}
	return max;
}

const gapsOf = (asked: readonly Asked[]) => asked.slice(1).map(({ at }, i) => at - (asked[i]?.at ?? 0));

function checkPace(asked: readonly Asked[]): void {
	const single = asked.filter(({ way }) => way !== "batch");
	const times = (group: readonly WatchWay[]) => single.filter((one) => group.includes(one.way)).map(({ at }) => at);
	expect(excess(times(["page"]), 1)).toBeLessThan(1.01);
	expect(excess(times(["enter", "reflow", "scene", "followed"]), 4)).toBeLessThan(1.01);
	expect(Math.min(hour, ...gapsOf(single))).toBeGreaterThanOrEqual(2_100);
	expect(Math.min(hour, ...gapsOf(asked.filter(({ way }) => way === "batch")))).toBeGreaterThanOrEqual(5_000);
}

describe("watching under arbitrary events", () => {
	it("keeps the budget, answers once, and explains waits", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
				const run = new Run();
				const { world } = run;
				for (const one of steps) await run.do(one);
				// A request between two ways is in no wait; they are at most 4 s apart.
				await world.clock.advance(20 * second);
				const waiting = run.made.filter(({ cancelled, answers }) => !cancelled && answers === 0);
				for (const { waits, liveId } of waiting) expect(waits.length, liveId).toBeGreaterThan(0);
				expect(run.wrong).toEqual([]);
				expect(world.site.maxOpen).toBeLessThanOrEqual(1);
				expect(world.site.bans()).toBe(0);
				for (const exit of exits) checkPace(world.site.asked.filter((one) => one.exit === exit));
				// Nothing waits for ever: the site recovers, and its longest cooldown passes.
				world.site.closed.clear();
				run.isHeld = false;
				await world.clock.advance(2 * hour + 10 * minute);
				for (const made of run.made) expect(made.cancelled || made.answers === 1, made.liveId).toBe(true);
				world.watching.stop();
				expect(world.clock.pendingTimers).toBe(0);
			}),
			{ numRuns: 40 * inject("rounds") },
		);
	});

	it("looks up new rooms in their turn, whatever is urgent", async () => {
		const busy = fc.array(fc.constantFrom("losing" as const, "asked" as const), { minLength: 1, maxLength: 8 });
		const newcomers = fc.array(fc.integer({ min: 0, max: 20 * minute }), { minLength: 1, maxLength: 4 });
		const part = fc.constantFrom(1 / 3, 0.5, 1);
		await fc.assert(
			fc.asyncProperty(busy, newcomers, part, fc.nat({ max: 1_000 }), async (urgencies, delays, share, seed) => {
				const world = new World({}, seed);
				world.watching.share(share);
				const routes = [world.site.route("direct", { hasBatch: false })] as const;
				// These are looked up again as soon as they are answered, as rooms whose connections fail at once.
				const rooms = world.add(urgencies.length, { routes, look: false });
				const ask = (index: number): void => {
					const room = rooms[index];
					const { roomId } = world.site.rooms.get(room?.liveId ?? "") ?? {};
					world.watching.look({
						...{ liveId: room?.liveId ?? "", urgency: urgencies[index] ?? "losing", roomId, routes },
						onAnswer: () => void world.clock.after(second, () => ask(index)),
						onWait: () => undefined,
					});
				};
				for (const index of rooms.keys()) {
					world.site.begin(rooms[index]?.liveId ?? "");
					ask(index);
				}
				// Each fourth turn of at least four a minute is theirs.
				const boundMs = ((urgentTurns + 1) * delays.length * minute) / (4 * share) + minute;
				for (const [index, delay] of delays.toSorted((a, b) => a - b).entries()) {
					await world.clock.advance(delay - world.clock.elapsed());
					world.add(1, { routes, prefix: `2${index}` });
				}
				await world.clock.advance(boundMs);
				for (const { liveId, answers } of world.rooms.values()) {
					if (liveId.startsWith("2")) expect(answers.length, liveId).toBeGreaterThan(0);
				}
				expect(world.site.bans()).toBe(0);
				world.watching.stop();
			}),
			{ numRuns: 10 * inject("rounds") },
		);
	});
});
