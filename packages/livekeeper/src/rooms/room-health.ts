import type { RoomHealth } from "./room-status.ts";

export interface HealthLimits {
	/** Without a message for this long a room is quiet, ms. */
	quietMs: number;
	/** Without a message for this long its connection is doubted, ms. */
	silenceMs: number;
	/** For how long a decode error or a drop counts, ms. */
	degradedMs: number;
}

/**
 * What is known about how a connection is doing. Silence is measured from the last message, or from the opening of the
 * connection while it has brought none: heartbeats that were answered prove nothing, a mute server answers them too.
 */
export class ConnectionHealth {
	readonly #limits: HealthLimits;
	lastMessageAt: number | undefined;
	lastSignAt: number | undefined;
	#connectedAt: number | undefined;
	#lastProblemAt: number | undefined;
	#warned = false;

	constructor(limits: HealthLimits) {
		this.#limits = limits;
	}

	connected(now: number): void {
		this.#connectedAt = now;
		this.lastSignAt = now;
		this.#warned = false;
	}

	message(now: number): void {
		this.lastMessageAt = now;
		this.lastSignAt = now;
		this.#warned = false;
	}

	sign(now: number): void {
		this.lastSignAt = now;
	}

	/** A message would not decode, or events were dropped. @returns whether it is the first after a time without */
	problem(now: number): boolean {
		const first = !this.#hadProblem(now);
		this.#lastProblemAt = now;
		return first;
	}

	/** How long nothing has been said, ms. */
	quietFor(now: number): number {
		const last = Math.max(this.#connectedAt ?? 0, this.lastMessageAt ?? 0);
		if (last <= now) return now - last;
		// The clock was set back: what lies ahead of it must not hide a silence until it has caught up.
		this.#connectedAt = now;
		if (this.lastMessageAt !== undefined) this.lastMessageAt = Math.min(this.lastMessageAt, now);
		return 0;
	}

	assess(now: number): RoomHealth {
		const quietFor = this.quietFor(now);
		if (quietFor >= this.#limits.silenceMs) return "silent";
		if (this.#hadProblem(now)) return "degraded";
		return quietFor >= this.#limits.quietMs ? "quiet" : "fine";
	}

	#hadProblem(now: number): boolean {
		return this.#lastProblemAt !== undefined && now - this.#lastProblemAt < this.#limits.degradedMs;
	}

	/** Whether this silence is to be warned of: once, until something is said. */
	warnOnce(): boolean {
		const first = !this.#warned;
		this.#warned = true;
		return first;
	}
}
