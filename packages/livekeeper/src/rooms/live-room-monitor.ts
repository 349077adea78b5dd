import { roomTexts, type Text } from "../text/index.ts";
import type { QualityPoint } from "./quality/index.ts";
import { Room } from "./room.ts";
import { afterFailure } from "./room-decisions.ts";
import { RoomFailure } from "./room-failure.ts";
import { RoomLoop } from "./room-loop.ts";
import type { Recall } from "./room-memory.ts";
import type { RoomDeps } from "./room-settings.ts";
import type { RoomStatus, StorageTrouble } from "./room-status.ts";
import type { RoomUpstream } from "./room-upstream.ts";
import { SilenceWatch } from "./silence-watch.ts";

/**
 * Keeps one room: finds its broadcast, connects, reconnects, waits for the next, until it is stopped. All that the
 * room says goes into its queue.
 */
export class LiveRoomMonitor {
	readonly liveId: string;
	readonly #room: Room;
	readonly #loop: RoomLoop;
	readonly #silence: SilenceWatch;
	#running: Promise<void> | undefined;

	constructor(liveId: string, deps: RoomDeps) {
		this.liveId = liveId;
		this.#room = new Room(liveId, deps);
		this.#loop = new RoomLoop(this.#room);
		this.#silence = new SilenceWatch(this.#room, this.#loop);
		deps.queue.onWritable(() => this.#stored());
	}

	/**
	 * Begins; a second call does nothing.
	 * @param after waited for first, e.g. the end of the room's former connection
	 * @param recall reads what is known from before, before anything else is done; while it throws, the room waits
	 */
	start(after?: Promise<void>, recall?: Recall): void {
		this.#running ??= this.#loop.run(after, recall);
	}

	/** Stopped at once, in any state. @returns when the room's socket is gone */
	stop(): Promise<void> {
		if (this.#room.state !== "stopped") {
			this.#room.enter("stopped", { code: "stopped", message: roomTexts.stopped });
			this.#loop.stop();
			this.#silence.stop();
		}
		return this.#running ?? Promise.resolve();
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
		const at = Math.max(room.now() + delayMs, room.notBefore);
		if (this.#loop.moveAttempt(at)) room.enter(room.state, { ...room.machine.reason, decision: why }, at);
	}

	/** Goes on with another identity: the connection is made anew, the cursor and all that is known are kept. */
	useUpstream(upstream: RoomUpstream): void {
		const room = this.#room;
		room.upstream = upstream;
		room.notBefore = 0;
		if (room.state === "idle" || room.state === "stopped") return;
		room.enter("reconnecting", { code: "new", message: roomTexts.connectingAnew });
		this.#loop.interrupt({ do: "lookup" });
	}

	/** The room's quality over the last day, in steps of 5 minutes. */
	qualityHistory(): QualityPoint[] {
		return this.#room.quality.history();
	}

	/** Notes that a message has come. The monitor does so by itself for all that its session brings. */
	touch(): void {
		this.#room.connection.message(this.#room.now());
	}

	/** To be called every few seconds: finds connections that stand but say nothing, and handshakes that hang. */
	checkHealth(): void {
		const room = this.#room;
		const { connectLimitMs } = room.settings;
		room.look();
		if (room.state === "connecting" && room.now() - room.machine.since >= connectLimitMs) {
			const failure = new RoomFailure("timeout", roomTexts.noConnection(Math.round(connectLimitMs / 1000)));
			this.#loop.interrupt(afterFailure(room, failure));
		}
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
