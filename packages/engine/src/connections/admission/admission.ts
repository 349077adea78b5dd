import { type Clock, type Timer, wallTime } from "@livekeeper/douyin";
import type { ConnectionKey, FailedAttempt, Hold, Permit, Wait } from "../../rooms/index.ts";
import type { Said } from "../../text/index.ts";
import type { ReconnectStatus, ReconnectStrategy } from "../reconnect-strategy.ts";
import { FixedStrategy } from "../reconnect-strategy.ts";
import { Capacity } from "./capacity.ts";
import { type HandshakeLimits, HandshakePace } from "./handshake-pace.ts";
import { type AdmissionStatus, type ConnectionLimits, type LimitName, limitOf, type QueuedRoom } from "./limits.ts";
import {
	type AdmissionRequest,
	agedImportanceOf,
	counts,
	importanceOf,
	inOrder,
	keyOf,
	type Ticket,
	ticketToPreempt,
} from "./request.ts";
import { type Demand, demandOf, type LimitShares } from "./shares.ts";

export interface AdmissionOptions {
	clock: Clock;
	limits?: ConnectionLimits | undefined;
	handshakes?: Partial<HandshakeLimits> | undefined;
	/** Waiting time that counts as one class better, ms. Default 300000. */
	agingMs?: number;
	/** Learns from attempts and advises on the next. Default: the fixed one. */
	strategy?: ReconnectStrategy | undefined;
}

/** A ticket with its reason for waiting: a hold or full limits; with neither, only its turn. */
interface Planned {
	ticket: Ticket;
	hold: Hold | undefined;
	full: LimitName[];
}

const awaitsTurn: Wait = { for: "turn", why: ["awaitingTurn"] };

/** Maximum number of preempted rooms whose order is remembered. */
const maxRemembered = 10_000;

/**
 * The only gate: decides which connections may try, when, and in which order. Requests are held back because of other
 * rooms' failures or because the upstream asked for it ({@link ReconnectStrategy.hold}); the others proceed within the
 * connection limits, at the pace of handshakes, in one queue ordered by priority. A request that waits only for the
 * pace has its capacity reserved; a request that waits for a full limit of its own identity or proxy blocks no other.
 *
 * A pinned room preempts the lowest, then newest, of the others; a room that is not idle preempts idle ones. A
 * preempted room keeps its order among its equals when it asks again. An additional connection comes after all rooms,
 * is preempted by any that waits, and preempts none; while its room could not do without it, it counts as the room's
 * own.
 */
export class Admission {
	readonly #clock: Clock;
	readonly #agingMs: number;
	readonly #pace: HandshakePace;
	readonly #capacity: Capacity;
	readonly #strategy: ReconnectStrategy;
	#shares: LimitShares | undefined;
	/** Orders of preempted rooms, by live id. */
	readonly #orders = new Map<string, number>();
	/** Cached plan, valid until something changes. */
	#planned: { at: number; plan: Planned[] } | undefined;
	#order = 0;
	#serving = false;
	#serveAgain = false;
	#timer: Timer | undefined;
	/** Timers of released tickets that still count. */
	readonly #lingering = new Set<Timer>();
	/** Number of held requests that still wait. */
	#held = 0;
	#wasContended = false;
	/** Requests that have not been notified of their reason for waiting yet. */
	readonly #fresh: Ticket[] = [];

	/** @throws RangeError for limits that admit no connection */
	constructor({ clock, limits = {}, handshakes, agingMs = 300_000, strategy }: AdmissionOptions) {
		this.#clock = clock;
		this.#agingMs = agingMs;
		this.#pace = new HandshakePace(handshakes);
		this.#strategy = strategy ?? new FixedStrategy();
		this.#capacity = new Capacity(limits);
	}

	/** Number of handshakes in progress. */
	get handshakes(): number {
		return this.#pace.inProgress;
	}

	/** Number of waiting requests, for whatever reason. */
	get waiting(): number {
		return this.#capacity.waiting.size;
	}

	/** Takes effect at once; past a lower limit the lowest and newest are preempted. @throws RangeError below 1 */
	setLimits(limits: ConnectionLimits): void {
		this.#capacity.setLimits(limits);
		this.#shares?.limited(limits);
		this.#fit((limit) => ["lowered", limit, limitOf(limits, limit)]);
	}

