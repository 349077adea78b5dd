import { type Emitted, GiftCounter, Sequencer, type Timer } from "@livekeeper/douyin";
import { Comparison } from "../comparison.ts";
import { type ServiceEventBody, serviceEvent } from "./room-inputs.ts";
import type { RoomLog } from "./room-log.ts";
import type { RoomMemory } from "./room-memory.ts";
import type { RoomDeps } from "./room-settings.ts";
import { noTraffic } from "./room-status.ts";

/**
 * Pipeline from a room's connections to its queue: orders messages, counts gifts, and inserts the service's own events.
 */
export class RoomStream {
	/** Sequencer of the current or the last broadcast. */
	sequencer = new Sequencer();
	/** Comparison of the connections over that broadcast, if there are several. */
	comparison = new Comparison();
	/** Counters since the room was started. `duplicates`: those of former broadcasts. */
	readonly counts = { ...noTraffic };
	readonly #liveId: string;
	readonly #deps: RoomDeps;
	readonly #log: RoomLog;
	#gifts = new GiftCounter();
	/** The broadcast that `sequencer` belongs to. */
	#sequenced: string | undefined;
	/** Fires when the sequencer has waited long enough. */
	#timer: Timer | undefined;
	#emitted = 0;
	/** Eight hexadecimal digits. */
	readonly #run: string;
	#stopped = false;

	constructor(liveId: string, deps: RoomDeps, log: RoomLog) {
		this.#liveId = liveId;
		this.#deps = deps;
		this.#log = log;
		const { random = Math.random } = deps;
		this.#run = Math.floor(random() * 2 ** 32)
			.toString(16)
			.padStart(8, "0");
	}

	/** Resumes from the stored state. */
	recall({ cursor, broadcast, recent: messages, beforeGap, lastAt, knownStreaks }: RoomMemory): void {
		const roomId = cursor?.roomId ?? broadcast?.roomId;
		// Events that were read before are read again.
		this.#sequenced = undefined;
		if (roomId !== undefined) {
			const from = cursor?.roomId === roomId ? cursor : undefined;
			this.sequence(roomId).restore({ cursor: from, messages, beforeGap, lastAt });
		}
		this.#gifts.restore(knownStreaks ?? []);
	}

	/** Returns the sequencer of a broadcast; each broadcast has its own. */
	sequence(roomId: string): Sequencer {
		if (roomId !== this.#sequenced) {
			this.counts.duplicates += this.sequencer.duplicates;
			this.sequencer = new Sequencer();
			this.comparison = new Comparison();
		}
		this.#sequenced = roomId;
		return this.sequencer;
	}

	/**
	 * Emits one of the service's own events after the room's events so far.
	 * @param roomId broadcast that the event is about
	 */
	emit(body: ServiceEventBody, roomId: string): void {
		if (body.type === "gap") {
			this.counts.gaps++;
			this.counts.gapMs += Math.max(0, body.to - body.from);
		}
		const where = { liveId: this.#liveId, roomId, now: this.#deps.clock.now(), count: this.#emitted++, run: this.#run };
		this.#deps.queue.push([serviceEvent(body, where)]);
	}

	/** Pushes new events with their gift counts, gaps, and the cursor behind them to the queue. */
	put(emitted: readonly Emitted[], roomId: string): void {
		for (const { gap, events, checkpoint, startedOver } of emitted) {
			if (startedOver) {
				this.#gifts = new GiftCounter();
				this.#log.startedOver();
			}
			if (gap) {
				this.#log.gap(gap);
				this.emit({ type: "gap", ...gap }, roomId);
			}
			this.#gifts.count(events);
			this.counts.messages += events.length;
			for (const { bounded } of events) if (bounded) this.counts.boundedMessages++;
			this.#deps.queue.push(events, checkpoint);
		}
		this.expireWhenDue(roomId);
	}

	/** Counts messages that could not be decoded. */
	undecodable(messages: number): void {
		this.counts.messages += messages;
		this.counts.decodeErrors += messages;
	}

	/** Makes sure that events held back by the sequencer are emitted in time, but not while nothing can be stored. */
	expireWhenDue(roomId: string): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		const { dueAt } = this.sequencer;
		const { clock, queue } = this.#deps;
		if (dueAt === undefined || this.#stopped || !queue.writable) return;
		// This is called again once the queue is writable.
		const expire = () => queue.writable && this.put(this.sequencer.expire(clock.elapsed()), roomId);
		this.#timer = clock.after(Math.max(0, dueAt - clock.elapsed()), expire);
	}

	stop(): void {
		this.#stopped = true;
		this.#timer?.cancel();
		this.#timer = undefined;
	}
}
