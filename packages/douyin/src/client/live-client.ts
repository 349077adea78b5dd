import { systemClock } from "../clock.ts";
import { type AbsenceReason, DouyinError, type FailureReason } from "../errors.ts";
import type { UpstreamEvent } from "../events/live-event.ts";
import type { LoginStatus } from "../login/index.ts";
import { parseLiveId } from "../lookup/index.ts";
import type { Emitted, Gap } from "../sequencer/index.ts";
import type { DecodeProblem, DouyinUpstream } from "../upstream.ts";
import { createUpstream, type UpstreamHandle, type UpstreamOptions } from "./create-upstream.ts";
import { EventBuffer } from "./event-buffer.ts";
import { FollowedRoom, type FollowStep, type Idle, infoOf, type RoomInfo } from "./follow-room.ts";

export interface LiveClientOptions extends UpstreamOptions {
	/** Time between lookups while the room is not live, ms; default 30,000. */
	pollMs?: number;
	/**
	 * Maximum number of events that wait for a slow loop, which then ends with an error; default 10,000. At most 64 MiB
	 * may wait.
	 */
	maxBufferedEvents?: number;
	/**
	 * Whether each typed event has the upstream's payload as `raw`, for fields that the type leaves out; default false.
	 */
	raw?: boolean;
	/** An upstream shared with other clients. Options about reaching the upstream then have no effect: it has its own. */
	upstream?: DouyinUpstream;
}

/** Events of `client.on` and the values their listeners receive. */
export type LiveClientEvents = {
	[Type in UpstreamEvent["type"]]: Extract<UpstreamEvent, { type: Type }>;
} & {
	/** Every event of the room, whatever its type. */
	event: UpstreamEvent;
	connected: RoomInfo & { host: string; resumed: boolean };
	/** The connection failed or could not be made; the client retries by itself after `nextAttemptInMs`. */
	disconnected: { failure: DouyinError; attempt: number; nextAttemptInMs: number };
	/** The room is not live; it is looked up again after `nextAttemptInMs`. */
	waiting: { why: Idle; nextAttemptInMs: number };
	/** Messages may be missing before the next events: the upstream did not resume where the connection was lost. */
	gap: Gap;
	/** Messages that would not decode. */
	loss: { problems: DecodeProblem[] };
	/** A listener threw. Failures of the connection are `disconnected`. */
	error: unknown;
};

/** Default time after which a silent socket is closed, ms. */
const defaultSilenceMs = 60_000;
const defaultPollMs = 30_000;
const defaultMaxBufferedEvents = 10_000;

/** One run of following the room, from a start to its stop. */
interface Run {
	readonly stop: AbortController;
	readonly first: FirstAttempt;
	readonly done: Promise<void>;
}

/**
 * One room in a program of your own. Connects, reconnects and waits for the next broadcast by itself.
 *
 * A client has one connection and one memory of the events it has emitted. Listeners and any number of loops share the
 * connection, which stays open while any of them needs it. Nothing is emitted or counted twice after a stop.
 * @example
 * ```ts
 * import { DouyinLiveClient } from "@livekeeper/douyin";
 * // `baseUrl` is a simulator's address here; leave it out for the site itself.
 * const client = new DouyinLiveClient("261378947940", { baseUrl: "http://127.0.0.1:7002" });
 * for await (const event of client.events()) {
 * 	console.log(event.type, event.user?.nickname, event.at);
 * 	if (event.type === "chat") break;
 * }
 * console.log(client.connected); // → false
 * ```
 */
export class DouyinLiveClient {
	/** The id in `https://live.douyin.com/{liveId}`. */
	readonly liveId: string;
	readonly #upstream: DouyinUpstream;
	readonly #own: UpstreamHandle | undefined;
	readonly #followed: FollowedRoom;
	readonly #maxBufferedEvents: number;
	readonly #listeners = new Listeners<LiveClientEvents>((error, event) => this.#listenerThrew(error, event));
	/** Whether the listeners need the connection. */
	#started = false;
	/** Loops that need the connection. */
	readonly #loops = new Set<EventBuffer>();
	/** The newest run; the one before it may still be closing its socket. */
	#run: Run | undefined;
	#connected = false;

