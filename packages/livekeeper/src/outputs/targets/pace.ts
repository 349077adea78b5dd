import { hash53 } from "../../hash.ts";

/** How often a target is sent something. */
export interface TargetPace {
	/** Interval in minutes whose events are sent together; `undefined`: at once. */
	digestMinutes?: number | undefined;
	/** Messages in any minute; `undefined`: as many as the receiver documents. */
	maxPerMinute?: number | undefined;
	quiet?: QuietHours | undefined;
	/** Time that a change of state must hold before it is sent, s. */
	holdSeconds?: number | undefined;
}

/** Nothing is sent between the two, which may span midnight; what happens meanwhile is sent afterwards. */
export interface QuietHours {
	/** `HH:MM`. */
	from: string;
	to: string;
	/** IANA, such as `Asia/Shanghai`. */
	zone: string;
}

const minuteMs = 60_000;

/** Messages that may leave in any stretch of `ms`. */
interface Limit {
	most: number;
	ms: number;
}

/** Nodes that wait for the same moment go on within this part of a limit's time behind it. */
const lotsPart = 1 / 60;

/**
 * When a target's next message may leave. Every rule is a time that nothing leaves before, so they add up to the latest
 * of them. It has no clock, and of its past it knows only when messages left within the last minute, on all nodes.
 */
export class Pace {
	readonly #digestMs: number;
	readonly #quiet: Quiet | undefined;
	readonly #limits: readonly Limit[];
	/** When messages left, ms since the epoch, oldest first. */
	#left: readonly number[] = [];
	readonly #lot: string | undefined;

	/** @param lot draws lots with the other nodes for each message that may leave; default: there are none */
	constructor(pace: TargetPace, receiver: { perMinute?: number; perSecond?: number } = {}, lot?: string) {
		this.#lot = lot;
		this.#digestMs = (pace.digestMinutes ?? 0) * minuteMs;
		this.#quiet = pace.quiet && new Quiet(pace.quiet);
		const perMinute = Math.min(
			pace.maxPerMinute ?? Number.POSITIVE_INFINITY,
			receiver.perMinute ?? Number.POSITIVE_INFINITY,
		);
		this.#limits = [
			{ most: perMinute, ms: minuteMs },
			{ most: receiver.perSecond ?? Number.POSITIVE_INFINITY, ms: 1_000 },
		].filter(({ most }) => most < Number.POSITIVE_INFINITY);
	}

	/** Whether it matters when messages left. */
	get isLimited(): boolean {
		return this.#limits.length > 0;
	}

	/** Whether events wait for the end of a stretch. */
	get isDigest(): boolean {
		return this.#digestMs > 0;
	}

	/** The end of the stretch that a digest has an event in, ms since the epoch; `undefined` where that is over. */
	heldUntil(receivedAt: number, now: number): number | undefined {
		if (!this.isDigest) return undefined;
		const end = (Math.floor(receivedAt / this.#digestMs) + 1) * this.#digestMs;
		// One that is further away was set by a clock that has been set back since.
		return end > now && end - now <= this.#digestMs ? end : undefined;
	}

	/** How long it is until a message may leave, ms; 0: now. */
	waitMs(now: number): number {
		const quietMs = this.#quiet?.leftMs(now) ?? 0;
		const limitMs = Math.max(0, ...this.#limits.map((limit) => this.#limitMs(limit, now)));
		return Math.max(quietMs, limitMs);
	}

	/** When messages left, on all nodes; replaces what was known. */
	knows(times: readonly number[]): void {
		this.#left = times.toSorted((a, b) => a - b);
	}

	/** A message leaves here. @returns when messages left that still matter, with this one */
	leaves(now: number): readonly number[] {
		this.knows([...lately(this.#left, now), now]);
		return this.#left;
	}

	#limitMs({ most, ms }: Limit, now: number): number {
		const at = lately(this.#left, now).at(-most);
		return at === undefined ? 0 : Math.max(0, at + ms + this.#lotMs(at, ms) - now);
	}

	/** Or else the node with the fastest clock would always be first. */
	#lotMs(at: number, ms: number): number {
		return this.#lot === undefined ? 0 : hash53(`${this.#lot} ${at}`) % Math.round(ms * lotsPart);
	}
}

/** Clocks of nodes differ a little: what lies ahead counts too, unless a clock has been set back since. */
function lately(times: readonly number[], now: number): number[] {
	return times.filter((at) => Math.abs(now - at) < minuteMs);
}

/** Quiet hours by the clock of their zone. */
class Quiet {
	readonly #from: number;
	readonly #to: number;
	readonly #format: Intl.DateTimeFormat;

	constructor({ from, to, zone }: QuietHours) {
		this.#from = minutesOf(from);
		this.#to = minutesOf(to);
		this.#format = new Intl.DateTimeFormat("en-GB", {
			timeZone: zone,
			hour: "2-digit",
			minute: "2-digit",
			hourCycle: "h23",
		});
	}

	/** Until they are over, ms; 0: they are not on. */
	leftMs(now: number): number {
		// Where a zone's clock is set meanwhile, the first end that is found may be early, or late by as much.
		let at = now;
		for (let turn = 0; turn < 3; turn++) {
			const left = this.#leftMinutes(at);
			if (left === 0) break;
			at = Math.floor(at / minuteMs) * minuteMs + left * minuteMs;
		}
		return at - now;
	}

	#leftMinutes(at: number): number {
		const minutes = minutesOf(this.#format.format(at));
		const sinceFrom = (minutes - this.#from + 1440) % 1440;
		const length = (this.#to - this.#from + 1440) % 1440;
		return sinceFrom < length ? length - sinceFrom : 0;
	}
}

function minutesOf(text: string): number {
	const [hours = 0, minutes = 0] = text.split(":").map(Number);
	return hours * 60 + minutes;
}

export function isTimeZone(zone: string): boolean {
	try {
		new Intl.DateTimeFormat("en", { timeZone: zone });
		return true;
	} catch {
		return false;
	}
}
