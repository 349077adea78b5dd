import type { FaultSpec } from "@livekeeper/simulator";
import type { Action, Step } from "./actions.ts";
import { Dice } from "./dice.ts";
import type { Direction, NetworkFault } from "./network.ts";
import { drawLimits, drawRoomOptions, noLimits } from "./option-draws.ts";
import { readerKinds } from "./readers.ts";

/** A disturbance of the service: its weight and how it is drawn. Later parts carry their delay, ms. */
interface Disturbance {
	weight: number;
	draw: (dice: Dice, rooms: number, sessions: number) => (Action & { later?: number })[];
}

const fault = (weight: number, spec: (dice: Dice) => FaultSpec): Disturbance => ({
	weight,
	// For one room, or occasionally for all at once.
	draw: (dice, rooms) => [
		{ do: "fault", spec: spec(dice), ...(dice.chance(0.7) && { room: dice.whole(0, rooms - 1) }) },
	],
});

const network = (weight: number, kind: (dice: Dice) => NetworkFault): Disturbance => ({
	weight,
	draw: (dice, rooms) => [
		{ do: "network", fault: kind(dice), ...(dice.chance(0.5) && { room: dice.whole(0, rooms - 1) }) },
	],
});

const count = (dice: Dice) => (dice.chance(0.5) ? { count: dice.whole(1, 4) } : {});
const ways: readonly Direction[] = ["up", "down", "both", "both"];
const pageStates = ["offline", "no_room", "not_found", "captcha", "shell", "hidden", "closed_account"] as const;

const disturbances: readonly Disturbance[] = [
	fault(4, (dice) => ({ fault: "cut", ...count(dice) })),
	fault(4, (dice) => ({ fault: "reset", ...count(dice) })),
	fault(2, (dice) => ({ fault: "close", ...count(dice) })),
	fault(2, (dice) => ({ fault: "garbage_gzip", ...count(dice) })),
	fault(2, (dice) => ({ fault: "garbage_protobuf", ...count(dice) })),
	fault(1, (dice) => ({ fault: "bomb", count: dice.whole(1, 2) })),
	fault(2, (dice) => ({ fault: "bad_message", ...count(dice) })),
	fault(3, (dice) => ({ fault: "half_open", for_ms: dice.time(2_000, 60_000) })),
	fault(2, (dice) => ({ fault: "slow_handshake", ms: dice.time(500, 20_000), for_ms: dice.time(5_000, 60_000) })),
	fault(1, (dice) => ({ fault: "device_blocked", for_ms: dice.time(2_000, 60_000) })),
	fault(4, (dice) => ({
		fault: "http_status",
		status: dice.of([404, 429, 500, 502, 503, 503, 504]),
		on: dice.of(["socket", "socket", "pages", "fetch", "all"]),
		for_ms: dice.time(3_000, 60_000),
		...(dice.chance(0.3) && { retry_after: dice.whole(1, 40) }),
	})),
	fault(1, (dice) => ({ fault: "captcha", for_ms: dice.time(2_000, 30_000) })),
	fault(1, (dice) => ({ fault: "ac_nonce", for_ms: dice.time(5_000, 60_000) })),
	fault(3, (dice) => ({ fault: "duplicate", for_ms: dice.time(2_000, 60_000) })),
	fault(2, (dice) => ({ fault: "reorder", for_ms: dice.time(1_000, 20_000) })),
	fault(4, (dice) => ({ fault: "ignore_cursor", for_ms: dice.time(10_000, 120_000) })),
	fault(2, (dice) => ({ fault: "stall", ms: dice.time(2_000, 50_000) })),
	fault(2, (dice) => ({ fault: "latency", ms: dice.time(100, 8_000), for_ms: dice.time(5_000, 60_000) })),
	fault(1, (dice) => ({ fault: "no_gifts", for_ms: dice.time(5_000, 60_000) })),
	network(4, () => ({ kind: "cut" })),
	network(4, () => ({ kind: "reset" })),
	network(4, () => ({ kind: "truncate" })),
	network(2, (dice) => ({ kind: "refuse", forMs: dice.time(1_000, 90_000) })),
	network(4, (dice) => ({ kind: "hold", direction: dice.of(ways), forMs: dice.time(500, 40_000) })),
	network(4, (dice) => ({ kind: "black", direction: dice.of(ways), forMs: dice.time(1_000, 90_000) })),
	network(3, (dice) => ({
		kind: "latency",
		direction: dice.of(ways),
		ms: dice.time(50, 6_000),
		forMs: dice.time(5_000, 60_000),
	})),
	network(3, (dice) => ({
		kind: "loss",
		direction: dice.of(ways),
		share: dice.of([0.05, 0.2, 0.5]),
		forMs: dice.time(5_000, 60_000),
	})),
	{
		weight: 4,
		draw: (dice, rooms) => {
			const room = dice.whole(0, rooms - 1);
			const pageLingersMs = dice.chance(0.3) ? dice.time(1_000, 60_000) : 0;
			return [
				{ do: "end", room, pageLingersMs },
				{ do: "begin", room, later: dice.time(500, 60_000) },
			];
		},
	},
	{ weight: 4, draw: drawBan },
	{ weight: 4, draw: drawClosedWay },
	{
		weight: 1,
		draw: (dice) => [
			{ do: "batch", ids: dice.of([1, 2, 8]) },
			{ do: "batch", ids: 64, later: dice.time(20_000, 120_000) },
		],
	},
	{ weight: 1, draw: () => [{ do: "passed", solved: false }] },
	{
		weight: 2,
		draw: (dice, rooms) => {
			const room = dice.whole(0, rooms - 1);
			const page = dice.of(pageStates);
			return [
				{ do: "page", room, page },
				{ do: "page", room, page: "auto", later: dice.time(1_000, 40_000) },
			];
		},
	},
	{
		weight: 2,
		draw: (dice, rooms) => [{ do: "rate", room: dice.whole(0, rooms - 1), rate: dice.of([0, 0.05, 1, 5, 30]) }],
	},
	{
		weight: 2,
		draw: (dice, rooms) => [{ do: "burst", room: dice.whole(0, rooms - 1), messages: dice.whole(20, 800) }],
	},
	{
		weight: 1,
		draw: (dice, rooms) => {
			const room = dice.whole(0, rooms - 1);
			return [
				{ do: "stop_room", room },
				{ do: "start_room", room, later: dice.time(200, 20_000) },
			];
		},
	},
	{
		weight: 2,
		draw: (dice) => [
			{ do: "service", signal: dice.chance(0.75) ? "SIGKILL" : "SIGTERM", downMs: dice.time(100, 40_000) },
		],
	},
	{ weight: 5, draw: drawDisk },
	{ weight: 4, draw: (dice, rooms, sessions) => [drawRoomOptions(dice, dice.whole(0, rooms - 1), sessions)] },
	{
		weight: 4,
		draw: (dice, rooms) => [{ do: "limits", limits: dice.chance(0.25) ? noLimits : drawLimits(dice, rooms) }],
	},
	{
		weight: 6,
		draw: (dice) => {
			const forMs = dice.time(1_000, 90_000);
			const reader = dice.whole(0, readerKinds - 1);
			if (dice.chance(0.6)) {
				const fault = dice.of<NetworkFault>([
					{ kind: "cut" },
					{ kind: "reset" },
					{ kind: "hold", direction: "down", forMs },
				]);
				return [{ do: "reader", reader, fault }];
			}
			// A client does not notice a dead connection by itself.
			return [
				{ do: "reader", reader, fault: { kind: "black", direction: "both", forMs } },
				{ do: "reader", reader, fault: { kind: "reset" }, later: forMs },
			];
		},
	},
];

