import { seeded } from "@livekeeper/douyin/testing";
import type { IdMode } from "@livekeeper/simulator";
import type { ConfigInput } from "livekeeper";
import type { Action, LimitsInput, Step } from "../chaos/actions.ts";
import { Dice } from "../chaos/dice.ts";
import { drawSteps } from "../chaos/disturbances.ts";
import { drawLimits, noLimits } from "../chaos/option-draws.ts";
import { drawOptions } from "../chaos/service-options.ts";
import { drillMs } from "./drill.ts";
import type { NatsFault } from "./nats.ts";
import type { Manner } from "./receiver.ts";
import type { StoreFault } from "./store.ts";

/** Disturbances that only a world can make. */
export type WorldAction =
	/** The wall clock of the service's machine is set forward, or back. */
	| { do: "clock"; ms: number }
	/** A room that the service has never seen. */
	| { do: "new_room" }
	/** Whether a live room becomes a voice room, or is none any more. */
	| { do: "voice"; room: number; voice: boolean }
	/** The login that rooms share gets another cookie. */
	| { do: "cookie"; cookie: string }
	| { do: "store"; fault: StoreFault }
	/** The service is killed as soon as it has stored something, with whatever it still holds. */
	| { do: "crash"; downMs: number }
	/** After `lostMs` the power fails for `downMs`; what was written from now on is lost. */
	| { do: "power_cut"; lostMs: number; downMs: number }
	| { do: "target"; how: Manner }
	/** A node of a cluster dies or is stopped, and is back after `downMs`. */
	| { do: "node_ends"; node: number; how: "kill" | "stop"; downMs: number }
	/** A node hangs, and wakes with everything that it held. */
	| { do: "node_hangs"; node: number; forMs: number }
	| { do: "nats"; node: number; fault: NatsFault }
	/** A reader leaves, or takes what it is sent slowly. */
	| { do: "reader_away"; reader: number; forMs: number }
	| { do: "reader_slow"; reader: number; forMs: number; ms: number };

/** `at`: ms since the world began. */
export type WorldStep = Step | ({ at: number } & WorldAction);

/** Options that say who is answered, and how often. */
export type ServiceAccess = Pick<ConfigInput, "api_key" | "rate_limit">;

/** Everything that a run does, derived from the seed alone. */
export interface WorldPlan {
	seed: number;
	/** Time in which disturbances begin, ms. */
	spanMs: number;
	rooms: number;
	/** Number of nodes; those of a cluster share one NATS. */
	nodes: number;
	/** Offset of each node's wall clock, ms. */
	aheadMs: number[];
	/** Whether each room is a voice room. */
	voices: boolean[];
	/** Concurrent sessions of each room. */
	sessions: number;
	historySize: number;
	ids: IdMode;
	isHelped: boolean;
	limits: LimitsInput;
	options: ConfigInput;
	access: ServiceAccess;
	/** Time for which the service is off in the end, ms. */
	nightMs: number;
	/** Whether events are kept for an hour from then on, so that some or all of them are too old after it. */
	forgets: boolean;
	steps: WorldStep[];
}

export interface PlanScope {
	/** Default 1. */
	hours?: number;
	/** Default 20. */
	rooms?: number;
	/** Default: three in one seed of three, one in the others. */
	nodes?: number | undefined;
}

/** Number of messages of a broadcast that the upstream keeps: mostly enough, sometimes exceeded by an outage. */
const historySizes = [1_000, 1_000, 1_000, 200, 60];
const idModes: readonly IdMode[] = ["differ", "differ", "differ", "differ", "no_common", "new_envelope"];
const paceMs = [15_000, 30_000, 60_000, 120_000];
export const readerCount = 3;
const maxBurst = 120;
/** Maximum difference between the clocks of a cluster's nodes, ms. */
const maxAheadMs = 1_500;
/** Time that every room's way to the site needs besides its look-up, ms. */
const connectsMs = 60_000;
const usualLookups = 5;

/** Returns the time in which each room can be looked up once, ms. */
export function lookUpsMs({ rooms, nodes, options }: Pick<WorldPlan, "options" | "rooms" | "nodes">): number {
	// A node has its part of the budget, and may own more than its part of the rooms.
	return ((nodes > 1 ? 2 : 1) * rooms * 60_000) / (options.lookups_per_minute ?? usualLookups);
}

/** Returns the time before the first disturbance, in which every room can connect, ms. */
export function calmMsOf(plan: Pick<WorldPlan, "options" | "rooms" | "nodes">): number {
	return connectsMs + lookUpsMs(plan);
}

