import { hash53 } from "@livekeeper/base/hash";

/** Limits on how often a target gets a message. */
export interface TargetPace {
	/** Interval in minutes whose events are sent together; `undefined`: at once. */
	digestMinutes?: number | undefined;
	/** Maximum number of messages in any minute; `undefined`: the receiver's documented limit. */
	maxPerMinute?: number | undefined;
	quiet?: QuietHours | undefined;
	/** Time that a change of state must hold before it is sent, s. */
	holdSeconds?: number | undefined;
}

/** Times between which nothing is sent; may span midnight. Events of that time are sent afterwards. */
export interface QuietHours {
	/** `HH:MM`. */
	from: string;
	to: string;
	/** IANA time zone, such as `Asia/Shanghai`. */
	zone: string;
}

const minuteMs = 60_000;

/** Maximum number of messages that may arrive in any interval of `ms`. */
interface Limit {
	max: number;
	ms: number;
}

/** Part of a limit's time over which nodes that wait for the same moment spread their resumption. */
const lotsPart = 1 / 60;

/** Safety factor of 5 %, because a receiver counts by a clock of its own. */
const spare = 1.05;

/** Time for which a message can still affect the next one, ms. */
const relevantMs = minuteMs * (spare + lotsPart);

/** Time after which a message without a recorded answer counts as answered, ms: longer than any transport waits. */
const unansweredMs = 30_000;

/**
 * Decides when a target's next message may leave. Every rule gives an earliest time, and the latest of them counts. It
 * has no clock; it stores the latest possible arrival of each message of the last minute, on all nodes. That is the
 * time of its answer, because the transit time is unknown; until the answer, it is the latest time at which it may
 * arrive.
 */
export class Pace {
	readonly #digestMs: number;
	readonly #quiet: Quiet | undefined;
	readonly #limits: readonly Limit[];
	/** Latest possible arrival times of messages, ms since the epoch, oldest first. */
	#arrived: readonly number[] = [];
	readonly #lot: string | undefined;

	/** @param lot this node's key in the draw among nodes for each message; default: no draw */
	constructor(pace: TargetPace, receiver: { perMinute?: number; perSecond?: number } = {}, lot?: string) {
		this.#lot = lot;
		this.#digestMs = (pace.digestMinutes ?? 0) * minuteMs;
		this.#quiet = pace.quiet && new Quiet(pace.quiet);
		const perMinute = Math.min(
			pace.maxPerMinute ?? Number.POSITIVE_INFINITY,
			receiver.perMinute ?? Number.POSITIVE_INFINITY,
		);
		this.#limits = [
			{ max: perMinute, ms: minuteMs },
			{ max: receiver.perSecond ?? Number.POSITIVE_INFINITY, ms: 1_000 },
		].filter(({ max }) => max < Number.POSITIVE_INFINITY);
	}

	/** Whether arrival times matter. */
	get isLimited(): boolean {
		return this.#limits.length > 0;
	}

	/** Whether events wait for the end of an interval. */
	get isDigest(): boolean {
		return this.#digestMs > 0;
	}

	/** Returns the end of an event's digest interval, ms since the epoch; `undefined` if it is over. */
	heldUntil(receivedAt: number, now: number): number | undefined {
		if (!this.isDigest) return undefined;
		const end = (Math.floor(receivedAt / this.#digestMs) + 1) * this.#digestMs;
		// An end further away was set before the clock was set back.
		return end > now && end - now <= this.#digestMs ? end : undefined;
	}

	/** Returns the wait until a message may leave, ms; 0: now. */
	waitMs(now: number): number {
		const quietMs = this.#quiet?.leftMs(now) ?? 0;
		return Math.max(quietMs, ...this.#limits.map((limit) => this.#limitMs(limit, now)));
	}

	/** Replaces the known arrival times by those of all nodes. */
	knows(times: readonly number[]): void {
		this.#arrived = times.toSorted((a, b) => a - b);
	}

	/** Records the departure of a message. @returns the relevant times, including this message's */
	leaves(now: number): readonly number[] {
		this.knows([...lately(this.#arrived, now), now + unansweredMs]);
		return this.#arrived;
	}

	/**
	 * Records that a message that left at `left` was answered, refused or aborted, so it arrived by now.
	 * @returns the relevant times
	 */
	answered(left: number, now: number): readonly number[] {
		const times = [...lately(this.#arrived, now)];
		const own = times.indexOf(left + unansweredMs);
		if (own >= 0) times.splice(own, 1);
		this.knows([...times, now]);
		return this.#arrived;
	}

	#limitMs({ max, ms }: Limit, now: number): number {
		const at = lately(this.#arrived, now).at(-max);
		// A message without an answer counts from now, because its answer may arrive at any moment.
		return at === undefined ? 0 : Math.max(0, Math.min(at, now) + ms * spare + this.#lotMs(at, ms) - now);
	}

	/** Returns a node's share of the spread. Without it the node with the fastest clock would always be first. */
	#lotMs(at: number, ms: number): number {
		return this.#lot === undefined ? 0 : hash53(`${this.#lot} ${at}`) % Math.round(ms * lotsPart);
	}
}

/**
 * Returns the recent times. Clocks of nodes differ a little, so near future times count too, unless a clock has been
 * set back since.
 */
function lately(times: readonly number[], now: number): number[] {
	return times.filter((at) => Math.abs(now - at) < relevantMs);
}

/** Quiet hours in their time zone. */
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

	/** Returns the time until they end, ms; 0 outside of them. */
	leftMs(now: number): number {
		// If the zone's clock changes meanwhile, the first end found may be early or late by as much.
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
