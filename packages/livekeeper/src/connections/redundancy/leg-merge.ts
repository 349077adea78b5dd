import { type Cursor, isId, type RecentMessages, type SessionItem, type UpstreamEvent } from "@livekeeper/douyin";
import { LegLine, type Waiting } from "./leg-line.ts";
import { PutOut } from "./put-out.ts";

type Frame = Extract<SessionItem, { type: "frame" }>;

/** What comes out: messages with the cursor behind them, or that a leg goes on which nothing links to what was. */
export type Merged =
	| { type: "events"; events: UpstreamEvent[]; cursor: Cursor | undefined }
	| { type: "rejoined"; leg: number; pages: readonly RecentMessages[] };

/**
 * Makes one sequence out of several legs, each of which brings a room's messages in the upstream's order with holes of
 * its own. Nothing but message ids tells how they lie to each other:
 *
 * - A leg is *aligned* once it has brought something that was put out or is about to be, or is the first. Until then
 *   what it brings is held: nobody knows whether it lies before or after what the others bring.
 * - Of two aligned legs the union is put out. Where both hold the same message, what either has before it comes first.
 *   A message that the others do not hold yet waits for them to pass its place, at most `holdMs`; a leg that is dead,
 *   not aligned or was waited for in vain is not waited for.
 * - Between two messages that both have, what only one or the other has is ordered by its time.
 * - What comes after its place was passed is put out at once: late rather than never. Only a leg that begins anew without
 *   a cursor brings old messages, which are left out.
 * - When no aligned leg is left, the next one that brings something goes on, and says so (`rejoined`).
 * - Messages without an id can't be compared: they come from the first aligned leg alone.
 *
 * It has no clock: `now` is given, and `dueAt` says when to call {@link take} again.
 */
export class LegMerge {
	readonly #holdMs: number;
	readonly #lines: LegLine[];
	readonly #putOut: PutOut;
	#out: Merged[] = [];

	constructor({ legs, holdMs }: { legs: number; holdMs: number }) {
		this.#holdMs = holdMs;
		this.#lines = Array.from({ length: legs }, (_, index) => new LegLine(index));
		this.#putOut = new PutOut(legs);
	}

	/** Whether anything has been put out. */
	get begun(): boolean {
		return this.#putOut.total > 0;
	}

	/** How many messages were put out. */
	get total(): number {
		return this.#putOut.total;
	}

	/** When the next message has waited long enough, ms since the epoch; `undefined` when none waits. */
	get dueAt(): number | undefined {
		const times = this.#lines.flatMap(({ head }) => (head ? [head.arrivedAt + this.#holdMs] : []));
		return times.length > 0 ? Math.min(...times) : undefined;
	}

	/** How many messages wait or are held. */
	get waiting(): number {
		return this.#lines.reduce((sum, { queue, held }) => sum + queue.length + held.length, 0);
	}

	isAligned(leg: number): boolean {
		const line = this.#line(leg);
		return line.aligned && line.alive;
	}

	/** How many messages others have brought and this leg has not. */
	missedBy(leg: number): number {
		return this.#putOut.total - this.#putOut.broughtBy(leg);
	}

	/**
	 * From where a leg goes on by itself: right before what it brought last, as long as that is remembered. From an older
	 * cursor it would bring messages that nobody knows any more, to be taken for new ones.
	 */
	cursorOf(leg: number): Cursor | undefined {
		const { cursor, lastId } = this.#line(leg);
		return lastId !== undefined && this.#putOut.has(lastId) ? cursor.from : undefined;
	}

	/**
	 * The leg begins to connect.
	 * @param resumed it goes on from a cursor: what it brings is not older than what was put out
	 */
	begin(leg: number, resumed: boolean): void {
		this.#line(leg).begin(resumed);
	}