/** Draws a run. */
export function planOf(
	seed: number,
	{ hours = 1, rooms = 20, nodes = seed % 3 === 0 ? 3 : 1 }: PlanScope = {},
): WorldPlan {
	const random = seeded(seed);
	// Neighbouring seeds start alike, so the first numbers are skipped.
	for (let i = 0; i < 8; i++) random();
	const dice = new Dice(random);
	const spanMs = Math.round(hours * 3_600_000 * 0.85);
	const sessions = dice.of([1, 1, 1, 1, 2]);
	const limits = dice.chance(0.4) ? drawLimits(dice, rooms) : noLimits;
	const plan = {
		...{ seed, spanMs, rooms, nodes, sessions, limits },
		aheadMs: Array.from({ length: nodes }, (_, node) => (node === 0 ? 0 : dice.of([1, -1]) * dice.time(1, maxAheadMs))),
		voices: Array.from({ length: rooms }, () => dice.chance(0.25)),
		historySize: dice.of(historySizes),
		ids: dice.of(idModes),
		isHelped: dice.chance(0.7),
		options: drawOptions(random),
		access: { ...(dice.chance(0.5) && { api_key: "made-up-key" }), ...(dice.chance(0.8) && { rate_limit: 4 }) },
		...drawNight(dice),
	};
	const rates = plan.voices.map(() => 1);
	const allows = (action: Action) => isDone(action) && (action.do !== "limits" || limits !== noLimits);
	const drawn = drawSteps(random, { spanMs, rates, sessions, paceMs: dice.of(paceMs), allows });
	const common = [...drawn.map(milder), ...drawOwn(dice, spanMs, rooms)];
	const steps =
		nodes > 1
			? [...common.filter((step) => inClusters.has(step.do)), ...drawOfNodes(dice, spanMs, nodes)]
			: [...common, ...drawPowerCut(dice, spanMs)];
	const beginsMs = calmMsOf(plan) + (nodes > 1 ? 0 : drillMs);
	return { ...plan, steps: steps.map((step) => ({ ...step, at: beginsMs + step.at })).sort((a, b) => a.at - b.at) };
}

/** Disks and readers of a world have faults of their own. */
function isDone({ do: what }: Action): boolean {
	return what !== "disk" && what !== "reader" && what !== "rate";
}

/** A world is about what happens, not about how much: a burst costs time in proportion to its messages. */
function milder(step: Step): Step {
	return step.do === "burst" ? { ...step, messages: Math.min(step.messages, maxBurst) } : step;
}

/** Short nights only end what rooms said; after long ones some of it is too old. */
function drawNight(dice: Dice): Pick<WorldPlan, "nightMs" | "forgets"> {
	const forgets = dice.chance(0.5);
	return { forgets, nightMs: forgets ? dice.time(30 * 60_000, 65 * 60_000) : dice.time(11 * 60_000, 20 * 60_000) };
}

type Draw = (dice: Dice, rooms: number) => (WorldAction & { later?: number })[];

const own: readonly Draw[] = [
	(dice) => [{ do: "clock", ms: dice.of([1, -1]) * dice.time(1_000, 7_200_000) }],
	(dice) => [{ do: "clock", ms: dice.of([1, -1]) * dice.time(100, 60_000) }],
	() => [{ do: "new_room" }],
	(dice) => [{ do: "crash", downMs: dice.time(100, 30_000) }],
	(dice, rooms) => {
		const room = dice.whole(0, rooms - 1);
		return [
			{ do: "voice", room, voice: true },
			{ do: "voice", room, voice: false, later: dice.time(60_000, 900_000) },
		];
	},
	(dice) => [{ do: "cookie", cookie: `sessionid=made-up-shared-${dice.whole(1, 3)}` }],
	(dice) => [
		{ do: "store", fault: { kind: dice.of(["full", "read_only", "io_error"]), forMs: dice.time(1_000, 120_000) } },
	],
	() => [{ do: "store", fault: { kind: "lost_answer" } }],
	(dice) => [{ do: "store", fault: { kind: "hanging", forMs: dice.time(1_000, 60_000) } }],
	(dice) => [
		{ do: "target", how: dice.of(["late", "wrong", "never", "busy", "flaky"]) },
		{ do: "target", how: "fine", later: dice.time(5_000, 600_000) },
	],
	// A wait that was set by a clock that was wrong.
	(dice) => [
		{ do: "target", how: dice.of(["wrong", "busy"]) },
		{ do: "clock", ms: -dice.time(3_600_000, 7_200_000), later: dice.time(5_000, 60_000) },
		{ do: "target", how: "fine", later: dice.time(60_000, 600_000) },
	],
	(dice) => [{ do: "reader_away", reader: dice.whole(0, readerCount - 1), forMs: dice.time(100, 600_000) }],
	(dice) => [
		{
			...{ do: "reader_slow", reader: dice.whole(0, readerCount - 1) },
			...{ forMs: dice.time(10_000, 300_000), ms: dice.time(200, 90_000) },
		},
	],
];