	/**
	 * Shares the limits with other nodes from now on, and again whenever their part has changed or rooms have moved.
	 * Connections past this node's part are preempted.
	 * @param pace this node's part in the pace of handshakes, above 0 to 1
	 */
	share(shares: LimitShares, pace: number): void {
		this.#shares = shares;
		this.#pace.share(pace);
		this.#capacity.share(shares);
		this.#fit(() => ["elsewhere"]);
	}

	/** Returns the demand on each limit. */
	demand(): Demand[] {
		this.#capacity.recount();
		const { holders, waiting, limits } = this.#capacity;
		return demandOf(holders, waiting, (limit) => limitOf(limits, limit) !== undefined);
	}

	/** Returns the rooms with a connection that counts against a limit, in the order in which they were granted it. */
	connected(): string[] {
		const rooms = new Set<string>();
		for (const { request, quotas, lingers } of this.#capacity.holders) {
			const isLimited = quotas.some(([limit]) => limitOf(this.#capacity.limits, limit) !== undefined);
			if (isLimited && !lingers) rooms.add(request.room);
		}
		return [...rooms];
	}

	/**
	 * Call it when rooms have changed their class, and every few seconds, because rooms that fall silent change class
	 * without a notification.
	 */
	refresh(): void {
		this.#serve();
	}

	status(): AdmissionStatus {
		const reserved = this.#plan().flatMap(({ ticket, hold, full }) => (hold || full.length > 0 ? [] : ticket));
		const connecting = reserved.filter(({ request }) => counts(request));
		const holders = inOrder([...this.#capacity.holders, ...connecting], importanceOf);
		return {
			limits: { ...this.#capacity.limits },
			held: holders.length,
			...(this.#capacity.limits.total !== undefined && { heldElsewhere: this.#shares?.elsewhere("total", "") }),
			holders: holders.map(({ request: { room, priority, preemptible }, isPreempted = false }) => ({
				liveId: room,
				priority: priority(),
				second: preemptible !== undefined,
				preempted: isPreempted,
			})),
			queue: this.queue(),
		};
	}

	/** Returns the rooms that a full limit keeps from the only connection they would have, next first. */
	queue(): QueuedRoom[] {
		if (!this.#capacity.isContended) return [];
		const rooms = new Map<string, Planned>();
		for (const planned of this.#plan()) {
			const { room, preemptible } = planned.ticket.request;
			if (!planned.hold && planned.full.length > 0 && !preemptible?.() && !rooms.has(room)) rooms.set(room, planned);
		}
		return Array.from(rooms.values(), ({ ticket, full }, i) => {
			const { request, since } = ticket;
			const why = this.#why(ticket, full);
			return {
				liveId: request.room,
				position: i + 1,
				priority: request.priority(),
				since: wallTime(this.#clock, since),
				why,
			};
		});
	}

	/** Requests a permit and waits in the queue for it. */
	acquire(request: AdmissionRequest): Permit {
		const ticket = this.#ticket(request);
		this.#capacity.wait(ticket);
		this.#fresh.push(ticket);
		this.#serve();
		return {
			get wait() {
				return ticket.wait;
			},
			handshakeDone: () => ticket.granted?.handshakeDone(),
			release: () => {
				if (!this.#capacity.waiting.has(ticket)) return ticket.granted?.release();
				this.#capacity.leave(ticket);
				this.#serve();
			},
		};
	}

	/** Notes that a room's attempt or connection has failed. @returns advice for the next attempt */
	failed(attempt: FailedAttempt): ReturnType<ReconnectStrategy["failed"]> {
		const advice = this.#strategy.failed(attempt, this.#clock.elapsed());
		this.#changed();
		return advice;
	}

	/** Notes that the upstream has opened a socket. */
	opened(connection: ConnectionKey): void {
		this.#strategy.opened(connection, this.#clock.elapsed());
		this.#changed();
	}

	/** Notes that a new socket has brought its first frame. */
	works(connection: ConnectionKey): void {
		this.#strategy.works(connection, this.#clock.elapsed());
		this.#changed();
	}

	/** Notes that a room has nothing to connect to for now, or is no longer kept. */
	left(liveId: string): void {
		this.#strategy.left(liveId, this.#clock.elapsed());
		this.#changed();
	}

	get hosts(): ReconnectStrategy["hosts"] {
		return this.#strategy.hosts;
	}

	reconnectStatus(): ReconnectStatus {
		let waiting = 0;
		for (const { wait } of this.#capacity.waiting) if (wait?.for === "outage" && wait.why[0] === "othersTry") waiting++;
		return this.#strategy.status(waiting);
	}

	/** Re-evaluates the queue, because the holds may have changed. */
	#changed(): void {
		if (this.#held > 0) this.#serve();
	}

	#ticket(request: AdmissionRequest): Ticket {
		const own = !request.preemptible && counts(request);
		const order = (own ? this.#orders.get(request.room) : undefined) ?? this.#order++;
		if (own) this.#orders.delete(request.room);
		const since = this.#clock.elapsed();
		return { request, quotas: [], since, order, protectedUntil: since };
	}

	/**
	 * Returns the waiting requests in order, each with the limits that are full for it once those before it are
	 * connected.
	 */
	#plan(): Planned[] {
		const now = this.#clock.elapsed();
		if (this.#planned?.at !== now) this.#planned = { at: now, plan: this.#planAt(now) };
		return this.#planned.plan;
	}

	#planAt(now: number): Planned[] {
		const waiting = inOrder(this.#capacity.waiting, (ticket) => agedImportanceOf(ticket, now, this.#agingMs));
		const usage = this.#capacity.usage();
		return waiting.map((ticket) => {
			const hold = this.#strategy.hold(keyOf(ticket.request), now);
			if (hold) return { ticket, hold, full: [] };
			const full = this.#capacity.full(usage, ticket.quotas);
			// While a connection is closing for this ticket, no later ticket takes its other capacity: they would preempt
			// each other for ever.
			if (full.length === 0 || this.#isLeaving(ticket.preempting)) usage.add(ticket.quotas, 1);
			return { ticket, hold, full };
		});
	}

	#why({ preempting }: Ticket, [full]: readonly LimitName[]): Said {
		if (!full) return awaitsTurn.why;
		const [limit, max] = [this.#named(full), limitOf(this.#capacity.limits, full)];
		if (!this.#isLeaving(preempting)) return ["full", limit, max];
		return ["preempting", limit, max, preempting.request.room];
	}

	/** Reports a ticket's reason for waiting if it has changed. */
	#notify(ticket: Ticket, wait: Wait): void {
		const { wait: before } = ticket;
		ticket.wait = wait;
		const mayPoll = (one: Wait | undefined) => one !== undefined && "mayPoll" in one && one.mayPoll;
		const isSame =
			before?.for === wait.for && before.why.join() === wait.why.join() && mayPoll(before) === mayPoll(wait);
		if (!isSame) ticket.request.onWait?.(wait);
	}

	/** Returns the name of the limit to report: `perIdentity` instead of `perLogin` if the user has set that. */
	#named(full: LimitName): LimitName {
		return full === "perLogin" && this.#capacity.limits.perIdentity !== undefined ? "perIdentity" : full;
	}

	/** Serves the queue one round at a time, because a preempted room may release its permit at once. */
	#serve(): void {
		this.#planned = undefined;
		this.#shares?.changed();
		this.#serveAgain = true;
		if (this.#serving) return;
		this.#serving = true;
		let paced = false;
		try {
			while (this.#serveAgain) {
				this.#serveAgain = false;
				paced = this.#serveRound(this.#clock.elapsed());
			}
		} finally {
			this.#serving = false;
		}
		for (const ticket of this.#fresh.splice(0)) {
			if (!ticket.wait && this.#capacity.waiting.has(ticket)) this.#notify(ticket, awaitsTurn);
		}
		this.#timer?.cancel();
		const now = this.#clock.elapsed();
		const waits = [paced ? this.#pace.waitMs(now) : undefined, this.#heldMs(now)];
		const waitMs = Math.min(...waits.map((ms) => ms ?? Number.POSITIVE_INFINITY));
		this.#timer = waitMs < Number.POSITIVE_INFINITY ? this.#clock.after(waitMs, () => this.#serve()) : undefined;
	}

	/** Returns the time until the first held request is due again, ms. */
	#heldMs(now: number): number | undefined {
		let first: number | undefined;
		this.#held = 0;
		for (const { wait, wasHeld } of this.#capacity.waiting) {
			if (!wasHeld) continue;
			this.#held++;
			if (!wait || !("until" in wait)) continue;
			const ms = Math.max(1, wait.until - now);
			if (ms < (first ?? Number.POSITIVE_INFINITY)) first = ms;
		}
		return first;
	}

	/** @returns whether a request waits for the pace alone */
	#serveRound(now: number): boolean {
		if (this.#capacity.waiting.size === 0) return false;
		const isContended = this.#capacity.isContended;
		const isFull = isContended || this.#wasContended;
		this.#wasContended = isContended;
		if (!isFull && this.#isQuiet && this.#pace.waitMs(now) !== 0) return true;
		// Sorted only if a connection has to be preempted.
		let holders: Ticket[] | undefined;
		let paced = false;
		for (const { ticket, hold, full } of this.#plan()) {
			if (hold) {
				ticket.wasHeld = true;
				this.#notify(ticket, hold);
			} else if (full.length > 0) {
				this.#notify(ticket, { for: "limit", why: this.#why(ticket, full) });
				holders ??= this.#preemptable();
				this.#makeCapacity(ticket, full, holders, now);
			} else if (this.#pace.waitMs(now) === 0) this.#grant(ticket, now);
			else {
				paced = true;
				this.#notify(ticket, awaitsTurn);
			}
			// Freed capacity belongs to the first in the queue, not to the next in this round; or the granted request probes
			// for all.
			if (this.#serveAgain) break;
		}
		return paced;
	}

	/** Whether no request is held back, nor would any be. */
	get #isQuiet(): boolean {
		return this.#held === 0 && this.#strategy.isQuiet;
	}

	#grant(ticket: Ticket, now: number): void {
		const { request } = ticket;
		const done = this.#pace.begin(now);
		if (agedImportanceOf(ticket, now, this.#agingMs) < importanceOf(ticket))
			ticket.protectedUntil = now + this.#agingMs;
		this.#capacity.hold(ticket);
		this.#planned = undefined;
		const wasQuiet = this.#strategy.isQuiet;
		this.#strategy.begins(keyOf(request), now);
		if (!wasQuiet) this.#serveAgain = true;
		const handshakeDone = () => {
			done();
			this.#serve();
		};
		const release = () => {
			this.#release(ticket);
			handshakeDone();
		};
		ticket.granted = { handshakeDone, release };
		request.onPermit();
	}

	/** Releases a ticket: its capacity is free at once, or goes to another node with the room. */
	#release(ticket: Ticket): void {
		const { request, isPreempted } = ticket;
		const lingersMs = isPreempted ? 0 : (this.#shares?.lingers(request.room) ?? 0);
		if (lingersMs === 0) {
			this.#capacity.release(ticket);
			return;
		}
		ticket.lingers = true;
		const timer = this.#clock.after(lingersMs, () => {
			this.#lingering.delete(timer);
			this.#capacity.release(ticket);
			this.#serve();
		});
		this.#lingering.add(timer);
	}

	/** Ends its timers: nobody asks it any more. */
	close(): void {
		this.#timer?.cancel();
		for (const timer of this.#lingering) timer.cancel();
	}

	/** Preempts a connection if that makes capacity for a request and none is closing for it already. */
	#makeCapacity(ticket: Ticket, full: readonly LimitName[], holders: readonly Ticket[], now: number): void {
		if (this.#isLeaving(ticket.preempting)) return;
		const holder = ticketToPreempt(ticket, full, holders, now);
		if (!holder) return;
		ticket.preempting = holder;
		// From here on its capacity is reserved.
		this.#planned = undefined;
		this.#serveAgain = true;
		const { room, priority } = ticket.request;
		this.#preempt(holder, ["needed", room, priority()]);
	}

	#isLeaving(preempted: Ticket | undefined): preempted is Ticket {
		return preempted !== undefined && this.#capacity.holders.has(preempted);
	}

	/** Preempts connections past a limit. */
	#fit(why: (limit: LimitName) => Said): void {
		const past = this.#capacity.past(this.#preemptable().reverse());
		for (const { holder, limit } of past.reverse()) this.#preempt(holder, why(limit));
		this.#serve();
	}

	#preempt(holder: Ticket, why: Said): void {
		const { request, order } = holder;
		if (!request.preemptible) {
			this.#orders.set(request.room, order);
			const [oldest] = this.#orders.keys();
			if (this.#orders.size > maxRemembered && oldest !== undefined) this.#orders.delete(oldest);
		}
		holder.isPreempted = true;
		request.onPreempted?.(why);
	}

	/** Returns the connections that were not preempted yet, least important and newest first. */
	#preemptable(): Ticket[] {
		const staying = [...this.#capacity.holders].filter(({ isPreempted, lingers }) => !lingers && !isPreempted);
		return inOrder(staying, importanceOf).reverse();
	}
}
