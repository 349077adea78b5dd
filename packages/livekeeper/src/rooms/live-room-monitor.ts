import type { GiftCounts, QualityPoint } from "../health/index.ts";
import { roomTexts, type Text } from "../text/index.ts";
import { Room } from "./room.ts";
import type { RoomSession } from "./room-connection.ts";
import type { RoomStore } from "./room-memory.ts";
import type { RoomRoute } from "./room-route.ts";
import type { RoomDeps } from "./room-settings.ts";
import type { RoomStatus, StorageTrouble } from "./room-status.ts";
import { SilenceWatch } from "./silence-watch.ts";

/**
 * Keeps one room: finds its broadcast, connects, reconnects, waits for the next, until it is stopped. All that the
 * room says goes into its queue.
 */
export class LiveRoomMonitor {
	readonly liveId: string;
	readonly #room: Room;
	readonly #silence: SilenceWatch;
	#started = false;

	constructor(liveId: string, deps: RoomDeps) {
		this.liveId = liveId;
		this.#room = new Room(liveId, deps);
		this.#silence = new SilenceWatch(this.#room);
		deps.queue.onWritable(() => this.#stored());
	}

	/**
	 * Begins; a second call does nothing.
	 * @param after waited for first, e.g. the end of the room's former connection
	 * @param store what is stored of the room; while it can't be read, the room waits
	 */
	start(after?: Promise<void>, store?: RoomStore): void {
		if (this.#started || this.#room.state === "stopped") return;
		this.#started = true;
		this.#room.connections.start(after, store);
	}

	/** Stopped at once, in any state. @returns when the room's socket is gone */
	stop(): Promise<void> {
		if (this.#room.state !== "stopped") {
			this.#room.enter("stopped", { code: "stopped", message: roomTexts.stopped });
			this.#silence.stop();
		}
		return this.#room.connections.stop();
	}

	/** Whether a broadcast is on in which something was said lately, or that nobody has listened to yet. */
	get lively(): boolean {
		return this.#room.lively;
	}

	status(): RoomStatus {
		return this.#room.status();
	}

	/** Calls back at each transition and each change of health. @returns a function that takes the callback off */
	onStatus(listener: (status: RoomStatus) => void): () => void {
		return this.#room.onStatus(listener);
	}

	/**
	 * Calls a room back that waits for its next attempt: it makes it in `delayMs`, but never before the upstream was
	 * promised. A room that waits for nothing, or whose attempt is under way, is left as it is.
	 * @param why for people: a sentence
	 */
	callBack(delayMs: number, why: Text): void {
		const room = this.#room;
		const at = Math.max(room.elapsed() + delayMs, room.notBefore);
		if (!this.#room.connections.moveAttempt(at)) return;
		// Of several connections one may connect while another waits for its attempt: the state tells of the first.
		if (room.state !== "connecting") room.enter(room.state, { ...room.machine.reason, decision: why }, at);
	}

	/** Its connections, each with what it last brought. */
	get sessions(): RoomSession[] {
		return this.#room.connections.sessions;
	}

	/** An identity rests from now on: what stands by it is ended. */
	endSessionsOf(identity: string): void {
		this.#room.connections.endSessionsOf(identity);
	}

	/** Goes on over another route: connections are made anew, the cursor and all that is known are kept. */
	useRoute(route: RoomRoute): void {
		const room = this.#room;
		room.route = route;
		// By identities that were refused the upstream is not asked again at once, whatever else has changed.
		const waits = route.connections.every(({ identity }) => this.#room.connections.refusalOf(identity));
		if (!waits) room.leaveAlone(0);
		if (!this.#started || room.state === "stopped") return;
		// One that has not done anything yet begins.
		if (room.state !== "idle" && !(waits && room.state === "blocked"))
			room.enter("reconnecting", { code: "new", message: roomTexts.connectingAnew });
		this.#room.connections.renew();
	}

	/** More is known of how many of its gifts came. */
	countGifts(counts: GiftCounts): void {
		this.#room.quality.countGifts(counts);
	}

	/** The room's quality over the last day, in steps of 5 minutes. */
	qualityHistory(): QualityPoint[] {
		return this.#room.quality.history();
	}

	/** Notes that a message has come. The monitor does so by itself for all that its session brings. */
	touch(): void {
		this.#room.connection.message(this.#room.elapsed());
	}

	/** To be called every few seconds: finds connections that stand but say nothing, and handshakes that hang. */
	checkHealth(): void {
		const room = this.#room;
		room.look();
		room.connections.check();
		if (room.state !== "connected") return;
		room.assess();
		this.#silence.check();
	}

	/** @param trouble why what the room says can't be stored; `undefined`: it can, and a room that waits for that goes on */
	storing(trouble: StorageTrouble | undefined): void {
		this.#room.storing(trouble);
		if (!trouble) this.#stored();
	}

	/** There is capacity again for what it says. */
	#stored(): void {
		this.#room.expireWhenDue();
		if (this.#room.machine.reason.code === "storage") this.callBack(0, roomTexts.storable);
	}
}
