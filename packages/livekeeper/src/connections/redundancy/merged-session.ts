import type { Clock, DouyinError, Sequencer, SessionItem, SessionRequest, Timer } from "@livekeeper/douyin";
import { RoomFailure, type RoomSessionItem, type RoomSessionRequest } from "../../rooms/index.ts";
import { roomTexts } from "../../text/index.ts";
import type { Leg, LegHost } from "./leg.ts";

/** A connection is mute when it has said nothing for this long, ms, while the others brought this many messages. */
const muteMs = 30_000;
const muteMessages = 10;
const muteCheckMs = 5_000;

export interface MergedSessionOptions {
	/** The first one's first attempt goes on the room's own permit; the others begin once that has opened or failed. */
	legs: readonly Leg[];
	clock: Clock;
	/** A socket is synced while the room is polled: polling is not needed any more. */
	onSocket(): void;
}

interface Handed {
	item: RoomSessionItem;
	taken(): void;
}

/**
 * A room's session over several connections. It hands on what each brings, one item after the other, for the room's
 * sequencer to merge. It ends when no connection stands any more, with the last one's failure, or when one says that the
 * broadcast has ended; and only after all their sockets are gone.
 */
export class MergedSession implements LegHost {
	readonly #options: MergedSessionOptions;
	readonly #request: RoomSessionRequest;
	readonly #sequencer: Sequencer;
	readonly #over = new AbortController();
	/** Ends polling alone. */
	readonly #polling = new AbortController();
	/** Of each connection, how many messages it had missed when it last brought one. */
	readonly #missed = new Map<Leg, number>();
	#handed: Handed[] = [];
	#opened = false;
	#failure: unknown;
	#begin: () => void = () => undefined;
	#wake: () => void = () => undefined;

	constructor(options: MergedSessionOptions, request: RoomSessionRequest) {
		this.#options = options;
		this.#request = request;
		this.#sequencer = request.sequencer;
	}

	isSynced({ source, state }: Leg): boolean {
		return state === "connected" && this.#sequencer.isSynced(source);
	}

	missedBy({ source }: Leg): number {
		return this.#sequencer.missedBy(source);
	}

	async *items(): AsyncGenerator<RoomSessionItem, void> {
		const { signal } = this.#request;
		const stop = () => this.#end(undefined);
		signal.addEventListener("abort", stop, { once: true });
		if (signal.aborted) stop();
		const running = this.#run();
		try {
			for (;;) {
				for (let next = this.#handed.shift(); next; next = this.#handed.shift()) {
					// Also where the room takes no more: whoever waits for it has to end.
					try {
						yield next.item;
					} finally {
						next.taken();
					}
					this.#stopPolling();
				}
				if (this.#over.signal.aborted) break;
				await new Promise<void>((resolve) => {
					this.#wake = resolve;
				});
			}
			if (!signal.aborted) throw this.#failure;
		} finally {
			signal.removeEventListener("abort", stop);
			this.#end(undefined);
			await running;
		}
	}

	begin({ kind, source }: Leg): Omit<SessionRequest, "signal"> {
		const { sequencer, ...request } = this.#request;
		const cursor = sequencer.open(source, { poll: kind === "polling" });
		const others = this.#options.legs.filter((other) => other.source !== source && other.kind === "socket");
		return {
			...request,
			cursor,
			nextCursor: () => sequencer.cursorOf(source),
			needsBackfill: () => sequencer.takePageRequest(source),
			avoidHosts: others.flatMap((other) => other.host ?? []),
		};
	}

	item(leg: Leg, item: SessionItem): Promise<void> {
		if (item.type === "opened") {
			this.#opened = true;
			this.#begin();
		} else if (item.type === "frame" && item.events.length > 0) this.#missed.set(leg, this.missedBy(leg));
		return this.#hand({ ...item, source: leg.source });
	}

	lost(leg: Leg, failure: DouyinError): void {
		this.#without(leg);
		// Who is refused is left alone, by im/fetch as well.
		const polled = this.#options.legs.some(({ kind, upstream }) => kind === "polling" && upstream === leg.upstream);
		if (failure.reason === "blocked" && polled) this.#polling.abort();
		if (failure.reason === "broadcast_ended" || !this.#goesOn()) this.#end(failure);
	}

	waits(leg: Leg): void {
		this.#without(leg);
		if (this.#goesOn()) return;
		const [failure] = this.#options.legs.flatMap((one) => one.failure ?? []);
		this.#end(failure ?? new RoomFailure("network", roomTexts.noConnectionStands));
	}

	#without({ source }: Leg): void {
		void this.#hand({ type: "lost", source });
		this.#begin();
	}

	/** Whether a connection stands, or may be the first that does. */
	#goesOn(): boolean {
		const polls = !this.#polling.signal.aborted;
		const legs = this.#options.legs.filter(({ kind }) => kind === "socket" || polls);
		if (legs.some(({ state }) => state === "connected")) return true;
		return !this.#opened && legs.some(({ state }) => state === "connecting" || state === "idle");
	}

	async #run(): Promise<void> {
		const { legs, clock } = this.#options;
		const firstBegun = new Promise<void>((resolve) => {
			this.#begin = resolve;
		});
		const timer: Timer = clock.every(muteCheckMs, () => this.#checkMute());
		try {
			await Promise.all(legs.map((leg, index) => this.#runLeg(leg, index === 0 ? undefined : firstBegun)));
		} finally {
			timer.cancel();
		}
	}

	async #runLeg(leg: Leg, before: Promise<void> | undefined): Promise<void> {
		await before;
		const signal =
			leg.kind === "polling" ? AbortSignal.any([this.#over.signal, this.#polling.signal]) : this.#over.signal;
		try {
			await leg.run(this, signal, before === undefined);
		} catch (error) {
			this.#end(error);
		}
		if (!this.#over.signal.aborted) void this.#hand({ type: "lost", source: leg.source });
	}

	/** Hands an item to the room. @returns when the room has taken it, or the session is over */
	#hand(item: RoomSessionItem): Promise<void> {
		return new Promise((taken) => {
			if (this.#over.signal.aborted) taken();
			else this.#handed.push({ item, taken });
			this.#wake();
		});
	}

	/** A socket that is synced takes the place of polling. */
	#stopPolling(): void {
		if (this.#polling.signal.aborted) return;
		const { legs, onSocket } = this.#options;
		if (!legs.some((leg) => leg.kind === "socket" && this.isSynced(leg))) return;
		this.#polling.abort();
		onSocket();
	}

	#checkMute(): void {
		const { legs, clock } = this.#options;
		for (const leg of legs) {
			const missed = this.missedBy(leg) - (this.#missed.get(leg) ?? 0);
			const mute = leg.kind === "socket" && leg.state === "connected" && clock.now() - leg.lastMessageAt >= muteMs;
			if (mute && missed >= muteMessages) {
				leg.fail(new RoomFailure("silence", roomTexts.broughtNothing(muteMs / 1000)));
			}
		}
	}

	#end(failure: unknown): void {
		if (this.#over.signal.aborted) return;
		this.#failure = failure;
		this.#over.abort();
		this.#begin();
		this.#wake();
		for (const { taken } of this.#handed) taken();
	}
}
