import { type Clock, type Permit, type Timer, wallTime } from "@livekeeper/douyin";
import type { PermitWait } from "../../rooms/index.ts";
import { permitTexts, roomTexts, type Text } from "../../text/index.ts";
import { Capacity } from "./capacity.ts";
import { type HandshakeLimits, HandshakePace } from "./handshake-pace.ts";
import { type ConnectionLimits, type LimitName, limitOf } from "./limits.ts";
import type { AdmissionRequest } from "./request.ts";
import { type Demand, demandOf, type LimitShares } from "./shares.ts";
import type { AdmissionStatus, QueuedRoom } from "./status.ts";
import { agedImportanceOf, importanceOf, inOrder, type Ticket, whoIsPreempted } from "./ticket.ts";

export interface AdmissionOptions {
	clock: Clock;
	limits?: ConnectionLimits | undefined;
	handshakes?: Partial<HandshakeLimits> | undefined;
	/** Waiting this long counts as one class better, ms. Default 300000. */
	agingMs?: number;
}

/** A ticket with the limits that keep it waiting; where none does, it waits for the pace of handshakes alone. */
interface Planned {
	ticket: Ticket;
	full: LimitName[];
}

/** The orders of so many preempted rooms are remembered. */
const mostRemembered = 10_000;

/**
 * Decides who may connect: within the limits of connections, at the pace of handshakes, in one queue that is ordered by
 * priority. Who waits for the pace has its capacity reserved; who waits for a full limit of its own identity or proxy
 * holds up nobody else.
 *
 * A pinned room preempts the lowest, then newest, of the others; a room that is not idle preempts idle ones. Who was
 * preempted keeps its order among its equals when it asks again. A connection beside a room's own comes after all rooms,
 * is preempted by any that waits, and preempts nobody; while the room could not do without it, it counts as its own.
 */
export class Admission {
	readonly #clock: Clock;
	readonly #agingMs: number;
	readonly #pace: HandshakePace;
	readonly #capacity: Capacity;
	#shares: LimitShares | undefined;
	/** Of preempted rooms, by live id. */
	readonly #orders = new Map<string, number>();
	/** Until something changes. */
	#planned: { at: number; plan: Planned[] } | undefined;
	#order = 0;
	#serving = false;
	#serveAgain = false;
	#timer: Timer | undefined;

	/** @throws RangeError for limits that would let nobody through */
	constructor({ clock, limits = {}, handshakes, agingMs = 300_000 }: AdmissionOptions) {
		this.#clock = clock;
		this.#agingMs = agingMs;
		this.#pace = new HandshakePace(handshakes);
		this.#capacity = new Capacity(limits);
	}

	/** Handshakes in progress. */
	get handshakes(): number {
		return this.#pace.inProgress;
	}

	/** Requests that wait, for whatever reason. */
	get waiting(): number {
		return this.#capacity.waiting.size;
	}

	/** Takes effect at once; past a lower limit the lowest and newest are preempted. @throws RangeError below 1 */
	setLimits(limits: ConnectionLimits): void {
		this.#capacity.setLimits(limits);
		this.#shares?.limited(limits);
		this.#fit((limit) => permitTexts.lowered[limit](limitOf(limits, limit)));
	}

	/**
	 * Shares the limits with other nodes from now on, and again whenever their part has changed or rooms have moved. What
	 * is past this node's part is preempted.
	 * @param pace this node's part in the pace of handshakes, above 0 to 1
	 */
	share(shares: LimitShares, pace: number): void {
		this.#shares = shares;
		this.#pace.share(pace);
		this.#capacity.share(shares);
		this.#fit(() => permitTexts.elsewhere);
	}

	/** What is asked of each limit. */
	demand(): Demand[] {
		this.#capacity.recount();
		const { holders, waiting, limits } = this.#capacity;
		return demandOf(holders, waiting, (limit) => limitOf(limits, limit) !== undefined);
	}