	/**
	 * @param liveId digits, a short name, or the room's address
	 * @throws DouyinError `invalid_live_id` for an invalid live id, `proxy` for an invalid proxy URL
	 * @throws TypeError for an invalid base URL, cookie or user agent
	 */
	constructor(liveId: string, options: LiveClientOptions = {}) {
		const parsed = parseLiveId(liveId);
		if (!parsed.ok) {
			throw new DouyinError("invalid_live_id", `${parsed.message} ${parsed.hint}`, { retryable: false });
		}
		const { upstream, pollMs = defaultPollMs, maxBufferedEvents = defaultMaxBufferedEvents, raw, ...own } = options;
		this.liveId = parsed.liveId;
		this.#maxBufferedEvents = maxBufferedEvents;
		this.#own = upstream ? undefined : createUpstream({ silenceMs: defaultSilenceMs, ...own });
		this.#upstream = upstream ?? (this.#own as UpstreamHandle);
		const clock = options.clock ?? systemClock;
		this.#followed = new FollowedRoom(this.#upstream, { liveId: this.liveId, clock, pollMs, raw }, (step) =>
			this.#onStep(step),
		);
	}

	/** Whether the session is logged in, as far as is known now; sessions without a login receive no gifts. */
	get identity(): LoginStatus {
		return this.#upstream.identity;
	}

	/** Whether the push socket is open. */
	get connected(): boolean {
		return this.#connected;
	}

	/** The room, as its page last described it; `undefined` until a page has been read. */
	get room(): RoomInfo | undefined {
		return this.#followed.info;
	}

	/** Calls `listener` for each event of a kind. Does not wait for async listeners. */
	on<K extends keyof LiveClientEvents>(event: K, listener: (value: LiveClientEvents[K]) => void): this {
		this.#listeners.add(event, listener);
		return this;
	}

	/** Calls `listener` for the next event of a kind. */
	once<K extends keyof LiveClientEvents>(event: K, listener: (value: LiveClientEvents[K]) => void): this {
		this.#listeners.add(event, listener, true);
		return this;
	}

	off<K extends keyof LiveClientEvents>(event: K, listener: (value: LiveClientEvents[K]) => void): this {
		this.#listeners.remove(event, listener);
		return this;
	}

	/**
	 * Yields the room's events from the first `next()` on, until `signal` aborts, the loop is left, or the client is
	 * stopped; after a stop it still yields the events that have arrived. Failures go to the listeners of `disconnected`,
	 * and the client reconnects. A slow loop delays neither listeners nor other loops.
	 * @throws DouyinError `storage` when `maxBufferedEvents` or 64 MiB wait for the loop, after it has yielded them. A
	 * loop that begins again misses the events that the client emitted meanwhile: none, if it was the only one.
	 */
	async *events(options: { signal?: AbortSignal | undefined } = {}): AsyncGenerator<UpstreamEvent, void> {
		const { signal } = options;
		if (signal?.aborted) return;
		const buffer = new EventBuffer(this.#maxBufferedEvents);
		const end = () => buffer.end();
		signal?.addEventListener("abort", end, { once: true });
		this.#loops.add(buffer);
		this.#begin();
		try {
			yield* buffer.events(signal);
		} finally {
			signal?.removeEventListener("abort", end);
			await this.#leave(buffer);
		}
	}

	/**
	 * Connects, and stays connected until {@link stop}; does nothing if already started. The result need not be awaited.
	 * @returns the room, once it is connected
	 * @throws DouyinError when the first attempt finds nothing to connect to (`offline`, `no_room`, `hidden`, `closed`,
	 * `not_found`) or fails; the client keeps trying all the same. `stopped` if it was stopped first.
	 * @example
	 * ```ts
	 * import { DouyinLiveClient } from "@livekeeper/douyin";
	 * const client = new DouyinLiveClient("261378947940", { baseUrl: "http://127.0.0.1:7002" });
	 * client.on("gift", ({ giftName, delta, diamonds }) => console.log(giftName, delta, diamonds));
	 * client.on("disconnected", ({ failure }) => console.error(failure.message));
	 * const { title } = await client.start();
	 * console.log(title, client.connected);
	 * await client.stop();
	 * console.log(client.connected); // → false
	 * ```
	 */
	start(): Promise<RoomInfo> {
		this.#started = true;
		const { first } = this.#begin();
		const { room } = this;
		return this.#connected && room ? Promise.resolve(room) : first.result;
	}

	/**
	 * Stops listeners and loops at once; resolves when the socket is closed. A later start continues where it left off.
	 */
	async stop(): Promise<void> {
		this.#started = false;
		for (const loop of this.#loops) loop.end();
		this.#loops.clear();
		await this.#end();
	}

	#begin(): Run {
		const former = this.#run;
		if (former && !former.stop.signal.aborted) return former;
		const stop = new AbortController();
		const first = new FirstAttempt();
		this.#run = { stop, first, done: this.#follow(stop.signal, first, former?.done) };
		return this.#run;
	}

	/** Removes a loop that is over; closes the connection when no loop or listener needs it. */
	async #leave(loop: EventBuffer): Promise<void> {
		if (!this.#loops.delete(loop)) return;
		if (!this.#started && this.#loops.size === 0) await this.#end();
	}

	async #end(): Promise<void> {
		const run = this.#run;
		run?.stop.abort();
		await run?.done;
	}

	/** @param before resolves when the socket of the previous run is closed */
	async #follow(signal: AbortSignal, first: FirstAttempt, before: Promise<void> | undefined): Promise<void> {
		await before;
		await this.#followed.follow(signal);
		this.#connected = false;
		first.stopped();
		if (this.#run?.stop.signal !== signal) return;
		this.#run = undefined;
		this.#own?.close();
	}

	#onStep(step: FollowStep): void {
		if (step.type !== "events") this.#connected = step.type === "connected";
		this.#run?.first.note(step);
		switch (step.type) {
			case "events":
				this.#emit(step.emitted);
				if (step.problems.length > 0) this.#listeners.emit("loss", { problems: step.problems });
				break;
			case "connected":
				this.#listeners.emit("connected", step);
				break;
			case "disconnected":
				this.#listeners.emit("disconnected", step);
				break;
			case "waiting":
				this.#listeners.emit("waiting", step);
				break;
			default:
				step satisfies never;
		}
	}

	#emit(emitted: readonly Emitted[]): void {
		for (const { gap, events } of emitted) {
			if (gap) this.#listeners.emit("gap", gap);
			for (const event of events) this.#emitEvent(event);
		}
		const events = emitted.flatMap((one) => one.events);
		for (const loop of this.#loops) if (!loop.push(events)) void this.#leave(loop);
	}

	#emitEvent(event: UpstreamEvent): void {
		this.#listeners.emit("event", event);
		// The type names its own event, which the compiler can't see through the union.
		this.#listeners.emit(event.type, event as never);
	}

	#listenerThrew(error: unknown, event: keyof LiveClientEvents): void {
		if (event !== "error") this.#listeners.emit("error", error);
		// A failing `error` listener can only be reported as a process warning.
		else process.emitWarning(error instanceof Error ? error : String(error));
	}
}

