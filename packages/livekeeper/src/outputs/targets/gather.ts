import { type Ahead, RoomStates, type Told, typesOf, type Wants } from "@livekeeper/client/filter";
import type { WireEvent } from "@livekeeper/douyin";
import { type DeliveredEvents, repeatsOf } from "./delivered-events.ts";
import type { Pace } from "./pace.ts";
import type { Notice } from "./service-states.ts";
import type { StatesSent, Target, Truncation } from "./target.ts";
import { ofRooms, targetWants } from "./target-filter.ts";
import type { LoggedEvent, TargetLog } from "./target-log.ts";

/** What of a room goes into the next delivery. */
export interface Gathered {
	events: readonly LoggedEvent[];
	/** Set where events are included only because they report states. */
	states: StatesSent | undefined;
	truncated: Truncation | undefined;
	/** The broadcast whose end is the last of the events, where its report is wanted. */
	ended?: string | undefined;
	/** What is said besides events. */
	notices?: readonly Notice[] | undefined;
	/** Everything up to here is among them, or not wanted. */
	nextAfter: number;
	/** As `RoomProgress.told`, once this was delivered. */
	told: Told;
	/** Nothing more is there, or nothing that is due. */
	caughtUp: boolean;
	/** When more is due, ms since the epoch, where it is there already. */
	dueAt: number | undefined;
}

export interface GatherFrom {
	liveId: string;
	after: number;
	told: Told;
	/** What the target has had. */
	delivered?: DeliveredEvents | undefined;
	now: number;
	/** Ends it early. */
	isOver: () => boolean;
}

const aheadEvents = 200;
/** Maximum number of events in a digest; the others follow it. */
const digestEvents = 1_000;

/** What a target wants, made once for all its rooms. */
export class Selection {
	readonly #pace: Pace;
	readonly #wants: Wants | undefined;
	readonly #states: RoomStates | undefined;
	readonly #maxEvents: number;
	readonly #reports: boolean;
	readonly #holdMs: number;
	readonly types: Target["filter"]["types"];

	constructor({ filter, batch, pace: { holdSeconds = 0 } }: Target, pace: Pace, mostEvents = Number.POSITIVE_INFINITY) {
		this.#pace = pace;
		this.#wants = targetWants(filter);
		const wanted = ofRooms(filter);
		const states = new RoomStates(wanted.states ?? [], holdSeconds * 1_000);
		this.#holdMs = holdSeconds * 1_000;
		this.#states = states.types.length > 0 ? states : undefined;
		this.#maxEvents = Math.min(pace.isDigest ? digestEvents : batch.maxEvents, mostEvents);
		this.#reports = filter.states?.includes("report") ?? false;
		this.types = typesOf(wanted);
	}

	/** Reads on from a place to where the next delivery is full, or nothing more is due. */
	async gather(log: TargetLog, from: GatherFrom): Promise<Gathered> {
		const { liveId } = from;
		const found = new Finding(from);
		for (let after = from.after; !from.isOver(); after = found.nextAfter) {
			const limit = this.#maxEvents - found.events.length;
			const page = await log.read(liveId, { after, types: this.types, limit });
			found.truncated ??= page.truncated;
			if (page.truncated?.reason === "reset") found.passedReset();
			for (const event of page.events) {
				if (found.isRepeat?.(event)) {
					// A delivery has no hole: made again from its first and last event, it is the same.
					if (found.events.length > 0) return found.result(event.seq - 1, false, undefined);
					continue;
				}
				const dueAt = await this.#take(event, found, { log, ...from });
				if (dueAt !== undefined) return found.result(event.seq - 1, true, dueAt);
				// One delivery has one report at most.
				if (found.ended !== undefined) return found.result(event.seq, false, undefined);
			}
			found.nextAfter = page.nextAfter;
			const isFull = found.events.length >= this.#maxEvents;
			const hasSome = found.events.length > 0 || found.truncated !== undefined;
			if (page.caughtUp || isFull || (hasSome && !this.#pace.isDigest)) {
				return found.result(page.nextAfter, page.caughtUp, undefined);
			}
		}
		return found.result(found.nextAfter, true, undefined);
	}

	/** Those of some events that were in a delivery. */
	among(events: readonly LoggedEvent[], states: StatesSent | undefined): LoggedEvent[] {
		const wants = this.#wants;
		if (!wants) return [...events];
		return events.filter((event) => states?.seqs.includes(event.seq) || wants(parse(event)));
	}

	/** @returns when it is due, where that is later */
	async #take(logged: LoggedEvent, found: Finding, { log, now, liveId }: GatherFrom & { log: TargetLog }) {
		if (!this.#wants && !this.#pace.isDigest) {
			found.events.push(logged);
			return undefined;
		}
		const event = parse(logged);
		const isWanted = this.#wants?.(event) ?? true;
		const decision = isWanted
			? undefined
			: await this.#states?.decide(event, found.told, now, ahead(log, liveId, this.#states));
		if (decision?.is === "open") return decision.untilMs;
		const isSent = isWanted || decision?.is === "sent";
		const isNews = isSent && !isWanted && news.has(event.type);
		const dueAt = isSent
			? (this.#pace.heldUntil(event.received_at, now) ?? (isNews ? this.#newsDueAt(event, found, now) : undefined))
			: undefined;
		if (dueAt !== undefined) return dueAt;
		if (decision) found.told = decision.told;
		if (isSent) found.events.push(logged);
		if (decision?.is === "sent") found.seqs.push(logged.seq);
		if (isSent && this.#reports && event.type === "broadcast_ended") found.ended = event.room_id;
		return undefined;
	}

	/** The first of some in a row waits as long as changes do, and those that came meanwhile go with it. */
	#newsDueAt({ received_at }: WireEvent, { events }: Finding, now: number): number | undefined {
		const dueAt = received_at + this.#holdMs;
		// A clock that has been set back since is not waited for.
		return events.length === 0 && dueAt > now && dueAt - now <= this.#holdMs ? dueAt : undefined;
	}
}

/** Kinds that nothing undoes. */
const news: ReadonlySet<string> = new Set(["gap", "gifts_withheld"]);

class Finding {
	readonly events: LoggedEvent[] = [];
	readonly seqs: number[] = [];
	truncated: Truncation | undefined;
	ended: string | undefined;
	nextAfter: number;
	told: Told;
	/** Set behind an end that the log has lost, as far as the target knows what it has had before that. */
	isRepeat: ((event: LoggedEvent) => boolean) | undefined;
	readonly #delivered: DeliveredEvents | undefined;

	constructor({ after, told, delivered }: GatherFrom) {
		this.nextAfter = after;
		this.told = told;
		this.#delivered = delivered;
		if (delivered?.sinceReset !== undefined) this.passedReset();
	}

	passedReset(): void {
		if (!this.#delivered) return;
		const isRepeat = repeatsOf(this.#delivered);
		this.isRepeat = (event) => isRepeat(parse(event));
	}

	result(nextAfter: number, caughtUp: boolean, dueAt: number | undefined): Gathered {
		const { events, seqs, truncated, ended, told } = this;
		const states = seqs.length > 0 ? { seqs } : undefined;
		return { events, states, truncated, ended, nextAfter, told, caughtUp, dueAt };
	}
}

function ahead(log: TargetLog, liveId: string, { types }: RoomStates): Ahead {
	return async (after) => (await log.read(liveId, { after, types, limit: aheadEvents })).events.map(parse);
}

function parse({ json, seq }: LoggedEvent): WireEvent & { seq: number } {
	return { ...(JSON.parse(json) as WireEvent), seq };
}
