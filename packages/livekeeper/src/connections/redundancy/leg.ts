import {
	type Clock,
	DouyinError,
	type DouyinUpstream,
	RetrySchedule,
	type SessionItem,
	type SessionRequest,
	sleep,
} from "@livekeeper/douyin";
import {
	failureClasses,
	failureText,
	type Hold,
	type LegReason,
	type LegStatus,
	type Permit,
	type PermitSource,
	RoomFailure,
	watchPermit,
} from "../../rooms/index.ts";
import { roomTexts, sentence, type Text } from "../../text/index.ts";

/** What a leg needs of the session that it is part of. */
export interface LegHost {
	/** Its connection begins. @returns how to ask for it */
	begin(leg: Leg): Omit<SessionRequest, "signal">;
	/** @returns when it was taken */
	item(leg: Leg, item: SessionItem): Promise<void>;
	/** Its connection was lost or could not be made. */
	lost(leg: Leg, failure: DouyinError): void;
	/** It has no connection and is not to try for one now, without having failed. */
	waits(leg: Leg): void;
}

/** After it was preempted it leaves connections to others for so long, ms: rooms that come and go shall not churn it. */
const preemptedRestMs = 60_000;

/** Whatever holds it back, it does not ask again earlier, ms. */
const leastHoldMs = 1_000;

/** Another needs its connection. */
class Preempted {
	readonly why: Text;

	constructor(why: Text) {
		this.why = why;
	}
}

export interface LegOptions {
	/** Which source of the room's sequencer it is. */
	source: number;
	kind: "socket" | "polling";
	upstream: DouyinUpstream;
	clock: Clock;
	/** Where it gets a permit for each connection; without one it goes on the room's own. */
	permits?: PermitSource | undefined;
	/** Whether it may try at `now`, where its own schedule says so. */
	admit: (now: number) => Hold | undefined;
	/** How long to leave the upstream alone at least after it refused us, ms. */
	blockedDelayMs: number;
}

/**
 * One connection of a room's several. It connects again by itself, on the schedule that a room has, for as long as the
 * session runs that it is part of; what it knows of its failures it keeps for the next.
 */
export class Leg {
	readonly source: number;
	readonly kind: LegOptions["kind"];
	readonly upstream: DouyinUpstream;
	state: LegStatus["state"] = "idle";
	host: string | undefined;
	/** When it last brought a message, or was opened, ms. */
	lastMessageAt = 0;
	messages = 0;
	failures = 0;
	failure: DouyinError | undefined;
	/** Why it does not try, where that is not its own failure. */
	#heldFor: LegReason | undefined;
	nextAttemptAt: number | undefined;
	readonly #options: LegOptions;
	/** Failures in a row since the last frame. */
	#failed = 0;
	readonly #schedule = new RetrySchedule();
	/** The connection has brought a frame since it was opened. */
	#proven = false;
	#attempt = new AbortController();

	constructor(options: LegOptions) {
		this.#options = options;
		this.source = options.source;
		this.kind = options.kind;
		this.upstream = options.upstream;
	}

	/**
	 * Stays connected until `signal` aborts. @returns when its socket is gone
	 * @param permitHeld whether the first attempt goes on the permit that the room holds for its session
	 */
	async run(host: LegHost, signal: AbortSignal, permitHeld: boolean): Promise<void> {
		const { clock } = this.#options;
		if (permitHeld) this.nextAttemptAt = undefined;
		for (let first = true; !signal.aborted; first = false) {
			this.#rest();
			await sleep(clock, Math.max(0, (this.nextAttemptAt ?? 0) - clock.now()), signal);
			if (signal.aborted) break;
			const onHeld = first && permitHeld;
			const hold = onHeld ? undefined : this.#options.admit(clock.now());
			if (hold) {
				this.#hold(host, hold);
				continue;
			}
			const failure = await this.#connect(host, signal, onHeld);
			if (!failure) break;
			if (failure instanceof Preempted) this.#preempted(host, failure);
			else {
				this.failed(failure);
				host.lost(this, failure);
			}
		}
		this.state = "idle";
		this.host = undefined;
	}

	/** Why it is not connected. */
	get reason(): LegReason | undefined {
		return this.#heldFor ?? (this.failure && { code: this.failure.reason, message: failureText(this.failure) });
	}

	/** Its connection, or one that was made in its place, has brought its first frame `at` (ms). */
	works(at: number): void {
		this.#proven = true;
		this.#failed = 0;
		this.#schedule.works(at);
		this.failure = undefined;
		this.nextAttemptAt = undefined;
	}

	/** Ends the connection that stands, as if it had failed. */
	fail(failure: DouyinError): void {
		this.#attempt.abort(failure);
	}

