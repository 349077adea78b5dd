import type { LoggedEvent } from "../kit/room-log.ts";
import type { Attempt } from "./attempts.ts";

/** A period in which the upstream withheld or swapped messages, which no client can detect. */
export interface Window {
	what: "reorder" | "no_gifts";
	from: number;
	to: number;
}

/** Ground truth of a room. */
export interface RoomTruth {
	liveId: string;
	/** All messages of the room, in order, over all its broadcasts. */
	generated: readonly string[];
	/** Time of the last delivery to any socket by id, ms since the epoch; missing for messages that were never sent. */
	sentAt: ReadonlyMap<string, number>;
	gifts: ReadonlySet<string>;
	/** Index in `generated` at which each broadcast begins. */
	begins: readonly number[];
	windows: readonly Window[];
	/** Attempts of the service to connect, with the times of their first and last content. */
	attempts: readonly Pick<Attempt, "at" | "provenAt" | "heardAt">[];
}

/** Result of comparing a room's log with the truth. */
export interface Verdict {
	liveId: string;
	/** Number of messages in the log. */
	messages: number;
	gaps: number;
	/** Number of missing messages reported by a `gap`, and of the places. */
	reported: number;
	reportedHoles: number;
	/** Number of messages missing from the beginning or end of broadcasts without a connection. */
	unattended: number;
	/** Number of missing messages that no client could have detected, because the upstream swapped or withheld them. */
	unnoticeable: number;
	/** Number of `gap` events at places where nothing is missing. */
	idleGaps: number;
	/** Broken promises, as sentences. */
	broken: string[];
	/** Allowed, but worth a look: gaps where nothing is missing. */
	remarks: string[];
}

/** Id that the simulator uses for messages that can't be decoded. */
const badMessageId = "7199999999999999999";
/** Time after a window in which delayed messages may still arrive, ms. */
const afterMs = 20_000;
/** Maximum lag of the service's clock behind the one that records windows and attempts, two steps, ms. */
const behindMs = 200;
const saidAtMost = 5;

/**
 * The rules:
 * 1. `seq` goes from 1 to n without holes. No id appears twice. The room sent every id.
 * 2. Ids appear in the room's order, except where the upstream itself swapped frames, or where a replay brings a message
 *    that was overtaken and lost, or a gift that was withheld at first: late rather than never.
 * 3. A `gap` event at the exact position reports what is missing within a broadcast.
 * 4. `broadcast_ended` with any reason other than a seen end reports what is missing at the end of a broadcast. Messages
 *    before the first one logged of a broadcast were sent before the service connected.
 * 5. While the upstream swaps frames, an overtaken frame can be lost with its socket, because the other frame's cursor
 *    is behind it. The upstream never reports gifts that it withholds, nor what it skips on a working socket, for
 *    example when it sends faster than it remembers. A new socket works once it has repeated the previous message; one
 *    without a frame has skipped nothing. No client can detect any of these.
 */
export function judge(truth: RoomTruth, events: readonly LoggedEvent[]): Verdict {
	return new Judgement(truth, events).verdict;
}

class Judgement {
	readonly verdict: Verdict;
	readonly #truth: RoomTruth;
	readonly #events: readonly LoggedEvent[];
	/** Position in the log by index in `generated`. */
	readonly #placeOf = new Map<number, number>();
	readonly #usedGaps = new Set<number>();

