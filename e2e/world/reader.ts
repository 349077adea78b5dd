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
	readonly seen: SeenEvent[];
	/** Reported losses, with the number of the first event after each. */
	readonly cuts: number[];
}

/** Fields of an event that a reader keeps. */
export interface SeenEvent {
	seq: number;
	id: string;
	type: string;
	method: string;
	at: number;
	room_id: string;
	/** Likes of a `like`. */
	count: number;
	/** Value of a `gift`. */
	diamonds: number;
	/** Person behind it, by its `sec_uid` if it has one; "": none. */
	person: string;
}

/** An event as it arrives. */
interface WireEvent extends Omit<SeenEvent, "person" | "count" | "diamonds"> {
	count?: number;
	diamonds?: number;
	user?: { sec_uid: string; id: string; nickname: string } | null;
}

/** Habits of a reader. */
export interface Habits {
	/** Kinds of events that it asks for; default all. */
	types?: readonly EventType[];
	/** Share of the deliveries that its connection answers with an error; default 0. */
	throws?: number;
	/** Time that it takes for each delivery while it is slow, ms; default a few. Each character of an event counts as `weight` bytes. */
	takesMs?: number;
	weight?: number;
}

type EventType = NonNullable<Parameters<Hub["open"]>[1]["types"]>[number];

/** Maximum number of bytes that wait for one connection (`socket_buffer`). */
export const socketBuffer = 64 * 1024;
/** A reader of a slow habit is slow for this time, ms, one in so many of them. */
const slowForMs = 240_000;
const slowEach = 3;
/** Time within which a reader that takes something now and then must not be ended, ms. */
const stallMs = 55_000;

/** A reader of several rooms, with a position in each, that comes and goes and is slow. */
export class WorldReader {
	readonly name: string;
	readonly complaints: string[] = [];
	readonly habits: Habits;
	readonly #rooms: readonly Room[];
	readonly #scheduler: Scheduler;
	readonly #random: () => number;
	#hub: Hub | undefined;
	#visit: Visit | undefined;
	#awayUntil = 0;
	#slow = { until: 0, ms: 0 };
	#isCalm = false;

	constructor(
		name: string,
		liveIds: readonly string[],
		{ scheduler, random }: { scheduler: Scheduler; random: () => number },
		habits: Habits = {},
	) {
		this.name = name;
		this.habits = habits;
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
		this.#isCalm = true;
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
			hub.open(sink, { liveId: room.liveId, after: room.position, types: this.habits.types }).then(
				(leave) => visit.opened(leave),
				// The log can't be read, or the room is not there yet.
				() => this.#closed(visit),
			);
		}
	}

	#delayMs(): number {
		const { until, ms } = this.#slow;
		if (this.#scheduler.elapsed < until) return ms;
		const isSlow = !this.#isCalm && Math.floor(this.#scheduler.elapsed / slowForMs) % slowEach === 0;
		return (isSlow ? (this.habits.takesMs ?? 0) : 0) + 5 + Math.floor(this.#random() * 50);
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
			send: (events) => this.#receive(visit, room, events as Events),
			truncated: ({ to }) => void room.cuts.push(to + 1),
			bufferedBytes: () => visit.sentBytes - visit.takenBytes,
			takenBytes: () => visit.takenBytes,
			end: (reason) => {
				const idleMs = this.#scheduler.elapsed - visit.takenAt;
				if (reason === "slow_reader" && idleMs < stallMs)
					this.complaints.push(`${this.name}: ended as stalled, ${idleMs} ms after it took something`);
				this.#closed(visit);
			},
		};
	}

	#receive(visit: Visit, room: Room, events: Events): void {
		const { throws = 0, weight = 1 } = this.habits;
		if (throws > 0 && !this.#isCalm && this.#random() < throws) throw new Error("made up: the connection broke");
		const waiting = visit.sentBytes - visit.takenBytes;
		// The queue may exceed the bound by the one delivery that crossed it.
		if (waiting - visit.lastBytes > socketBuffer)
			this.complaints.push(`${this.name}: ${waiting} bytes wait for it, and more is sent`);
		visit.send(events, weight, (one) => this.#take(room, one));
	}

	#take(room: Room, { seq, json }: Events[number]): void {
		const { types } = this.habits;
		const expected = room.position + 1;
		const follows = types ? seq >= expected : seq === expected;
		if (!follows && !(room.cuts.includes(seq) && seq > expected))
			this.complaints.push(`${this.name}: room ${room.liveId}: seq ${seq} came after ${room.position}`);
		room.position = Math.max(room.position, seq);
		const { id, type, method, at, room_id, count = 0, diamonds = 0, user } = JSON.parse(json) as WireEvent;
		// The site masks people, who share an id then.
		const person = user ? user.sec_uid || `${user.id}:${user.nickname}` : "";
		room.seen.push({ seq, id, type, method, at, room_id, person, count, diamonds });
	}
}

/** One stay of a reader: what was sent to it and not taken is lost when it ends. */
class Visit {
	readonly account = { held: 0, readers: 0 };
	sentBytes = 0;
	takenBytes = 0;
	/** Size of the last delivery, bytes. */
	lastBytes = 0;
	/** When it last took something, ms since the world began. */
	takenAt: number;
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
		this.takenAt = scheduler.elapsed;
	}

	opened(leave: () => number): void {
		if (this.#isOver) leave();
		else this.#leaves.push(leave);
	}

	/** @param weight number of bytes of each character */
	send(events: Events, weight: number, take: (event: Events[number]) => void): void {
		if (this.#isOver) return;
		const bytes = weight * events.reduce((sum, { json }) => sum + json.length, 0);
		this.sentBytes += bytes;
		this.lastBytes = bytes;
		this.#lastAt = Math.max(this.#lastAt, this.#scheduler.elapsed + this.#delayMs());
		this.#queue.push(() => {
			this.takenBytes += bytes;
			this.takenAt = this.#scheduler.elapsed;
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