const totalWeight = disturbances.reduce((sum, { weight }) => sum + weight, 0);
/** Time between two disturbances, ms; short enough for several to overlap. */
const everyMs = [3_000, 6_000, 12_000] as const;
/** Time of the first one, ms, when the rooms have had time to connect. */
const firstAtMs = 10_000;

interface Scope {
	spanMs: number;
	rates: readonly number[];
	/** Concurrent sessions of each room. */
	sessions: number;
	/** Time between two disturbances, ms; default: drawn from the seed. */
	paceMs?: number;
	/** Whether an action may happen; default: all may. */
	allows?: (action: Action) => boolean;
}

/** Draws all disturbances of a run, in order of their time. */
export function drawSteps(random: () => number, scope: Scope): Step[] {
	const { spanMs, rates, sessions, paceMs, allows = () => true } = scope;
	const dice = new Dice(random);
	const drawnMs = dice.of(everyMs);
	const steps: Step[] = [];
	for (let at = firstAtMs; at < spanMs; at += dice.whole(0, 2 * (paceMs ?? drawnMs))) {
		const drawn = drawOne(dice).draw(dice, rates.length, sessions);
		if (!drawn.every(allows)) continue;
		for (const { later = 0, ...action } of drawn) steps.push({ at: at + later, ...action });
	}
	return steps.sort((a, b) => a.at - b.at);
}

/** The disk fills up or turns read-only, and recovers later; often the service is restarted in between. */
function drawDisk(dice: Dice): (Action & { later?: number })[] {
	const forMs = dice.time(5_000, 90_000);
	const restarts = Array.from({ length: dice.of([0, 1, 1, 2]) }, () => ({
		do: "service" as const,
		signal: dice.of(["SIGKILL", "SIGTERM"] as const),
		downMs: dice.time(100, forMs / 4),
		later: dice.whole(1_000, forMs),
	}));
	return [
		{ do: "disk", state: dice.of(["full", "read_only"] as const) },
		...restarts,
		{ do: "disk", state: "fine", later: forMs },
	];
}

/** The site bans the address from some of its calls; often a person solves the captcha before the ban ends. */
function drawBan(dice: Dice): (Action & { later?: number })[] {
	const forMs = dice.time(5_000, 240_000);
	const ban: Action = { do: "ban", group: dice.of(["page", "json", "json", "batch", "push"] as const), forMs };
	if (dice.chance(0.6)) return [ban];
	return [ban, { do: "passed", solved: dice.chance(0.7), later: dice.whole(1_000, forMs) }];
}

/** One way of looking up rooms is closed, occasionally all of them. */
function drawClosedWay(dice: Dice): Action[] {
	const on = dice.of([
		"page",
		"enter",
		"enter",
		"reflow",
		"reflow",
		"scene",
		"batch",
		"batch",
		"fetch",
		"all",
	] as const);
	const by = dice.of(["captcha", "empty", "444", "layout"] as const);
	return [{ do: "fault", spec: { fault: "way_closed", on, by, for_ms: dice.time(5_000, 180_000) } }];
}

function drawOne(dice: Dice): Disturbance {
	let ticket = dice.random() * totalWeight;
	for (const disturbance of disturbances) {
		ticket -= disturbance.weight;
		if (ticket < 0) return disturbance;
	}
	return disturbances[0] as Disturbance;
}