	constructor(truth: RoomTruth, events: readonly LoggedEvent[]) {
		const { liveId } = truth;
		this.verdict = {
			liveId,
			messages: 0,
			gaps: 0,
			reported: 0,
			reportedHoles: 0,
			unattended: 0,
			unnoticeable: 0,
			idleGaps: 0,
			broken: [],
			remarks: [],
		};
		this.#truth = truth;
		this.#events = events;
		this.#readLog();
		this.#findHoles();
		const gaps = events.flatMap(({ type }, place) => (type === "gap" ? [place] : []));
		this.verdict.gaps = gaps.length;
		const idle = gaps.filter((place) => !this.#usedGaps.has(place));
		this.verdict.idleGaps = idle.length;
		for (const place of idle)
			this.#remark(`a gap at seq ${place + 1} (${events[place]?.reason}), and nothing is missing`);
	}

	#readLog(): void {
		const { generated } = this.#truth;
		const indexOf = new Map(generated.map((id, index) => [id, index]));
		let newest = -1;
		for (const [place, event] of this.#events.entries()) {
			if (event.seq !== place + 1) this.#break(`seq ${event.seq} is at place ${place + 1}`);
			if (event.method === "livekeeper" || event.id === badMessageId) continue;
			this.verdict.messages++;
			const index = indexOf.get(event.id);
			const first = this.#placeOf.get(index ?? -1);
			if (index === undefined) this.#break(`seq ${event.seq}: ${event.id} was never said`);
			else if (first !== undefined) this.#break(`seq ${event.seq}: ${event.id} comes twice, first as seq ${first + 1}`);
			else {
				this.#placeOf.set(index, place);
				if (index < newest && !this.#mayBeLate(index, event)) {
					this.#break(`seq ${event.seq}: ${event.id}, the ${index + 1}. said, comes after the ${newest + 1}.`);
				}
				newest = Math.max(newest, index);
			}
		}
	}

	#mayBeLate(index: number, { id, received_at }: LoggedEvent): boolean {
		if (this.#during("reorder", received_at)) return true;
		// It was due between its neighbours in the order sent. Gifts do not count as neighbours, because they may be late
		// as well.
		const [before, after] = [this.#neighbour(index, -1), this.#neighbour(index, 1)];
		// A message that was overtaken and lost with its socket may arrive through another connection that was further
		// behind.
		return (
			this.#meets("reorder", before, after) || (this.#truth.gifts.has(id) && this.#meets("no_gifts", before, after))
		);
	}

	/** Returns the log position of the nearest received message before or after this one that is not a gift. */
	#neighbour(index: number, step: 1 | -1): number {
		const { generated, gifts } = this.#truth;
		let other = index + step;
		while (generated[other] !== undefined && (!this.#placeOf.has(other) || gifts.has(generated[other] ?? "")))
			other += step;
		return this.#placeOf.get(other) ?? (step < 0 ? 0 : this.#events.length - 1);
	}

	#findHoles(): void {
		const { generated, begins } = this.#truth;
		for (const [n, begin] of begins.entries()) {
			const end = begins[n + 1] ?? generated.length;
			let from: number | undefined;
			for (let index = begin; index <= end; index++) {
				const missing = index < end && !this.#placeOf.has(index);
				if (missing) from ??= index;
				else if (from !== undefined) {
					this.#weigh({ begin, end, from, to: index });
					from = undefined;
				}
			}
		}
	}

	/** Judges one run of missing messages, [from, to) in `generated`. */
	#weigh(hole: { begin: number; end: number; from: number; to: number }): void {
		const { begin, end, from, to } = hole;
		const size = to - from;
		if (from === begin) {
			this.verdict.unattended += size;
			return;
		}
		const before = this.#placeOf.get(from - 1) ?? 0;
		if (to === end) this.#weighTail(before, hole);
		else this.#weighInner(before, hole);
	}

