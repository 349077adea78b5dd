import { type Clock, systemClock } from "../clock.ts";
import type { DouyinError } from "../errors.ts";
import type { UpstreamEvent } from "../events/live-event.ts";
import type { LoginStatus } from "../login/index.ts";
import { parseLiveId } from "../lookup/index.ts";
import type { DecodeProblem, DouyinUpstream } from "../upstream.ts";
import { createUpstream, type UpstreamHandle } from "./create-upstream.ts";
import { type FollowStep, followRoom } from "./follow-room.ts";
import { Listeners } from "./listeners.ts";
import type { UpstreamOptions } from "./upstream-options.ts";

export interface LiveClientOptions extends UpstreamOptions {
	/** Between look-ups while the room is not live, ms; default 30,000. */
	pollMs?: number;
	/** Share an upstream with other clients; options about reaching the upstream are then its own. */
	upstream?: DouyinUpstream;
}

/** What `client.on` can be given, and what listeners are called with. */
export type LiveClientEvents = {
	[Type in UpstreamEvent["type"]]: Extract<UpstreamEvent, { type: Type }>;
} & {
	/** Every event of the room, whatever its type. */
	event: UpstreamEvent;
	connected: { roomId: string; title: string; host: string; resumed: boolean };
	/** The connection failed or could not be made; it is tried again by itself after `nextAttemptInMs`. */
	disconnected: { failure: DouyinError; attempt: number; nextAttemptInMs: number };
	/** The room is not live; it is looked up again after `nextAttemptInMs`. */
	waiting: { why: "offline" | "no_room" | "not_found" | "ended"; nextAttemptInMs: number };
	/** Messages that would not decode, or events dropped because a `for await` loop was too slow. */
	loss: { problems: DecodeProblem[]; dropped: number };
	/** A listener threw. Failures of the connection are `disconnected`. */
	error: unknown;
};

/** A silent socket is given up after so long, unless the options say otherwise. */
const defaultSilenceMs = 60_000;
const defaultPollMs = 30_000;

/**
 * One room in a program of your own. Connects, reconnects and waits for the next broadcast by itself:
 *
 * ```ts
 * const client = new DouyinLiveClient("261378947940");
 * for await (const event of client.events()) if (event.type === "chat") console.log(event.content);
 * ```
 */
export class DouyinLiveClient {
	/** As in `https://live.douyin.com/{liveId}`. */
	readonly liveId: string;
	readonly #upstream: DouyinUpstream;
	readonly #own: UpstreamHandle | undefined;
	readonly #clock: Clock;
	readonly #pollMs: number;
	readonly #listeners = new Listeners<LiveClientEvents>((error, event) => this.#listenerThrew(error, event));
	#running: { stop: AbortController; done: Promise<void> } | undefined;

	/**
	 * @param liveId digits, a short name, or the room's address
	 * @throws TypeError for what is no live id, base URL, cookie or user agent
	 * @throws DouyinError `proxy` for a proxy URL that is none
	 */
	constructor(liveId: string, options: LiveClientOptions = {}) {
		const parsed = parseLiveId(liveId);
		if (!parsed.ok) throw new TypeError(`${parsed.message} ${parsed.hint}`);
		const { upstream, pollMs = defaultPollMs, ...upstreamOptions } = options;
		this.liveId = parsed.liveId;
		this.#clock = options.clock ?? systemClock;
		this.#pollMs = pollMs;
		this.#own = upstream ? undefined : createUpstream({ silenceMs: defaultSilenceMs, ...upstreamOptions });
		this.#upstream = upstream ?? (this.#own as UpstreamHandle);
	}

	/** Whether the session is a logged-in one, as far as is known now; others get no gifts. */
	get identity(): LoginStatus {
		return this.#upstream.identity;
	}

	/** Calls `listener` for each event of a kind. Async listeners are not waited for. */
	on<K extends keyof LiveClientEvents>(event: K, listener: (value: LiveClientEvents[K]) => void): this {
		this.#listeners.add(event, listener);
		return this;
	}

	off<K extends keyof LiveClientEvents>(event: K, listener: (value: LiveClientEvents[K]) => void): this {
		this.#listeners.remove(event, listener);
		return this;
	}

	/**
	 * The room's events, over a connection of this call's own, until `signal` aborts or the loop is left. Does not throw:
	 * failures are told to the listeners of `disconnected`, and the connection is made again.
	 */
	async *events(options: { signal?: AbortSignal } = {}): AsyncGenerator<UpstreamEvent, void> {
		const stop = new AbortController();
		const abort = () => stop.abort();
		options.signal?.addEventListener("abort", abort, { once: true });
		if (options.signal?.aborted) abort();
		try {
			for await (const step of this.#follow(stop.signal)) {
				if (step.type !== "events") continue;
				for (const event of step.events) {
					if (stop.signal.aborted) return;
					yield event;
				}
			}
		} finally {
			abort();
			options.signal?.removeEventListener("abort", abort);
			if (!this.#running) this.#own?.close();
		}
	}

	/** Begins to call the listeners; does nothing when it has begun. */
	start(): void {
		if (this.#running) return;
		const stop = new AbortController();
		this.#running = { stop, done: this.#run(stop.signal) };
	}

	/** Stops at once; resolves when the socket is closed. The client can be started again. */
	async stop(): Promise<void> {
		const running = this.#running;
		if (!running) return;
		running.stop.abort();
		await running.done;
		if (this.#running === running) this.#running = undefined;
		if (!this.#running) this.#own?.close();
	}

	async #run(signal: AbortSignal): Promise<void> {
		const steps = this.#follow(signal);
		// The listeners have done all there is to do with a step by the time it comes here.
		for (let step = await steps.next(); !step.done; step = await steps.next());
	}

	async *#follow(signal: AbortSignal): AsyncGenerator<FollowStep, void> {
		const { liveId } = this;
		for await (const step of followRoom(this.#upstream, { liveId, clock: this.#clock, pollMs: this.#pollMs, signal })) {
			this.#tell(step);
			yield step;
		}
	}

	#tell(step: FollowStep): void {
		switch (step.type) {
			case "events":
				for (const event of step.events) this.#tellEvent(event);
				if (step.problems.length + step.dropped > 0) this.#listeners.emit("loss", step);
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

	#tellEvent(event: UpstreamEvent): void {
		this.#listeners.emit("event", event);
		// The type names its own event, which the compiler can't see through the union.
		this.#listeners.emit(event.type, event as never);
	}

	#listenerThrew(error: unknown, event: keyof LiveClientEvents): void {
		if (event !== "error") this.#listeners.emit("error", error);
		// Nobody is left to tell but the process.
		else process.emitWarning(error instanceof Error ? error : String(error));
	}
}