	/** @returns why the connection ended; `undefined` when `signal` ended it */
	async #connect(
		host: LegHost,
		signal: AbortSignal,
		permitHeld: boolean,
	): Promise<DouyinError | Preempted | undefined> {
		this.#attempt = new AbortController();
		const stop = () => this.#attempt.abort(signal.reason);
		signal.addEventListener("abort", stop, { once: true });
		if (signal.aborted) stop();
		const scope = this.#attempt.signal;
		try {
			const permit = permitHeld ? undefined : await this.#awaitPermit(host, scope);
			const release = permit && watchPermit(permit, scope, (why) => this.#attempt.abort(new Preempted(why)));
			try {
				// It may be preempted already.
				if (!scope.aborted) await this.#follow(host, scope, () => permit?.handshakeDone());
			} finally {
				release?.();
			}
			if (signal.aborted) return undefined;
			return isEnd(scope.reason) ? scope.reason : new RoomFailure("network", roomTexts.sessionEnded);
		} catch (error) {
			if (signal.aborted) return undefined;
			if (isEnd(scope.reason)) return scope.reason;
			if (error instanceof DouyinError) return error;
			throw error;
		} finally {
			signal.removeEventListener("abort", stop);
		}
	}

	/** It is held from before the handshake until the socket is gone. */
	async #awaitPermit(host: LegHost, signal: AbortSignal): Promise<Permit | undefined> {
		const { permits } = this.#options;
		const permit = permits?.acquire(signal);
		if (!permits || !(permit instanceof Promise)) return permit;
		const wait = permits.waitsFor();
		// Its turn comes soon: nobody needs to go on without it.
		if (wait.for === "turn") return permit;
		this.#wait("queued", { code: "no_free_slot", message: wait.why });
		host.waits(this);
		const granted = await permit;
		this.state = "connecting";
		return granted;
	}

	#preempted(host: LegHost, { why }: Preempted): void {
		this.#wait("queued", { code: "preempted", message: why }, preemptedRestMs);
		host.waits(this);
	}

	/** Something that others have met holds it back. */
	#hold(host: LegHost, { delayMs, why, reason }: Hold): void {
		this.#wait("waiting", { code: reason, message: sentence(why) }, Math.max(leastHoldMs, delayMs));
		host.waits(this);
	}

	#wait(state: "queued" | "waiting", why: LegReason, forMs?: number): void {
		this.state = state;
		this.host = undefined;
		this.#heldFor = why;
		this.nextAttemptAt = forMs === undefined ? undefined : this.#options.clock.now() + forMs;
	}

	/** What it waited for when the last session ended, it still waits for. */
	#rest(): void {
		if (this.state !== "idle" || (this.nextAttemptAt ?? 0) <= this.#options.clock.now()) return;
		this.state = this.#heldFor?.code === "preempted" ? "queued" : "waiting";
	}

	async #follow(host: LegHost, signal: AbortSignal, onOpened: () => void): Promise<void> {
		this.state = "connecting";
		this.#proven = false;
		this.#heldFor = undefined;
		this.nextAttemptAt = undefined;
		const request = { ...host.begin(this), signal };
		const items = this.kind === "polling" ? this.upstream.poll?.(request) : this.upstream.session(request);
		if (!items) throw new TypeError("This upstream can't be polled.");
		for await (const item of items) {
			if (signal.aborted) continue;
			if (item.type === "opened") {
				onOpened();
				this.#opened(item.host);
			} else if (item.type === "frame") this.#frame(item);
			await host.item(this, item);
		}
	}

	#opened(host: string): void {
		this.state = "connected";
		this.host = host;
		this.failure = undefined;
		this.lastMessageAt = this.#options.clock.now();
	}

	#frame({ events, receivedAt }: SessionItem & { type: "frame" }): void {
		this.messages += events.length;
		if (events.length > 0) this.lastMessageAt = receivedAt;
		if (this.state === "connected" && !this.#proven) this.works(receivedAt);
	}

	/** Notes a failed attempt, its own or one that was made in its place. */
	failed(failure: DouyinError): void {
		const { clock, blockedDelayMs } = this.#options;
		this.state = "waiting";
		this.host = undefined;
		this.failure = failure;
		this.failures++;
		this.#failed++;
		const { state, flap } = failureClasses[failure.reason];
		const { delayMs } = this.#schedule.next(this.#failed, clock.now(), flap);
		const leastMs = Math.max(failure.retryAfterMs ?? 0, state === "blocked" ? blockedDelayMs : 0);
		this.nextAttemptAt = clock.now() + Math.max(delayMs, leastMs);
	}
}

/** Whether it says why its own side has ended an attempt. */
function isEnd(reason: unknown): reason is DouyinError | Preempted {
	return reason instanceof DouyinError || reason instanceof Preempted;
}