	#weighTail(before: number, { from, to }: { from: number; to: number }): void {
		const next = this.#placeAfter(before);
		const ended = this.#events.slice(before + 1, next).find(({ type }) => type === "broadcast_ended");
		// The log itself reports that it stopped before the room continued.
		if (ended && ended.reason !== "ended") this.verdict.unattended += to - from;
		else this.#weighInner(before, { from, to });
	}

	#weighInner(before: number, { from, to }: { from: number; to: number }): void {
		const size = to - from;
		const after = this.#placeOf.get(to) ?? this.#placeAfter(before);
		const [low, high] = before < after ? [before, after] : [after, before];
		const gap = this.#events.findIndex(({ type }, place) => type === "gap" && place > low && place < high);
		if (gap >= 0) {
			this.#usedGaps.add(gap);
			this.verdict.reported += size;
			this.verdict.reportedHoles++;
			return;
		}
		if (this.#isUnnoticeable(from, to, before, after)) {
			this.verdict.unnoticeable += size;
			return;
		}
		const { generated, sentAt } = this.#truth;
		const wasSent = generated.slice(from, to).filter((id) => sentAt.has(id)).length;
		const seq = this.#events[before]?.seq;
		const there = `${this.#between(low, high)}; the ${from}. was last sent at ${sentAt.get(generated[from - 1] ?? "")}`;
		this.#break(
			`${size} missing after seq ${seq} (the ${from + 1}. to ${to}. said, ${wasSent} sent), unreported${there}`,
		);
	}

	/**
	 * Returns details for a reader of the verdict: when the neighbours arrived, and the service's events between them.
	 */
	#between(low: number, high: number): string {
		const times = [low, high].map((place) => this.#events[place]?.received_at ?? 0);
		const [first = 0, last = 0] = times;
		const tried = this.#truth.attempts
			.filter(({ at }) => at >= first - 60_000 && at <= last + 60_000)
			.map(({ at, provenAt = "nothing" }) => `${at} (${provenAt})`);
		const own = this.#events.slice(low + 1, high).map(({ type, reason }) => `${type} ${reason ?? ""}`.trim());
		const said = own.length > 0 ? `, between them: ${own.join(", ")}` : "";
		return `; received ${times.join(" and ")}${said}; attempts around, with their first frames: ${tried.join(", ") || "none"}`;
	}

	#isUnnoticeable(from: number, to: number, before: number, after: number): boolean {
		const times = [before, after].map((place) => this.#events[place]?.received_at ?? 0);
		if (times.some((at) => this.#during("reorder", at))) return true;
		const { generated, sentAt } = this.#truth;
		const unsent = generated.slice(from, to).every((id) => !sentAt.has(id));
		const [first = 0, last = 0] = times.sort((a, b) => a - b);
		// A new socket that started with known messages counts like an older one: it was tried for at or before that time.
		// One whose first frame came after both neighbours delivered neither.
		const repeatedAt = sentAt.get(generated[from - 1] ?? "") ?? 0;
		const mayShow = this.#beganBetween(Math.max(first - behindMs, repeatedAt + 1), last + behindMs);
		if (unsent && (!mayShow || this.#stoodFrom(first + behindMs, last - behindMs))) return true;
		const onlyGifts = generated.slice(from, to).every((id) => this.#truth.gifts.has(id));
		return onlyGifts && this.#meets("no_gifts", before, after);
	}

	#beganBetween(from: number, to: number): boolean {
		return this.#truth.attempts.some(({ at, provenAt = Number.POSITIVE_INFINITY }) => at >= from && provenAt <= to);
	}

	/** Whether one connection was proven by then and delivered something later; a new one beside it proves nothing. */
	#stoodFrom(from: number, to: number): boolean {
		return this.#truth.attempts.some(
			({ provenAt, heardAt }) => provenAt && heardAt && provenAt <= from && heardAt >= to,
		);
	}

	/** Returns the position of the next upstream message. */
	#placeAfter(place: number): number {
		const next = this.#events.findIndex(({ method }, other) => other > place && method !== "livekeeper");
		return next < 0 ? this.#events.length : next;
	}

	/**
	 * Whether a window overlaps the time between two log positions, or ended so shortly before that its effect may show
	 * now.
	 */
	#meets(what: Window["what"], one: number, other: number): boolean {
		const times = [one, other].map((place) => this.#events[place]?.received_at ?? 0);
		const [from, to] = [Math.min(...times), Math.max(...times)];
		return this.#truth.windows.some(
			(window) => window.what === what && window.from <= to + behindMs && window.to + afterMs >= from,
		);
	}

	#during(what: Window["what"], at: number): boolean {
		return this.#truth.windows.some(
			(window) => window.what === what && at >= window.from - behindMs && at <= window.to + afterMs,
		);
	}

	#break(words: string): void {
		this.#say(this.verdict.broken, words);
	}

	#remark(words: string): void {
		this.#say(this.verdict.remarks, words);
	}

	#say(to: string[], words: string): void {
		if (to.length < saidAtMost) to.push(`${this.#truth.liveId}: ${words}`);
	}
}
