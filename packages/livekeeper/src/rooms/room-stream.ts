import { randomBytes } from "node:crypto";
import { type Emitted, GiftCounter, Sequencer, type Timer } from "@livekeeper/douyin";
import { Comparison } from "../comparison/index.ts";
import type { RoomLog } from "./room-log.ts";
import type { RoomMemory } from "./room-memory.ts";
import type { RoomDeps } from "./room-settings.ts";
import { noTraffic } from "./room-status.ts";
import { type ServiceEventBody, serviceEvent } from "./service-events.ts";

/** What a room says, on its way to the queue: put in order, its gifts counted, with the service's own events between. */
export class RoomStream {
	/** Sequencer of the current broadcast, or the last one. */
	sequencer = new Sequencer();
	/** What its connections bring of that, where there are several. */
	comparison = new Comparison();
	/** Since the room was started. `duplicates`: in former broadcasts. */
	readonly counts = { ...noTraffic };
	readonly #liveId: string;
	readonly #deps: RoomDeps;
	readonly #log: RoomLog;
	#gifts = new GiftCounter();
	/** The broadcast that `sequencer` is for. */
	#sequenced: string | undefined;
	/** Fires when the sequencer has waited long enough. */
	#timer: Timer | undefined;
	#emitted = 0;
	readonly #run = randomBytes(4).toString("hex");
	#stopped = false;

	constructor(liveId: string, deps: RoomDeps, log: RoomLog) {
		this.#liveId = liveId;
		this.#deps = deps;
		this.#log = log;
	}

	/** Goes on from what was stored before. */
	recall({ cursor, broadcast, recent: messages, beforeGap, lastAt, knownStreaks }: RoomMemory): void {
		const roomId = cursor?.roomId ?? broadcast?.roomId;
		// What was read before is read again.
		this.#sequenced = undefined;
		if (roomId !== undefined) {
			const from = cursor?.roomId === roomId ? cursor : undefined;
			this.sequence(roomId).restore({ cursor: from, messages, beforeGap, lastAt });
		}
		this.#gifts.restore(knownStreaks ?? []);
	}

	/** The sequencer of a broadcast: each has one of its own. */
	sequence(roomId: string): Sequencer {
		if (roomId !== this.#sequenced) {
			this.counts.duplicates += this.sequencer.duplicates;
			this.sequencer = new Sequencer();
			this.comparison = new Comparison();
		}
		this.#sequenced = roomId;
		return this.sequencer;
	}

	/** Puts one of the service's own events behind what the room has said so far. @param roomId the broadcast that it is about */
	emit(body: ServiceEventBody, roomId: string): void {
		if (body.type === "gap") {
			this.counts.gaps++;
			this.counts.gapMs += Math.max(0, body.to - body.from);
		}
		const where = { liveId: this.#liveId, roomId, now: this.#deps.clock.now(), count: this.#emitted++, run: this.#run };
		this.#deps.queue.push([serviceEvent(body, where)]);
	}

	/** Hands on what is new: events with their gifts counted, each gap, and the cursor behind them. */
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

	/** Messages came that would not decode. */
	undecodable(messages: number): void {
		this.counts.messages += messages;
		this.counts.decodeErrors += messages;
	}

	/** Sees to it that what the sequencer holds back is emitted in time, and not while nothing can be stored. */
	expireWhenDue(roomId: string): void {
		this.#timer?.cancel();
		this.#timer = undefined;
		const { dueAt } = this.sequencer;
		const { clock, queue } = this.#deps;
		if (dueAt === undefined || this.#stopped || !queue.writable) return;
		// Once it is writable again this is called again.
		const expire = () => queue.writable && this.put(this.sequencer.expire(clock.elapsed()), roomId);
		this.#timer = clock.after(Math.max(0, dueAt - clock.elapsed()), expire);
	}

	stop(): void {
		this.#stopped = true;
		this.#timer?.cancel();
		this.#timer = undefined;
	}
}
