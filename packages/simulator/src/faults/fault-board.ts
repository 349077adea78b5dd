import type { Clock } from "@livekeeper/douyin";
import { SimulatorError } from "../errors.ts";
import { type Way, ways } from "../site/site-rules.ts";

/** Description of each fault; the page of the control API is made from the same words. */
export const faultKinds = {
	cut: "ends the sockets with a TCP FIN, without a close frame",
	reset: "ends the sockets with a TCP RST",
	half_open: "accepts handshakes and then falls mute for good; open sockets fall mute as well",
	slow_handshake: "answers the handshake after `ms`",
	device_blocked: "answers the handshake with HTTP 200 and handshake-msg DEVICE_BLOCKED",
	http_status: "answers with `status` (and `retry_after` seconds) on `on`: socket, pages, fetch or all (default)",
	captcha: "answers the pages with a captcha, and short links and the JSON calls about a room as well",
	foreign_redirect: "leads short links to a host that is not the site's",
	expired_link: "leads short links to the home page, as an expired one does",
	empty_answer: "answers short links and reflow/info with nothing",
	ac_nonce: "answers pages without cookies with a shell and the __ac_nonce cookie",
	garbage_gzip: "sends a frame whose gzip is noise",
	garbage_protobuf: "sends a frame whose payload, unzipped, is not a Response",
	bomb: "sends a frame that unzips to 64 MiB of zeros",
	bad_message: "puts a message that will not decode among the good ones of the next frame",
	duplicate: "sends each frame twice",
	reorder: "swaps neighbouring frames (a frame waits for the next one, at most 1 s)",
	ignore_cursor: "starts clients that bring a cursor at live",
	close: "sends a frame with payload_type close",
	stall: "sends no frames for `ms`, then everything",
	latency: "delays frames by `ms`",
	no_gifts: "leaves out gifts, as for anonymous sessions",
	way_closed: "closes one way of looking rooms up, `on` (default all), `by` captcha, empty, 444 or layout, `after_ms`",
	novelties: "mixes kinds and fields that nobody knows into what is said",
} as const;

export type FaultKind = keyof typeof faultKinds;

/** Requests that an `http_status` fault can answer. */
const faultTargets = ["socket", "pages", "fetch", "all"] as const;
export type FaultTarget = (typeof faultTargets)[number];

/** Answers of a `way_closed` fault: the captcha's page or header, nothing, HTTP 444, or content under unknown names. */
const closings = ["captcha", "empty", "444", "layout"] as const;
export type Closing = (typeof closings)[number];

/**
 * A fault on demand. It lasts until it has struck `count` times, until `for_ms` has passed, or until it is cleared. The
 * kinds that act on a socket once (`cut`, `reset`, `close`, `garbage_gzip`, `garbage_protobuf`, `bomb`, `bad_message`),
 * given neither `count` nor `for_ms`, strike the sockets that are open and are over; with one of them they also strike
 * sockets that open later.
 */
export interface FaultSpec {
	fault: FaultKind;
	/** Maximum number of strikes: on sockets, handshakes, requests or frames, depending on the kind. */
	count?: number;
	for_ms?: number;
	/** For `slow_handshake`, `stall`, `latency`. */
	ms?: number;
	/** For `http_status`: 400–599. */
	status?: number;
	/** For `http_status`: seconds. */
	retry_after?: number;
	/** For `http_status` the requests, for `way_closed` the way; default `all`. */
	on?: FaultTarget | Way;
	/** For `way_closed`. */
	by?: Closing;
	/** For `way_closed`: delay before it begins, ms; `for_ms` counts from then. Default 0. */
	after_ms?: number;
}

/** The kinds that act on a socket once. */
export const strokes = ["garbage_gzip", "garbage_protobuf", "bomb", "bad_message", "close", "cut", "reset"] as const;
export type Stroke = (typeof strokes)[number];

const needsMs: ReadonlySet<FaultKind> = new Set(["slow_handshake", "stall", "latency"]);

/** Kinds that are a state of the room and don't strike. */
const uncounted: ReadonlySet<FaultKind> = new Set(["stall", "no_gifts", "novelties"]);

export function isStroke(kind: FaultKind): kind is Stroke {
	return (strokes as readonly FaultKind[]).includes(kind);
}

/**
 * Validates a fault.
 *
 * @throws SimulatorError `bad_fault`, naming what was expected
 */
export function checkFault(input: unknown): FaultSpec {
	if (typeof input !== "object" || input === null || Array.isArray(input)) {
		throw badFault('A fault is an object such as {"fault": "cut"}.');
	}
	const given: Record<string, unknown> = { ...input };
	const { fault } = given;
	if (typeof fault !== "string" || !isKind(fault)) {
		throw badFault(`"fault" must be one of: ${Object.keys(faultKinds).join(", ")}.`);
	}
	const takes = parametersOf(fault);
	for (const name of Object.keys(given)) {
		if (name !== "fault" && !takes.includes(name)) {
			throw badFault(`The fault ${fault} does not take ${JSON.stringify(name)}. It takes: ${takes.join(", ")}.`);
		}
	}
	const spec: FaultSpec = { fault };
	for (const [name, min, max] of numbers) {
		const value = given[name];
		if (value === undefined) continue;
		if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
			throw badFault(`"${name}" must be a whole number from ${min} to ${max}.`);
		}
		spec[name] = value;
	}
	if (needsMs.has(fault) && spec.ms === undefined) throw badFault(`The fault ${fault} needs "ms".`);
	if (fault === "http_status" && spec.status === undefined) throw badFault(`The fault ${fault} needs "status".`);
	if (fault === "way_closed") spec.by = oneOf("by", closings, given["by"]);
	const targets = fault === "way_closed" ? ([...wayNames, "all"] as const) : faultTargets;
	if (given["on"] !== undefined) spec.on = oneOf<FaultTarget | Way>("on", targets, given["on"]);
	return spec;
}