	/** The rooms with a connection that counts against a limit, in the order in which they were given it. */
	connected(): string[] {
		const rooms = new Set<string>();
		for (const { request, quotas, lingers } of this.#capacity.holders) {
			const isLimited = quotas.some(([limit]) => limitOf(this.#capacity.limits, limit) !== undefined);
			if (isLimited && !lingers) rooms.add(request.room);
		}
		return [...rooms];
	}

	/** To be called when rooms have changed their class, and every few seconds: rooms fall silent without a word. */
	refresh(): void {
		this.#serve();
	}

	status(): AdmissionStatus {
		const reserved = this.#plan().flatMap(({ ticket, full }) => (full.length === 0 ? ticket : []));
		const connecting = reserved.filter(({ request }) => !request.handshakeOnly);
		const holders = inOrder([...this.#capacity.holders, ...connecting], importanceOf);
		return {
			limits: { ...this.#capacity.limits },
			held: holders.length,
			...(this.#capacity.limits.total !== undefined && { heldElsewhere: this.#shares?.elsewhere("total", "") }),
			holders: holders.map(({ request: { room, priority, preemptible }, preemption }) => ({
				liveId: room,
				priority: priority(),
				second: preemptible !== undefined,
				preempted: preemption.signal.aborted,
			})),
			queue: this.queue(),
		};
	}

	/** The rooms that a full limit keeps from the only connection that they would have, the next first. */
	queue(): QueuedRoom[] {
		if (!this.#capacity.isContended) return [];
		const rooms = new Map<string, Planned>();
		for (const planned of this.#plan()) {
			const { room, preemptible } = planned.ticket.request;
			if (planned.full.length > 0 && !preemptible?.() && !rooms.has(room)) rooms.set(room, planned);
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

	/** @returns a permit at once where there is one, else a promise that rejects with `signal.reason` when aborted */
	acquire(request: AdmissionRequest, signal: AbortSignal): Permit | Promise<Permit> {
		if (signal.aborted) return Promise.reject(signal.reason);
		const ticket = this.#ticket(request);
		this.#capacity.wait(ticket);
		this.#serve();
		if (ticket.permit) return ticket.permit;
		return new Promise((resolve, reject) => {
			const leave = () => {
				this.#capacity.leave(ticket);
				reject(signal.reason);
				this.#serve();
			};
			ticket.onPermit = (permit) => {
				signal.removeEventListener("abort", leave);
				resolve(permit);
			};
			signal.addEventListener("abort", leave, { once: true });
			if (signal.aborted) leave();
		});
	}

	#ticket(request: AdmissionRequest): Ticket {
		const own = !request.preemptible && !request.handshakeOnly;
		const order = (own ? this.#orders.get(request.room) : undefined) ?? this.#order++;
		if (own) this.#orders.delete(request.room);
		const since = this.#clock.elapsed();
		return { request, quotas: [], since, order, preemption: new AbortController(), protectedUntil: since };
	}

	/** Those who wait, in order, each with the limits that are full for it once those before it are connected. */
	#plan(): Planned[] {
		const now = this.#clock.elapsed();
		if (this.#planned?.at !== now) this.#planned = { at: now, plan: this.#planAt(now) };
		return this.#planned.plan;
	}

	#planAt(now: number): Planned[] {
		const waiting = inOrder(this.#capacity.waiting, (ticket) => agedImportanceOf(ticket, now, this.#agingMs));
		const usage = this.#capacity.usage();
		return waiting.map((ticket) => {
			const full = this.#capacity.full(usage, ticket.quotas);
			// Where somebody is leaving for it, nobody after it takes what else it needs: they would preempt each other for ever.
			if (full.length === 0 || this.#isLeaving(ticket.preempting)) usage.add(ticket.quotas, 1);
			return { ticket, full };
		});
	}

	/** What keeps a request waiting. */
	waitsFor(request: AdmissionRequest): PermitWait {
		const planned = this.#capacity.isContended
			? this.#plan().find(({ ticket }) => ticket.request === request)
			: undefined;
		if (!planned || planned.full.length === 0) return { for: "turn", why: roomTexts.awaitingTurn };
		return { for: "capacity", why: this.#why(planned.ticket, planned.full) };
	}

	#why({ preempting }: Ticket, [full]: readonly LimitName[]): Text {
		const words = full
			? permitTexts.full[this.#named(full)](limitOf(this.#capacity.limits, full))
			: roomTexts.awaitingTurn;
		return this.#isLeaving(preempting) ? permitTexts.preempting(words, preempting.request.room) : words;
	}

	/** A limit of logins that the user has set for all identities is that one. */
	#named(full: LimitName): LimitName {
		return full === "perLogin" && this.#capacity.limits.perIdentity !== undefined ? "perIdentity" : full;
	}

	/** Whoever is preempted may release its permit at once: one round at a time. */
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
		this.#timer?.cancel();
		const waitMs = paced ? this.#pace.waitMs(this.#clock.elapsed()) : undefined;
		this.#timer = waitMs === undefined ? undefined : this.#clock.after(waitMs, () => this.#serve());
	}

	/** @returns whether somebody waits for the pace alone */
	#serveRound(now: number): boolean {
		if (this.#capacity.waiting.size === 0) return false;
		if (this.#pace.waitMs(now) !== 0 && !this.#capacity.isContended) return true;
		// Sorted only when somebody has to be preempted.
		let holders: Ticket[] | undefined;
		let paced = false;
		for (const { ticket, full } of this.#plan()) {
			if (full.length > 0) {
				holders ??= this.#preemptable();
				this.#makeCapacity(ticket, full, holders, now);
			} else if (this.#pace.waitMs(now) === 0) this.#grant(ticket, now);
			else paced = true;
			// Capacity has become free meanwhile: it belongs to the first in the queue, not to the next in this round.
			if (this.#serveAgain) break;
		}
		return paced;
	}

	#grant(ticket: Ticket, now: number): void {
		const { preemption } = ticket;
		const done = this.#pace.begin(now);
		if (agedImportanceOf(ticket, now, this.#agingMs) < importanceOf(ticket))
			ticket.protectedUntil = now + this.#agingMs;
		this.#capacity.hold(ticket);
		this.#planned = undefined;
		const handshakeDone = () => {
			done();
			this.#serve();
		};
		const release = () => {
			this.#release(ticket);
			handshakeDone();
		};
		ticket.permit = { preempted: preemption.signal, handshakeDone, release };
		ticket.onPermit?.(ticket.permit);
		// What waited for it is not kept in memory for as long as it is held.
		delete ticket.onPermit;
	}

	/** Its capacity is free at once, or goes to another node with the room. */
	#release(ticket: Ticket): void {
		const { request, preemption } = ticket;
		const lingersMs = preemption.signal.aborted ? 0 : (this.#shares?.lingers(request.room) ?? 0);
		if (lingersMs === 0) {
			this.#capacity.release(ticket);
			return;
		}
		ticket.lingers = true;
		this.#clock.after(lingersMs, () => {
			this.#capacity.release(ticket);
			this.#serve();
		});
	}

	/** Preempts somebody, where that makes capacity for a request and nobody is leaving for it already. */
	#makeCapacity(ticket: Ticket, full: readonly LimitName[], holders: readonly Ticket[], now: number): void {
		if (this.#isLeaving(ticket.preempting)) return;
		const holder = whoIsPreempted(ticket, full, holders, now);
		if (!holder) return;
		ticket.preempting = holder;
		// From here on its capacity is reserved.
		this.#planned = undefined;
		this.#serveAgain = true;
		const { room, priority } = ticket.request;
		this.#preempt(holder, permitTexts.needed(room, permitTexts.priority[priority()]));
	}

	#isLeaving(preempted: Ticket | undefined): preempted is Ticket {
		return preempted !== undefined && this.#capacity.holders.has(preempted);
	}

	/** Preempts what is past a limit. */
	#fit(why: (limit: LimitName) => Text): void {
		const past = this.#capacity.past(this.#preemptable().reverse());
		for (const { holder, limit } of past.reverse()) this.#preempt(holder, why(limit));
		this.#serve();
	}

	#preempt({ request, order, preemption }: Ticket, why: Text): void {
		if (!request.preemptible) {
			this.#orders.set(request.room, order);
			const [oldest] = this.#orders.keys();
			if (this.#orders.size > mostRemembered && oldest !== undefined) this.#orders.delete(oldest);
		}
		preemption.abort(why);
	}

	/** Connections that were not preempted yet, the least important and newest first. */
	#preemptable(): Ticket[] {
		const staying = [...this.#capacity.holders].filter(
			({ preemption, lingers }) => !lingers && !preemption.signal.aborted,
		);
		return inOrder(staying, importanceOf).reverse();
	}
}
