import { parseArgs } from "node:util";
import { seeded } from "@livekeeper/douyin/testing";
import type { ConnectionRoute } from "../../packages/engine/src/rooms/index.ts";
import type { RefusalSign, WatchWay } from "../../packages/engine/src/watching/index.ts";
import { type FakeRoom, World } from "../../packages/engine/src/watching/site-world.helpers.ts";

/**
 * Rooms that wait for their broadcast, looked up as the service does before a site with the simulator's limits, in
 * virtual time: is an address banned, and how long does it take until a live room is detected?
 *
 *   npm run trial -- watching                            all cases, in some minutes
 *   npm run trial -- watching --case batch               those with this word in their name
 *   npm run trial -- watching --rooms 120 --hours 6      as many rooms behind one address
 *
 * `unlimited`: the same rooms with the budget and without. `closed`: each way refused for a whole day (`--hours`).
 */
const { values } = parseArgs({
	options: {
		case: { type: "string", default: "" },
		rooms: { type: "string" },
		hours: { type: "string", default: "24" },
		seed: { type: "string", default: "1" },
	},
});
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const hours = Number(values.hours);
const seed = Number(values.seed);
const pastDays = 28;

/** When rooms broadcast: each day at about the same time, or at any. */
type Hours = "habits" | "random";

interface Setting {
	readonly rooms: number;
	readonly hours?: Hours;
	/** Whether rooms with habits are expected; otherwise all are asked about evenly. */
	readonly expects?: boolean;
	/** Number of people that a batch call answers for; 0: there is no such call. Default 64. */
	readonly batchIds?: number;
	/** Whether rooms have only pages. */
	readonly pages?: boolean;
	readonly perMinute?: number;
	readonly exits?: readonly string[];
	/** Length of the run, ms. Default `--hours`. */
	readonly lastsMs?: number;
	/** Events of the site, at a time since the start. */
	readonly happens?: readonly (readonly [atMs: number, what: (world: World) => void])[];
}

interface Broadcast {
	readonly liveId: string;
	readonly begin: number;
	readonly end: number;
}

/** Returns past and future broadcasts, by room; times are ms from the start of the run. */
function schedule(rooms: readonly FakeRoom[], kind: Hours, lastsMs: number): Map<string, Broadcast[]> {
	const random = seeded(seed + 7);
	const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
	const byRoom = new Map<string, Broadcast[]>();
	for (const { liveId } of rooms) {
		const usual = random() * day;
		const own: Broadcast[] = [];
		for (let date = -pastDays; date * day < lastsMs; date++) {
			const begin = date * day + (kind === "habits" ? usual + normal() * 10 * minute : random() * day);
			if (begin < (own.at(-1)?.end ?? Number.NEGATIVE_INFINITY) + 10 * minute) continue;
			own.push({ liveId, begin, end: begin + hour + random() * 2 * hour });
		}
		byRoom.set(liveId, own);
	}
	return byRoom;
}

async function run(setting: Setting) {
	const { rooms: count, hours: kind = "random", expects = true, batchIds = 64, exits = ["direct"] } = setting;
	const { lastsMs = hours * hour } = setting;
	let broadcasts = new Map<string, Broadcast[]>();
	let startedAt = 0;
	const world: World = new World(
		{
			lookupsPerMinute: setting.perMinute,
			...(expects && {
				broadcastsOf: (liveId: string) =>
					(broadcasts.get(liveId) ?? [])
						.filter(({ begin }) => begin <= world.clock.elapsed() - startedAt)
						.map(({ begin }) => world.clock.now() - (world.clock.elapsed() - startedAt) + begin),
			}),
		},
		seed,
	);
	startedAt = world.clock.elapsed();
	world.site.batchIds = batchIds;
	world.site.latencyMs = 300;
	const routes = exits.map(
		(exit): ConnectionRoute => world.site.route(exit, { hasWays: setting.pages !== true, hasBatch: batchIds > 0 }),
	);
	const rooms = exits.flatMap((_, index) => {
		const route = routes[index];
		if (!route) return [];
		return world.add(Math.ceil(count / exits.length), { routes: [route], prefix: String(index + 1), look: false });
	});
	broadcasts = schedule(rooms, kind, lastsMs);
	for (const room of rooms) room.look("first");
	// Learning the rooms is another question than detecting them live.
	const warmUpMs = Math.min(lastsMs / 4, 4 * hour);
	const delays: number[] = [];
	const missed: string[] = [];
	const begunAt = new Map<string, number>();
	world.onLive = ({ liveId }) => {
		const begun = begunAt.get(liveId);
		if (begun === undefined) return;
		begunAt.delete(liveId);
		if (begun - startedAt >= warmUpMs) delays.push(world.clock.elapsed() - begun);
	};
	const events = [...broadcasts.values()].flat().flatMap(({ liveId, begin, end }) => [
		{
			at: begin,
			act: () => {
				world.site.begin(liveId);
				begunAt.set(liveId, world.clock.elapsed());
			},
		},
		{
			at: end,
			act: () => {
				world.site.end(liveId);
				if (begunAt.delete(liveId)) missed.push(liveId);
				const room = world.rooms.get(liveId);
				if (room?.liveAt !== undefined) room.look("waiting");
			},
		},
	]);
	for (const [at, what] of setting.happens ?? []) events.push({ at, act: () => what(world) });
	events.sort((a, b) => a.at - b.at);
	for (const { at, act } of events) {
		if (at < 0 || at >= lastsMs) continue;
		await world.clock.advance(Math.max(0, startedAt + Math.round(at) - world.clock.elapsed()));
		act();
	}
	await world.clock.advance(startedAt + lastsMs - world.clock.elapsed());
	world.watching.stop();
	// Rooms that no way can find in time any more.
	for (const [liveId, begun] of begunAt) if (world.clock.elapsed() - begun > hour) missed.push(liveId);
	return { world, delays: delays.sort((a, b) => a - b), missed, startedAt };
}

