import type { GiftCounts, QualityPoint } from "../health/index.ts";
import type { RoomStore } from "./room-memory.ts";
import type { RoomRoute } from "./room-route.ts";
import { RoomRunner } from "./room-runner.ts";
import type { RoomDeps } from "./room-settings.ts";
import type { RoomStatus, StorageTrouble } from "./room-status.ts";

/** What a connection is about, for those who look at many of them. */
export interface RoomSession {
	/** Key of its cookie and proxy: a secret, not to be shown. */
	readonly identity: string;
	/** When it last brought a message, ms by `Clock.elapsed`. */
	readonly heardAt: number | undefined;
}

/**
 * Keeps one room: finds its broadcast, connects, reconnects, waits for the next, until it is stopped. All that the
 * room says goes into its queue.
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
	 * Begins; a second call does nothing.
	 * @param after waited for first, e.g. the end of the room's former connection
	 * @param store what is stored of the room; while it can't be read, the room waits
	 */
	start(after?: Promise<void>, store?: RoomStore): void {
		if (this.#started || this.#room.state.phase === "stopped") return;
		this.#started = true;
		this.#room.start(after, store);
	}

	/** Stopped at once, in any state. @returns when the room's socket is gone */
	stop(): Promise<void> {
		return this.#room.stop();
	}

	/** Whether a broadcast is on in which something was said lately, or that nobody has listened to yet. */
	get lively(): boolean {
		return this.#room.vitals.lively;
	}

	get isConnected(): boolean {
		return this.#room.state.phase === "connected";
	}

	status(): RoomStatus {
		return this.#room.status();
	}

	/** Calls back at each transition and each change of health. @returns a function that takes the callback off */
	onStatus(listener: (status: RoomStatus) => void): () => void {
		return this.#room.onStatus(listener);
	}

	/** Its connections, each with what it last brought. */
	get sessions(): RoomSession[] {
		const { state } = this.#room;
		return state.links.map(({ source, on }) => {
			return { identity: this.#room.routeOf(on).identity, heardAt: this.#room.tallyOf(source).heardAt };
		});
	}

	/** An identity rests from now on: what is connected by it is ended. */
	endSessionsOf(identity: string): void {
		this.#room.endSessionsOf(identity);
	}

	/** Goes on over another route: it is connected again, the cursor and all that is known are kept. */
	useRoute(route: RoomRoute): void {
		this.#room.useRoute(route);
	}

	/** More is known of how many of its gifts came. */
	countGifts(counts: GiftCounts): void {
		this.#room.vitals.quality.countGifts(counts);
	}

	/** What was counted of its gifts is about logins that are no longer connected. */
	forgetGifts(): void {
		this.#room.vitals.quality.forgetGifts();
	}

	/** The room's quality over the last day, in steps of 5 minutes. */
	qualityHistory(): QualityPoint[] {
		return this.#room.vitals.quality.history();
	}

	/** Notes that a message has come. The monitor does so by itself for all that its session brings. */
	touch(): void {
		this.#room.vitals.connection.message(this.#room.elapsed());
	}

	/** To be called every few seconds: finds connections that are open but silent, and handshakes that hang. */
	checkHealth(): void {
		const { vitals } = this.#room;
		vitals.look();
		this.#room.check();
		if (!this.isConnected) return;
		vitals.assess();
		vitals.checkSilence();
	}

	/** @param trouble why what the room says can't be stored; `undefined`: it can, and a room that waits for that goes on */
	storing(trouble: StorageTrouble | undefined): void {
		this.#room.vitals.storing(trouble);
		if (!trouble) this.#stored();
	}

	/** There is capacity again for what it says. */
	#stored(): void {
		const { stream, state } = this.#room;
		stream.expireWhenDue(state.roomId);
		this.#room.take({ type: "writable" });
	}
}