/** Outcome of the first attempt to connect: the room, or why there is no connection. */
class FirstAttempt {
	readonly result: Promise<RoomInfo>;
	#settle: { resolve(room: RoomInfo): void; reject(error: Error): void } | undefined;

	constructor() {
		this.result = new Promise((resolve, reject) => {
			this.#settle = { resolve, reject };
		});
		// An unhandled rejection must not end the process: listeners are notified of the failure.
		this.result.catch(() => undefined);
	}

	/** Settles the result at the first step that decides it; ignores all later ones. */
	note(step: FollowStep): void {
		if (step.type === "connected") this.#settle?.resolve(infoOf(step));
		else if (step.type === "disconnected") this.#settle?.reject(step.failure);
		else if (step.type === "waiting") this.#settle?.reject(absence[step.why]());
	}

	/** Settles the result when no more steps will come. */
	stopped(): void {
		this.#settle?.reject(new DouyinError("stopped", "The client was stopped before it was connected."));
	}
}

type Absence = DouyinError<FailureReason | AbsenceReason>;

const absence: Record<Idle, () => Absence> = {
	offline: () => new DouyinError("offline", "The room is not live. The client waits for its next broadcast."),
	no_room: () => new DouyinError("no_room", "The account has no room now. The client waits until it has one."),
	hidden: () =>
		new DouyinError("hidden", "The broadcast is visible to selected viewers only. The client waits for the next one."),
	closed: () => new DouyinError("closed", "The account was closed.", { retryable: false }),
	not_found: () => new DouyinError("not_found", "There is no room with this number.", { retryable: false }),
	ended: () => new DouyinError("broadcast_ended", "The broadcast has ended. The client waits for the next one."),
};

interface Listener {
	readonly call: (value: never) => unknown;
	readonly once: boolean;
}

/** A small typed emitter. A listener that throws is reported and stops neither the other listeners nor the emitter. */
class Listeners<Events extends object> {
	/** Never changed in place: an emit in progress continues with the listeners it began with. */
	readonly #listeners = new Map<keyof Events, readonly Listener[]>();
	readonly #onThrow: (error: unknown, event: keyof Events) => void;

	constructor(onThrow: (error: unknown, event: keyof Events) => void) {
		this.#onThrow = onThrow;
	}

	/** Adds a listener; does nothing if it is already there. @param once whether it is called only once */
	add<K extends keyof Events>(event: K, call: (value: Events[K]) => void, once = false): void {
		this.remove(event, call);
		this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), { call, once }]);
	}

	remove<K extends keyof Events>(event: K, call: (value: Events[K]) => void): void {
		const others = this.#listeners.get(event)?.filter((listener) => listener.call !== call);
		if (others) this.#listeners.set(event, others);
	}

	emit<K extends keyof Events>(event: K, value: Events[K]): void {
		for (const { call, once } of this.#listeners.get(event) ?? []) {
			const listener = call as (value: Events[K]) => unknown;
			if (once) this.remove(event, listener);
			try {
				const result = listener(value);
				// An async listener's rejection would otherwise be unhandled and end the process.
				if (result instanceof Promise) result.catch((error: unknown) => this.#onThrow(error, event));
			} catch (error) {
				this.#onThrow(error, event);
			}
		}
	}
}
