import type { Clock, WireEvent } from "@livekeeper/douyin";
import type { CommittedBatch, EventLog } from "../event-log/index.ts";

const minuteMs = 60_000;
/** Minutes that are kept. */
const minutes = 60;

/** How a room talks, from what was stored of it. */
export interface RoomActivity {
	/** Messages in each of the last 60 whole minutes, oldest first; none from before the service was started. */
	perMinute: readonly number[];
	/** People watching, as the upstream last told; `undefined` before it has. */
	viewers: number | undefined;
	/** Gifts of the broadcast, in diamonds. */
	diamonds: number;
}

/** Counts what each room says as it becomes durable; of most events it needs no more than their number. */
export class Activities {
	readonly #clock: Clock;
	readonly #rooms = new Map<string, Counter>();
	readonly #log: Pick<EventLog, "broadcasts" | "onCommitted">;
	readonly #unsubscribe: () => void;

	constructor(log: Pick<EventLog, "broadcasts" | "onCommitted">, clock: Clock) {
		this.#log = log;
		this.#clock = clock;
		this.#unsubscribe = log.onCommitted((batch) => this.#committed(batch));
	}

	/** Begins to count a room, from where its broadcast stands. */
	async watch(liveId: string): Promise<void> {
		const counter = new Counter(this.#clock.now());
		this.#rooms.set(liveId, counter);
		const broadcast = (await this.#log.broadcasts(liveId)).at(-1);
		if (broadcast && broadcast.endedAt === undefined) counter.restore(broadcast);
	}

	forget(liveId: string): void {
		this.#rooms.delete(liveId);
	}

	of(liveId: string): RoomActivity {
		return (this.#rooms.get(liveId) ?? new Counter(this.#clock.now())).view(this.#clock.now());
	}

	close(): void {
		this.#unsubscribe();
	}

	#committed({ liveId, events }: CommittedBatch): void {
		const counter = this.#rooms.get(liveId);
		if (!counter) return;
		let messages = 0;
		for (const { type, json, seq } of events) {
			switch (type) {
				case "connection":
				case "gap":
					continue;
				case "viewers":
				case "gift":
				case "broadcast_started":
					counter.take(JSON.parse(json) as WireEvent, seq);
					break;
				default:
			}
			messages++;
		}
		counter.add(messages, this.#clock.now());
	}
}

class Counter {
	/** Of the newest 61 minutes, by their number modulo 61; the newest is not over yet. */
	readonly #counts = new Array<number>(minutes + 1).fill(0);
	#minute: number;
	#viewers: number | undefined;
	#diamonds = 0;
	/** What came while the broadcast was looked up may be part of what that told: it is counted once. */
	#restoredSeq = 0;
	#sinceStart: { seq: number; diamonds: number }[] | undefined = [];

	constructor(now: number) {
		this.#minute = Math.floor(now / minuteMs);
	}

	restore({ diamonds, lastSeq }: { diamonds: number; lastSeq: number }): void {
		this.#restoredSeq = lastSeq;
		const later = (this.#sinceStart ?? []).filter(({ seq }) => seq > this.#restoredSeq);
		this.#sinceStart = undefined;
		this.#diamonds = later.reduce((sum, gift) => sum + gift.diamonds, diamonds);
	}

	take(event: WireEvent, seq: number): void {
		if (event.type === "viewers") this.#viewers = event.online;
		else if (event.type === "broadcast_started") this.#diamonds = 0;
		else if (event.type === "gift") {
			this.#diamonds += event.diamonds;
			this.#sinceStart?.push({ seq, diamonds: event.diamonds });
		}
	}

	add(messages: number, now: number): void {
		this.#advance(now);
		this.#counts[this.#minute % this.#counts.length] =
			(this.#counts[this.#minute % this.#counts.length] ?? 0) + messages;
	}

	view(now: number): RoomActivity {
		this.#advance(now);
		const perMinute = Array.from({ length: minutes }, (_, i) => {
			return this.#counts[(this.#minute - minutes + i) % this.#counts.length] ?? 0;
		});
		return { perMinute, viewers: this.#viewers, diamonds: this.#diamonds };
	}

	/** A clock that goes back changes nothing. */
	#advance(now: number): void {
		const minute = Math.floor(now / minuteMs);
		const first = Math.max(this.#minute + 1, minute - minutes);
		for (let passed = first; passed <= minute; passed++) this.#counts[passed % this.#counts.length] = 0;
		this.#minute = Math.max(this.#minute, minute);
	}
}