type Run = Awaited<ReturnType<typeof run>>;

const at = (sorted: readonly number[], part: number) => sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
const median = ({ delays }: Run) => at(delays, 0.5);
const seconds = (ms: number) => (Number.isNaN(ms) ? "–" : Math.round(ms / second));

const rows: Record<string, Record<string, string | number>> = {};
const broken: string[] = [];

function show(name: string, result: Run): Run {
	const { world, delays, missed } = result;
	rows[name] = {
		bans: world.site.bans(),
		single: world.count("enter", "reflow", "scene", "page"),
		pages: world.count("page"),
		batch: world.count("batch"),
		"went live": delays.length + missed.length,
		missed: missed.length,
		"median, s": seconds(median(result)),
		"p95, s": seconds(at(delays, 0.95)),
		"longest, s": seconds(delays.at(-1) ?? Number.NaN),
	};
	return result;
}

const bans: Record<string, Record<string, string | number>> = {};

/** Prints the bans of an address, and the outcome for its rooms. */
function showBans(name: string, result: Run): Run {
	const { world, delays, missed, startedAt } = result;
	const { asked } = world.site;
	const first = asked.findIndex(({ bannedUntil }) => bannedUntil !== undefined);
	const end = world.clock.elapsed();
	let bannedMs = 0;
	let counted = 0;
	for (const { at: from, bannedUntil = 0 } of asked) {
		const until = Math.min(end, bannedUntil);
		bannedMs += Math.max(0, until - Math.max(from, counted));
		counted = Math.max(counted, until);
	}
	bans[name] = {
		bans: world.site.bans(),
		"look-ups": asked.length,
		"banned after, min": first < 0 ? "–" : Math.round(((asked[first]?.at ?? 0) - startedAt) / minute),
		"look-ups until then": first < 0 ? "–" : first,
		"banned, %": Math.round((100 * bannedMs) / (end - startedAt)),
		"went live": delays.length + missed.length,
		missed: missed.length,
		"median, s": seconds(median(result)),
		"p95, s": seconds(at(delays, 0.95)),
	};
	return result;
}

/** Records a promise that was broken. */
function promise(words: string, kept: boolean): void {
	if (!kept) broken.push(words);
}

const closings: Record<string, Record<string, string | number>> = {};
const singleWays: readonly WatchWay[] = ["enter", "reflow", "scene", "page"];

/**
 * Runs 50 rooms while one way, or all, is refused for as long as `--hours`: ways by which rooms are first known from
 * the start, others after a quarter of that.
 */
async function closedFor(way: WatchWay | "all", sign: RefusalSign): Promise<void> {
	const lastsMs = hours * hour;
	const from = way === "enter" || way === "page" ? 10 * second : lastsMs / 4;
	const to = from + lastsMs;
	const closed: readonly WatchWay[] = way === "all" ? ["batch", ...singleWays] : [way];
	let said: { closed: boolean; waits: Set<string | undefined> } | undefined;
	const { world, delays, missed, startedAt } = await run({
		rooms: 50,
		lastsMs: to + lastsMs / 4,
		happens: [
			[from, ({ site }) => void closed.map((one) => site.closed.set(one, sign))],
			[
				(from + to) / 2,
				({ watching, rooms }) => {
					const waiting = [...rooms.values()].filter(({ liveAt }) => liveAt === undefined);
					const waits = new Set(waiting.map(({ waits }) => waits.at(-1)?.why[0]));
					said = { closed: watching.status().exits.some((exit) => exit.closed), waits };
				},
			],
			[to, ({ site }) => void closed.map((one) => site.closed.delete(one))],
		],
	});
	const asked = world.site.asked.map((one) => ({ ...one, at: one.at - startedAt }));
	const refused = asked.filter((one) => one.sign !== undefined);
	const next = asked.find((one) => one.sign === undefined && one.at > from && !closed.includes(one.way));
	const back = asked.find((one) => one.sign === undefined && one.at >= to && closed.includes(one.way));
	closings[`${way} (${sign})`] = {
		bans: world.site.bans(),
		refused: refused.length,
		"next way after, s": next && way !== "all" ? seconds(next.at - from) : "–",
		"back after, min": back ? Math.round((back.at - to) / minute) : "–",
		"went live": delays.length + missed.length,
		missed: missed.length,
		"median, s": seconds(at(delays, 0.5)),
		"p95, s": seconds(at(delays, 0.95)),
		"said to be closed": said?.closed ? "yes" : "no",
	};
	const name = `${way} closed`;
	// A cooldown of 5, 15 and then 60 minutes, each with a probe; requests under way may be refused as well.
	promise(`${name}: no more than the probes`, refused.length <= closed.length * (3 + hours));
	promise(`${name}: no ban`, world.site.bans() === 0);
	promise(`${name}: said so only where all are`, said?.closed === (way === "all"));
	if (way === "all") {
		promise(`${name}: each room says what to do`, said?.waits.size === 1 && said.waits.has("captchaAsked"));
		promise(`${name}: back within its rest`, back !== undefined && back.at - to <= 67 * minute);
		return;
	}
	promise(`${name}: no broadcast missed`, missed.length === 0);
	promise(`${name}: the next way within a minute`, next !== undefined && next.at - from <= minute);
	// The others are no better than the ways used meanwhile, and not asked.
	const isBest = way === "batch" || way === "reflow";
	promise(`${name}: back within its rest`, !isBest || (back !== undefined && back.at - to <= 67 * minute));
}

