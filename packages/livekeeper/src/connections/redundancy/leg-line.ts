import { type Cursor, isId, OverlapCursor, type RecentMessages, type UpstreamEvent } from "@livekeeper/douyin";

/** A message that waits, and the cursor that stands behind it where it ends a frame. */
export interface Waiting {
	readonly event: UpstreamEvent;
	readonly arrivedAt: number;
	cursor: Cursor | undefined;
}

/** More than this never waits for its place. */
const mostWaiting = 5_000;
/** A session gives no more pages of recent messages than this. */
const mostPages = 2;

/** What one leg has brought and has not been put out yet, in the leg's order. */
export class LegLine {
	readonly index: number;
	alive = false;
	/** It stands where the others stand. What it brings while it does not is held. */
	aligned = false;
	/** It was waited for in vain, until it is seen to have caught up. */
	behind = false;
	/** Its connection was given a cursor, or has been here before. */
	resumed = false;
	/** So many at the head of the queue come late already: they wait for nobody. */
	late = 0;
	/** Where it goes on from by itself. */
	readonly cursor = new OverlapCursor();
	/** The newest message that it has brought. */
	lastId: string | undefined;
	/** Its connection has brought nothing yet. */
	#begins = true;
	/** The newest cursor of which everything before it has been put out. */
	done: Cursor | undefined;
	queue: Waiting[] = [];
	held: Waiting[] = [];
	pages: RecentMessages[] = [];
	readonly #queued = new Set<string>();
	readonly #heldIds = new Set<string>();

	constructor(index: number) {
		this.index = index;
	}

	get head(): Waiting | undefined {
		return this.queue[0];
	}

	/** Whether this message waits here to be put out. */
	has(id: string): boolean {
		return this.#queued.has(id);
	}

	/** Where in what is held this message stands; -1 when it is not held. */
	heldPlace(id: string): number {
		return this.#heldIds.has(id) ? this.held.findIndex(({ event }) => event.id === id) : -1;
	}

	begin(resumed: boolean): void {
		this.alive = true;
		this.behind = false;
		this.resumed = resumed;
		this.#begins = true;
		this.drop();
	}

	/** What it has brought is still put out; what is held has no place to come from any more. */
	gone(): void {
		this.alive = false;
		this.aligned = false;
		this.drop();
	}

	remember(page: RecentMessages): void {
		this.pages = [...this.pages, page].slice(-mostPages);
	}

	push(waiting: Waiting): void {
		const { id } = waiting.event;
		if (isId(id)) this.#queued.add(id);
		this.queue.push(waiting);
		if (this.queue.length > mostWaiting) this.late = Math.max(this.late, this.queue.length - mostWaiting);
	}

	hold(waiting: Waiting): void {
		if (!isId(waiting.event.id)) return;
		this.#heldIds.add(waiting.event.id);
		this.held.push(waiting);
		if (this.held.length <= mostWaiting) return;
		const oldest = this.held.shift();
		if (oldest) this.#heldIds.delete(oldest.event.id);
	}

	/** Everything that waits comes late: what follows it was put out already. */
	overtaken(): void {
		this.late = this.queue.length;
	}

	/** Notes what its connection has brought, in the order in which it did, and the cursor behind. */
	brought(events: readonly UpstreamEvent[], cursor: Cursor | undefined): void {
		const repeated = this.#begins ? events.findIndex(({ id }) => id === this.lastId) + 1 : 0;
		if (this.#begins && repeated === 0) this.cursor.part();
		this.#begins &&= events.length === 0;
		this.cursor.reached(cursor, events.slice(repeated));
		if (cursor) this.lastId = events.findLast(({ id }) => isId(id))?.id ?? this.lastId;
	}

	/** Notes the cursor behind all that has come so far and waits. */
	reached(cursor: Cursor): void {
		const last = this.aligned ? this.queue.at(-1) : this.held.at(-1);
		if (last) last.cursor = cursor;
		else if (this.aligned) this.done = cursor;
	}

	/** Takes a message out, wherever it stands. What stands before it comes late. */
	remove(id: string): void {
		const place = this.head?.event.id === id ? 0 : this.queue.findIndex(({ event }) => event.id === id);
		if (place >= 0) this.removeAt(place);
	}

	removeAt(place: number): Waiting | undefined {
		const [removed] = place === 0 ? [this.queue.shift()] : this.queue.splice(place, 1);
		if (!removed) return undefined;
		this.#queued.delete(removed.event.id);
		this.late = place === 0 ? Math.max(0, this.late - 1) : Math.max(this.late, place);
		const before = this.queue[place - 1];
		if (removed.cursor && before) before.cursor = removed.cursor;
		else if (removed.cursor) this.done = removed.cursor;
		return removed;
	}

	/** Takes out all that is held. */
	release(): Waiting[] {
		const { held } = this;
		this.drop();
		return held;
	}

	drop(): void {
		this.held = [];
		this.#heldIds.clear();
	}
}
