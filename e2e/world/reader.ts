import type { RunningService } from "./running-service.ts";
import type { Scheduler } from "./scheduler.ts";

type Hub = RunningService["readers"];
type Sink = Parameters<Hub["open"]>[0];
type Events = readonly { seq: number; json: string }[];

/** Events pass to a reader as they are; all readers share the encoding. */
const encoding = { encode: (events: Events): Events => events };

/** A room as a reader has it: every event as it came. */
interface Room {
	readonly liveId: string;
	/** Newest number that it has taken. */
	position: number;
	readonly seen: { seq: number; id: string }[];
	/** Reported losses, with the number of the first event after each. */
	readonly cuts: number[];
}

/** A reader of several rooms, with a position in each, that comes and goes and is slow. */
export class WorldReader {
	readonly name: string;
	readonly complaints: string[] = [];
	readonly #rooms: readonly Room[];
	readonly #scheduler: Scheduler;
	readonly #random: () => number;
	#hub: Hub | undefined;
	#visit: Visit | undefined;
	#awayUntil = 0;
	#slow = { until: 0, ms: 0 };

	constructor(name: string, liveIds: readonly string[], scheduler: Scheduler, random: () => number) {
		this.name = name;
		this.#rooms = liveIds.map((liveId) => ({ liveId, position: 0, seen: [], cuts: [] }));
		this.#scheduler = scheduler;
		this.#random = random;
	}

	get rooms(): readonly Room[] {
		return this.#rooms;
	}

	/** A service runs. */
	come(hub: Hub): void {
		this.#hub = hub;
		this.#scheduler.after(Math.floor(this.#random() * 3_000), () => this.#open(), this.name);
	}

	/** The service is gone. */
	lose(): void {
		this.#visit?.end();
		this.#visit = undefined;
		this.#hub = undefined;
	}

	leave(forMs: number): void {
		this.#awayUntil = this.#scheduler.elapsed + forMs;
		this.#visit?.leave();
		this.#visit = undefined;
		this.#scheduler.after(forMs, () => this.#open(), this.name);
	}

	/** Takes each batch only after `ms`. */
	slow(forMs: number, ms: number): void {
		this.#slow = { until: this.#scheduler.elapsed + forMs, ms };
	}

	/** Is quick, and there. */
	calm(): void {
		this.#slow.until = 0;
		this.#awayUntil = 0;
		this.#open();
	}

	#open(): void {
		const hub = this.#hub;
		if (!hub || this.#visit || this.#scheduler.elapsed < this.#awayUntil) return;
		const visit = new Visit(this.#scheduler, () => this.#delayMs(), this.name);
		this.#visit = visit;
		for (const room of this.#rooms) {
			const sink = this.#sinkOf(room, visit);
			hub.open(sink, { liveId: room.liveId, after: room.position }).then(
				(leave) => visit.opened(leave),
				// The log can't be read, or the room is not there yet.
				() => this.#closed(visit),
			);
		}
	}

	#delayMs(): number {
		const { until, ms } = this.#slow;
		return this.#scheduler.elapsed < until ? ms : 5 + Math.floor(this.#random() * 50);
	}

	#closed(visit: Visit): void {
		if (this.#visit !== visit) return;
		visit.leave();
		this.#visit = undefined;
		this.#scheduler.after(1_000 + Math.floor(this.#random() * 5_000), () => this.#open(), this.name);
	}

	#sinkOf(room: Room, visit: Visit): Sink {
		return {
			encoding: encoding as Sink["encoding"],
			account: visit.account,
			send: (events) => visit.send(events as Events, (one) => this.#take(room, one)),
			truncated: ({ to }) => void room.cuts.push(to + 1),
			bufferedBytes: () => visit.sentBytes - visit.takenBytes,
			takenBytes: () => visit.takenBytes,
			end: () => this.#closed(visit),
		};
	}

	#take(room: Room, { seq, json }: Events[number]): void {
		const expected = room.position + 1;
		if (seq !== expected && !(room.cuts.includes(seq) && seq > expected)) {
			this.complaints.push(`${this.name}: room ${room.liveId}: seq ${seq} came after ${room.position}`);
		}
		room.position = Math.max(room.position, seq);
		room.seen.push({ seq, id: (JSON.parse(json) as { id: string }).id });
	}
}

/** One stay of a reader: what was sent to it and not taken is lost when it ends. */
class Visit {
	readonly account = { held: 0, readers: 0 };
	sentBytes = 0;
	takenBytes = 0;
	readonly #scheduler: Scheduler;
	readonly #delayMs: () => number;
	readonly #name: string;
	readonly #leaves: (() => number)[] = [];
	readonly #queue: (() => void)[] = [];
	#lastAt = 0;
	#isOver = false;

	constructor(scheduler: Scheduler, delayMs: () => number, name: string) {
		this.#scheduler = scheduler;
		this.#delayMs = delayMs;
		this.#name = name;
	}

	opened(leave: () => number): void {
		if (this.#isOver) leave();
		else this.#leaves.push(leave);
	}

	send(events: Events, take: (event: Events[number]) => void): void {
		if (this.#isOver) return;
		const bytes = events.reduce((sum, { json }) => sum + json.length, 0);
		this.sentBytes += bytes;
		this.#lastAt = Math.max(this.#lastAt, this.#scheduler.elapsed + this.#delayMs());
		this.#queue.push(() => {
			this.takenBytes += bytes;
			for (const event of events) take(event);
		});
		const takeNext = () => this.#isOver || this.#queue.shift()?.();
		this.#scheduler.after(this.#lastAt - this.#scheduler.elapsed, takeNext, this.#name);
	}

	leave(): void {
		this.end();
		for (const leave of this.#leaves) leave();
	}

	end(): void {
		this.#isOver = true;
	}
}
