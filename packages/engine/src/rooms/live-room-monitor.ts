import type { GiftCounts, QualityPoint } from "../health/index.ts";
import type { RecentInput } from "./room-inputs.ts";
import type { RoomStore } from "./room-memory.ts";
import type { RoomRoute } from "./room-route.ts";
import { RoomRunner } from "./room-runner.ts";
import type { RoomDeps } from "./room-settings.ts";
import { type RoomState, roomIdOf } from "./room-state.ts";
import type { RoomStatus, StorageTrouble } from "./room-status.ts";

/** Public view of one connection of a room. */
export interface RoomSession {
	/** Key of its cookie and proxy. A secret: never shown. */
	readonly identity: string;
	/** Time of its last message, ms by `Clock.elapsed`. */
	readonly heardAt: number | undefined;
}

/** Decisions of a room, and the inputs that led to them. Times are of `Clock.elapsed`, ms. */
export interface RoomHistory {
	state: RoomState;
	/** Oldest first. */
	inputs: readonly RecentInput[];
	now: number;
}

/**
 * Keeps one room: finds its broadcast, connects, reconnects and waits for the next broadcast until stopped. Writes all
 * events of the room to its queue.
 */
export class LiveRoomMonitor {
	readonly liveId: string;
	readonly #room: RoomRunner;
	#started = false;

	constructor(liveId: string, deps: RoomDeps) {
		this.liveId = liveId;
		this.#room = new RoomRunner(liveId, deps);
		deps.queue.onWritable(() => this.#stored());
	}

	/**
	 * Starts the room. A second call does nothing.
	 * @param after awaited first, e.g. the end of the room's former connection
	 * @param store stored state of the room; the room waits while it can't be read
	 */
	start(after?: Promise<void>, store?: RoomStore): void {
		if (this.#started || this.#room.state.phase === "stopped") return;
		this.#started = true;
		this.#room.start(after, store);
	}

	/** Stops at once, in any state. @returns once the room's socket is closed */
	stop(): Promise<void> {
		return this.#room.stop();
	}

	/** Whether a broadcast is running that had a message recently or was never connected. */
	get active(): boolean {
		return this.#room.vitals.active;
	}

	get isConnected(): boolean {
		return this.#room.state.phase === "connected";
	}

	status(): RoomStatus {
		return this.#room.status();
	}

	/**
	 * Registers a callback for each transition and each change of health.
	 * @returns a function that removes the callback
	 */
	onStatus(listener: (status: RoomStatus) => void): () => void {
		return this.#room.onStatus(listener);
	}

	/** Its connections, each with the time of its last message. */
	get sessions(): RoomSession[] {
		const { state } = this.#room;
		return state.links.map(({ source, on }) => {
			return { identity: this.#room.routeOf(on).identity, heardAt: this.#room.tallyOf(source).heardAt };
		});
	}

	/** Starts the cooldown of an identity: ends all sessions that use it. */
	endSessionsOf(identity: string): void {
		this.#room.endSessionsOf(identity);
	}

	/** Switches to another route: reconnects and keeps the cursor and everything else it knows. */
	useRoute(route: RoomRoute): void {
		this.#room.useRoute(route);
	}

	/** Updates the gift counts. */
	countGifts(counts: GiftCounts): void {
		this.#room.vitals.quality.countGifts(counts);
	}

	/** Resets the gift counts, because they belong to logins that are no longer connected. */
	forgetGifts(): void {
		this.#room.vitals.quality.forgetGifts();
	}

	/** Returns the room's quality over the last day in steps of 5 minutes. */
	qualityHistory(): QualityPoint[] {
		return this.#room.vitals.quality.history();
	}

	/** Returns the room's decision state and its newest inputs, for a diagnosis. */
	history(): RoomHistory {
		const { state, inputs } = this.#room;
		return { state, inputs: inputs.all(), now: this.#room.elapsed() };
	}

	/** Notes that a message has arrived. The monitor calls it itself for everything that its session brings. */
	touch(): void {
		this.#room.vitals.connection.message(this.#room.elapsed());
	}

	/** Call it every few seconds. Finds connections that are open but silent, and handshakes that hang. */
	checkHealth(): void {
		const { vitals } = this.#room;
		vitals.look();
		this.#room.check();
		if (!this.isConnected) return;
		vitals.assess();
		vitals.checkSilence();
	}

	/**
	 * @param trouble why the room's events can't be stored; `undefined` means they can, and a room that waits for it
	 * resumes
	 */
	storing(trouble: StorageTrouble | undefined): void {
		this.#room.vitals.storing(trouble);
		if (!trouble) this.#stored();
	}

	/** Called when the queue has capacity again. */
	#stored(): void {
		const { stream, state } = this.#room;
		stream.expireWhenDue(roomIdOf(state));
		this.#room.take({ type: "writable" });
	}
}