	/** The leg's connection is lost. */
	gone(leg: number, now: number): void {
		const line = this.#line(leg);
		line.gone();
		line.pages = [];
		if (this.#anyAligned()) return;
		const next = this.#lines.find(({ alive, held }) => alive && held.length > 0);
		if (next) this.#rejoin(next, now);
	}

	/**
	 * What the leg knows the room to have said last. What stands in it behind the message that was put out last is as good
	 * as a frame's. Behind an older one it is not: the page may lag, and others have gone out that come after it.
	 */
	recent(leg: number, page: RecentMessages, now: number): void {
		const line = this.#line(leg);
		line.remember(page);
		const known = page.preview.findIndex(({ id }) => id === this.#putOut.newest);
		if (known < 0) return;
		for (const [place, { id }] of page.preview.entries()) {
			if (place <= known || !isId(id) || this.#putOut.has(id) || line.has(id)) continue;
			for (const event of page.take(place, place + 1).events) line.push({ event, arrivedAt: now, cursor: undefined });
		}
	}

	frame(leg: number, { events, cursor }: Pick<Frame, "events" | "cursor">, now: number): void {
		const line = this.#line(leg);
		if (!line.aligned && events.length > 0 && !this.#anyAligned()) this.#join(line, events, now);
		for (const event of events) {
			const waiting: Waiting = { event, arrivedAt: now, cursor: undefined };
			if (!line.aligned) this.#alignBy(line, event.id);
			if (line.aligned) this.#arrive(line, waiting);
			else line.hold(waiting);
		}
		if (line.aligned) this.#meet(line, events);
		if (cursor) line.reached(cursor);
		line.brought(events, cursor);
	}

	/** What may be put out by now, in order. */
	take(now: number): Merged[] {
		this.#advance(now);
		const cursor = this.#cursor();
		const last = this.#out.at(-1);
		if (cursor && last?.type === "events") last.cursor = cursor;
		else if (cursor) this.#out.push({ type: "events", events: [], cursor });
		const out = this.#out;
		this.#out = [];
		return out;
	}

	/** Nobody is aligned: this leg is the first, or goes on where nothing links it to what was. */
	#join(line: LegLine, events: readonly UpstreamEvent[], now: number): void {
		if (!this.begun) line.aligned = true;
		else if (!events.some(({ id }) => this.#putOut.has(id) || line.has(id))) this.#rejoin(line, now);
	}

	#rejoin(line: LegLine, now: number): void {
		// With nobody to wait for, all that others have left goes out first.
		this.#advance(now);
		if (this.begun) this.#out.push({ type: "rejoined", leg: line.index, pages: line.pages });
		line.aligned = true;
		for (const waiting of line.release()) this.#arrive(line, waiting);
	}

	/** Aligns a leg that brings next what was put out, or is about to be. */
	#alignBy(line: LegLine, id: string): void {
		const late = this.#putOut.has(id) || line.has(id);
		if (late || this.#lines.some((other) => other.has(id))) this.#align(line, line.held.length, late);
	}

	/** Aligns those that hold some of `events`, which wait here: what they have before must come first. */
	#meet(line: LegLine, events: readonly UpstreamEvent[]): void {
		for (const other of this.#lines) {
			const shared = other.held.length > 0 && events.find(({ id }) => line.has(id) && other.heldPlace(id) >= 0);
			if (shared) this.#align(other, other.heldPlace(shared.id), false);
		}
	}

	/**
	 * The `place`th of what the leg holds has its place, and so has what follows it.
	 * @param late it was put out: what the leg has before it comes late
	 */
	#align(line: LegLine, place: number, late: boolean): void {
		line.aligned = true;
		line.behind = false;
		line.pages = [];
		for (const [i, waiting] of line.release().entries()) {
			if (i >= place || line.resumed || this.#putOut.has(waiting.event.id)) this.#arrive(line, waiting);
			if (late && i === place - 1) line.overtaken();
		}
	}

	#arrive(line: LegLine, waiting: Waiting): void {
		const { id } = waiting.event;
		if (!isId(id)) {
			if (this.#leader() === line) line.push(waiting);
			return;
		}
		if (line.has(id)) return;
		const at = this.#putOut.timeOf(id);
		if (at === undefined) {
			// With nobody else there it is ahead, whatever was waited for in vain.
			if (this.#lines.every((other) => other === line || !(other.aligned && other.alive))) line.behind = false;
			line.push(waiting);
			return;
		}
		this.#putOut.again(id, line.index);
		if (waiting.arrivedAt - at <= this.#holdMs) line.behind = false;
		line.overtaken();
		if (waiting.cursor) line.reached(waiting.cursor);
	}

	/** Puts out all that has nobody to wait for. */
	#advance(now: number): void {
		for (;;) {
			const line = this.#next(now);
			const waiting = line?.removeAt(0);
			if (!line || !waiting) return;
			this.#put(line, waiting.event, now);
		}
	}

	#put(line: LegLine, event: UpstreamEvent, now: number): void {
		const last = this.#out.at(-1);
		if (last?.type === "events") last.events.push(event);
		else this.#out.push({ type: "events", events: [event], cursor: undefined });
		const { id } = event;
		this.#putOut.add(id, line.index, now);
		if (!isId(id)) return;
		for (const other of this.#lines) {
			if (other === line) continue;
			if (other.has(id)) {
				this.#putOut.again(id, other.index);
				other.behind = false;
				other.remove(id);
			}
			const place = other.heldPlace(id);
			if (place >= 0) this.#align(other, place, true);
		}
	}

	/** The line whose head is to be put out next; `undefined` when all that there is has to wait. */
	#next(now: number): LegLine | undefined {
		let next: LegLine | undefined;
		let crossed: LegLine | undefined;
		let waiter: LegLine | undefined;
		for (const line of this.#lines) {
			const { head } = line;
			if (!head) continue;
			const verdict = line.late > 0 ? "go" : this.#judge(line, head, now);
			if (verdict === "go" && (!next || isBefore(line, next))) next = line;
			if (verdict === "after" && (!crossed || isBefore(line, crossed))) crossed = line;
			if (verdict === "wait" && (!waiter || isBefore(line, waiter))) waiter = line;
		}
		// A dead leg's messages wait as well: what was said after them comes after them.
		if (next && waiter && next.late === 0 && isBefore(waiter, next)) return undefined;
		// Each has the other's head behind its own: they contradict each other, and time decides.
		return next ?? (waiter ? undefined : crossed);
	}

	/** `after`: another line holds the same message, behind others that come first. */
	#judge(line: LegLine, head: Waiting, now: number): "go" | "wait" | "after" {
		const { id } = head.event;
		const missing: LegLine[] = [];
		for (const other of this.#lines) {
			if (other === line) continue;
			if (other.has(id)) {
				if (other.head?.event.id !== id) return "after";
			} else if (other.aligned && other.alive && !other.behind && !passed(line, other)) missing.push(other);
		}
		if (missing.length === 0) return "go";
		if (now - head.arrivedAt < this.#holdMs) return "wait";
		for (const other of missing) other.behind = true;
		return "go";
	}

	/** A cursor that stands behind everything that was put out, with nothing that waits before it. */
	#cursor(): Cursor | undefined {
		const line = this.#lines.find(
			(one) => one.done && one.aligned && !one.behind && this.#lines.every((other) => other === one || !other.head),
		);
		const cursor = line?.done;
		if (line) line.done = undefined;
		return cursor;
	}

	#anyAligned(): boolean {
		return this.#leader() !== undefined;
	}

	#leader(): LegLine | undefined {
		return this.#lines.find(({ aligned, alive }) => aligned && alive);
	}

	#line(leg: number): LegLine {
		const line = this.#lines[leg];
		if (!line) throw new RangeError(`There is no leg ${leg}.`);
		return line;
	}
}

/** Whether the other has a later message of this line: then it will not bring the head any more. */
function passed(line: LegLine, other: LegLine): boolean {
	return other.queue.length > 0 && line.queue.some(({ event }) => other.has(event.id));
}

/** By upstream time, and where that is the same by id: they rise with time. */
function isBefore(a: LegLine, b: LegLine): boolean {
	const [one, two] = [a.head?.event, b.head?.event];
	if (!one || !two) return false;
	if (one.at !== two.at) return one.at < two.at;
	return one.id.length !== two.id.length ? one.id.length < two.id.length : one.id < two.id;
}