const wayNames = Object.keys(ways) as Way[];

function oneOf<T extends string>(name: string, words: readonly T[], given: unknown): T {
	const word = words.find((one) => one === given);
	if (word === undefined) throw badFault(`"${name}" must be one of: ${words.join(", ")}.`);
	return word;
}

const maxMs = 24 * 60 * 60 * 1000;

const numbers = [
	["count", 1, 1_000_000],
	["for_ms", 1, maxMs],
	["ms", 1, maxMs],
	["after_ms", 0, maxMs],
	["status", 400, 599],
	["retry_after", 0, 86_400],
] as const;

function isKind(text: string): text is FaultKind {
	return Object.hasOwn(faultKinds, text);
}

function parametersOf(kind: FaultKind): string[] {
	return [
		...(uncounted.has(kind) ? [] : ["count"]),
		"for_ms",
		...(needsMs.has(kind) ? ["ms"] : []),
		...(kind === "http_status" ? ["status", "retry_after", "on"] : []),
		...(kind === "way_closed" ? ["on", "by", "after_ms"] : []),
	];
}

function badFault(message: string): SimulatorError {
	return new SimulatorError("bad_fault", message);
}

/** A fault that is set, or the last state of one. */
export interface Fault {
	readonly id: number;
	readonly spec: FaultSpec;
	/** The room it applies to; `undefined` for all. */
	readonly liveId: string | undefined;
	/** Number of times it has struck. */
	struck: number;
}

interface ActiveFault extends Fault {
	readonly beginsAt: number;
	readonly endsAt: number;
}

/** The faults that are set, per room and for all. Every action checks here first. */
export class FaultBoard {
	readonly #clock: Clock;
	#faults: ActiveFault[] = [];
	#nextId = 1;
	#onAdded: (fault: Fault) => void = () => undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Registers the immediate effect of a new fault on open sockets. */
	onAdded(strike: (fault: Fault) => void): void {
		this.#onAdded = strike;
	}

	/**
	 * @param liveId the room it applies to; without it, all
	 * @throws SimulatorError `bad_fault`
	 */
	add(given: FaultSpec, liveId?: string): Fault {
		const spec = checkFault(given);
		if (spec.fault === "way_closed" && liveId !== undefined) {
			throw new SimulatorError("bad_fault", "The fault way_closed is for all rooms: POST it to /__sim/faults.");
		}
		const beginsAt = this.#clock.now() + (spec.after_ms ?? 0);
		const lastsMs = Math.min(spec.for_ms ?? Infinity, spec.fault === "stall" ? (spec.ms ?? Infinity) : Infinity);
		const fault: ActiveFault = {
			id: this.#nextId++,
			spec,
			liveId,
			struck: 0,
			beginsAt,
			endsAt: beginsAt + lastsMs,
		};
		this.#faults.push(fault);
		this.#onAdded(fault);
		const once = isStroke(spec.fault) && spec.count === undefined && spec.for_ms === undefined;
		if (once) this.#faults = this.#faults.filter((other) => other !== fault);
		return fault;
	}

	/** @param liveId clears the faults of this room; without it those for all */
	clear(liveId?: string): void {
		this.#faults = this.#faults.filter((fault) => fault.liveId !== liveId);
	}

	/** Clears all faults. */
	clearAll(): void {
		this.#faults = [];
	}

	/** Lists the faults that are set, now or for later: of one room, or those for all. */
	list(liveId?: string): Fault[] {
		const now = this.#clock.now();
		return this.#faults.filter((fault) => fault.liveId === liveId && now < fault.endsAt);
	}

	/**
	 * Returns the active fault of this kind for a room, without striking. A room's own takes precedence over one for all.
	 */
	peek(kind: FaultKind, liveId: string | undefined, target?: FaultTarget | Way): Fault | undefined {
		if (this.#faults.length === 0) return undefined;
		const fits = (fault: ActiveFault) =>
			fault.spec.fault === kind && this.#isOn(fault) && (target === undefined || isOn(fault.spec, target));
		return (
			this.#faults.find((fault) => fault.liveId !== undefined && fault.liveId === liveId && fits(fault)) ??
			this.#faults.find((fault) => fault.liveId === undefined && fits(fault))
		);
	}

	/** Like `peek`, but counts a strike. */
	take(kind: FaultKind, liveId: string | undefined, target?: FaultTarget): FaultSpec | undefined {
		const fault = this.peek(kind, liveId, target);
		if (fault) this.strike(fault);
		return fault?.spec;
	}

	/** Counts a strike; returns whether the fault had one left. */
	strike(fault: Fault): boolean {
		if (fault.struck >= (fault.spec.count ?? Infinity)) return false;
		fault.struck++;
		if (fault.struck === fault.spec.count) this.#faults = this.#faults.filter((other) => other !== fault);
		return true;
	}

	#isOn(fault: ActiveFault): boolean {
		const now = this.#clock.now();
		return now >= fault.beginsAt && now < fault.endsAt;
	}
}

function isOn(spec: FaultSpec, target: FaultTarget | Way): boolean {
	return spec.on === undefined || spec.on === "all" || spec.on === target;
}