const sizes = values.rooms === undefined ? [10, 50, 200, 1_000] : [Number(values.rooms)];
const cases: Record<string, () => Promise<void>> = {
	budget: async () => {
		for (const rooms of sizes) {
			const { world } = show(`budget: ${rooms} rooms`, await run({ rooms }));
			promise(`${rooms} rooms are never banned`, world.site.bans() === 0);
		}
		const free = show("budget: 200 rooms without one", await run({ rooms: 200, perMinute: 600 }));
		promise("without a budget the address is banned", free.world.site.bans() > 0);
	},
	batch: async () => {
		const whole = show("batch: 64 ids", await run({ rooms: 200 }));
		promise("64 ids: median 20 s, p95 45 s", median(whole) <= 20 * second && at(whole.delays, 0.95) <= 45 * second);
		const small = show("batch: 8 ids, others left out silently", await run({ rooms: 200, batchIds: 8 }));
		promise("8 ids: median 70 s", median(small) <= 70 * second);
		const cut = (world: World) => {
			world.site.batchIds = 8;
		};
		show("batch: 64 ids, 8 from half time on", await run({ rooms: 200, happens: [[(hours * hour) / 2, cut]] }));
		show("batch: none, JSON calls and pages", await run({ rooms: 200, batchIds: 0 }));
	},
	pages: async () => {
		const base = { rooms: 30, pages: true } as const;
		const habits = show("pages: 30 rooms with habits", await run({ ...base, hours: "habits" }));
		const even = show("pages: the same, asked evenly", await run({ ...base, hours: "habits", expects: false }));
		promise("habits: median 4 min, half of even asking", median(habits) <= Math.min(4 * minute, median(even) / 2));
		const random = show("pages: 30 rooms at random hours", await run({ ...base, hours: "random" }));
		const evenly = show("pages: the same, asked evenly ", await run({ ...base, hours: "random", expects: false }));
		promise("random hours: within 10 % of even asking", median(random) <= 1.1 * median(evenly));
		for (const each of [habits, even, random]) promise("pages alone are never banned", each.world.site.bans() === 0);
	},
	closed: async () => {
		const signs: readonly RefusalSign[] = ["captcha", "empty", "refused", "layout"];
		const turns: readonly WatchWay[] = ["batch", "enter", "reflow", "page"];
		for (const [index, way] of turns.entries()) await closedFor(way, signs[index] ?? "captcha");
		await closedFor("all", "captcha");
	},
	unlimited: async () => {
		for (const rooms of [10, 50]) {
			const base = { rooms, batchIds: 0 };
			const kept = showBans(`${rooms} rooms, within the budget`, await run(base));
			const free = showBans(`${rooms} rooms, without a budget`, await run({ ...base, perMinute: 600 }));
			promise(`${rooms} rooms are never banned, one at a time`, kept.world.site.bans() === 0);
			promise(`${rooms} rooms without a budget are banned`, free.world.site.bans() > 0);
		}
	},
	exits: async () => {
		const proxy = "http://proxy.example:1";
		const ban = (world: World) => world.site.ban("direct", day);
		const result = show(
			"exits: two, the first banned at half time",
			await run({ rooms: 100, exits: ["direct", proxy], happens: [[(hours * hour) / 2, ban]] }),
		);
		promise("the other exit is never banned", result.world.site.bans(proxy) === 0);
	},
};

for (const [name, measure] of Object.entries(cases)) {
	if (name.includes(values.case)) await measure();
}
console.log(`${hours} h each, seed ${seed}`);
for (const table of [rows, bans, closings]) if (Object.keys(table).length > 0) console.table(table);
for (const words of broken) console.error(`not kept: ${words}`);
if (broken.length > 0) process.exitCode = 1;
