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

/** Messages that may arrive in any stretch of `ms`. */
interface Limit {
	most: number;
	ms: number;
}

/** Nodes that wait for the same moment resume within this part of a limit's time behind it. */
const lotsPart = 1 / 60;

/** A receiver counts by a clock of its own: its limits are kept to with 5 % to spare. */
const spare = 1.05;

/** Time for which a message can still affect the next one, ms. */
const relevantMs = minuteMs * (spare + lotsPart);

/** Time after which a message that no answer was noted for counts as answered, ms: longer than any transport waits. */
const unansweredMs = 30_000;

/**
 * When a target's next message may leave. Every rule is a time that nothing leaves before, so they add up to the latest
 * of them. It has no clock, and its memory is when the messages of the last minute arrived at the latest, on all nodes:
 * at their answer, since nobody knows how long one was on its way. Until the answer that is as late as it may come.
 */
export class Pace {
	readonly #digestMs: number;
	readonly #quiet: Quiet | undefined;
	readonly #limits: readonly Limit[];
	/** When messages arrived at the latest, ms since the epoch, oldest first. */
	#arrived: readonly number[] = [];
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

	/** Whether it matters when messages arrived. */
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
		return Math.max(quietMs, ...this.#limits.map((limit) => this.#limitMs(limit, now)));
	}

	/** When messages arrived, on all nodes; replaces the times known before. */
	knows(times: readonly number[]): void {
		this.#arrived = times.toSorted((a, b) => a - b);
	}

	/** A message leaves here. @returns the times that still matter, with this one's */
	leaves(now: number): readonly number[] {
		this.knows([...lately(this.#arrived, now), now + unansweredMs]);
		return this.#arrived;
	}

	/** A message that left at `left` was answered, refused or cut: it arrived by now. @returns as `leaves` does */
	answered(left: number, now: number): readonly number[] {
		const times = [...lately(this.#arrived, now)];
		const own = times.indexOf(left + unansweredMs);
		if (own >= 0) times.splice(own, 1);
		this.knows([...times, now]);
		return this.#arrived;
	}

	#limitMs({ most, ms }: Limit, now: number): number {
		const at = lately(this.#arrived, now).at(-most);
		// One without an answer counts from now: its answer may come at any moment.
		return at === undefined ? 0 : Math.max(0, Math.min(at, now) + ms * spare + this.#lotMs(at, ms) - now);
	}

	/** Or else the node with the fastest clock would always be first. */
	#lotMs(at: number, ms: number): number {
		return this.#lot === undefined ? 0 : hash53(`${this.#lot} ${at}`) % Math.round(ms * lotsPart);
	}
}

/** Clocks of nodes differ a little: what lies ahead counts too, unless a clock has been set back since. */
function lately(times: readonly number[], now: number): number[] {
	return times.filter((at) => Math.abs(now - at) < relevantMs);
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