/** Draws a power cut: what was written last is lost, and all that follows judges that as well. */
function drawPowerCut(dice: Dice, spanMs: number): WorldStep[] {
	const [lostMs, downMs] = [dice.time(50, 60_000), dice.time(1_000, 60_000)];
	return [{ at: dice.whole(20_000, spanMs), do: "power_cut", lostMs, downMs }];
}

function drawOwn(dice: Dice, spanMs: number, rooms: number): WorldStep[] {
	const steps: WorldStep[] = [];
	const everyMs = dice.of([60_000, 120_000, 240_000]);
	for (let at = 20_000; at < spanMs; at += dice.whole(0, 2 * everyMs)) {
		const drawn = dice.of(own)(dice, rooms);
		for (const { later = 0, ...action } of drawn) steps.push({ at: at + later, ...action });
	}
	return steps;
}

/** Disturbances that a cluster meets as well, beside those of its nodes: of the site, the network, readers and targets. */
const inClusters: ReadonlySet<WorldStep["do"]> = new Set<WorldStep["do"]>([
	...(["fault", "network", "ban", "batch", "end", "begin", "page", "burst", "voice"] as const),
	...(["target", "reader_away", "reader_slow"] as const),
	...(["start_room", "stop_room", "options", "passed", "new_room", "cookie", "limits", "service", "clock"] as const),
]);

/** Draws disturbances of single nodes: the others keep their rooms meanwhile. */
const ofNodes: readonly ((dice: Dice, node: number) => WorldAction)[] = [
	(dice, node) => ({ do: "node_ends", node, how: "kill", downMs: dice.time(100, 60_000) }),
	(dice, node) => ({ do: "node_ends", node, how: "stop", downMs: dice.time(1_000, 180_000) }),
	(dice, node) => ({ do: "node_hangs", node, forMs: dice.time(500, 90_000) }),
	(dice, node) => ({ do: "nats", node, fault: { kind: "cut_off", forMs: dice.time(500, 90_000) } }),
	(dice, node) => ({ do: "nats", node, fault: { kind: "lost_answers", forMs: dice.time(100, 20_000) } }),
	(_, node) => ({ do: "nats", node, fault: { kind: "reset" } }),
];

function drawOfNodes(dice: Dice, spanMs: number, nodes: number): WorldStep[] {
	const steps: WorldStep[] = [];
	const everyMs = dice.of([30_000, 60_000, 120_000]);
	for (let at = 10_000; at < spanMs; at += dice.whole(0, 2 * everyMs))
		steps.push({ at, ...dice.of(ofNodes)(dice, dice.whole(0, nodes - 1)) });
	return steps;
}

/** Returns the kind of a step, by which it is counted. */
export function kindOf(step: WorldStep): string {
	switch (step.do) {
		case "fault":
			return step.spec.fault === "way_closed" ? `look-up way closed: ${step.spec.on}` : step.spec.fault;
		case "network":
			return `network ${step.fault.kind}`;
		case "ban":
			return `ban: ${step.group}`;
		case "page":
			return `page: ${step.page}`;
		case "service":
			return step.signal === "SIGKILL" ? "service killed" : "service restarted";
		case "passed":
			return step.solved ? "slider passed" : "slider said to be passed";
		case "options":
			return `options: ${Object.keys(step.options).join(" ")}`;
		case "store":
			return `store ${step.fault.kind}`;
		case "clock":
			return step.ms > 0 ? "clock set forward" : "clock set back";
		case "node_ends":
			return step.how === "kill" ? "node killed" : "node restarted";
		case "nats":
			return `NATS ${step.fault.kind.replaceAll("_", " ")}`;
		case "target":
			return `target ${step.how}`;
		case "voice":
			return step.voice ? "voice room" : "no voice room any more";
		default:
			return step.do.replaceAll("_", " ");
	}
}
