import type { ChatEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import { type Emitted, type Gap, Sequencer, type SequencerOptions } from "./index.ts";

export const startMs = 1_700_000_000_000;
/** When messages come. */
export const receivedMs = startMs + 1_000_000;

/** The `n`th message of the room, said `n` ms after its beginning. */
export function message(n: number): ChatEvent {
	const common = { liveId: "1", roomId: "r", method: "WebcastChatMessage", at: startMs + n, receivedAt: receivedMs };
	return { ...common, type: "chat", id: String(7_400_000_000_000_000_000n + BigInt(n)), content: String(n) };
}

/** One without an id, which says `n` as well. */
export const anonymous = (n: number): ChatEvent => ({ ...message(n), id: "0" });

export const messages = (...numbers: number[]) => numbers.map(message);
export const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** The position behind the `n`th message. */
export const cursorAt = (n: number): Cursor => ({ roomId: "r", cursor: String(n), internalExt: "" });

/** A sequencer, what came out of it, and a time that the test moves. */
export class SequencerBench {
	readonly sequencer: Sequencer;
	readonly out: Emitted[] = [];
	now = receivedMs;

	constructor(options: SequencerOptions = {}) {
		this.sequencer = new Sequencer(options);
	}

	/** Messages by their numbers, and gaps by their reasons, in order. */
	get told(): (number | string)[] {
		return this.out.flatMap(({ gap, events }) => [
			...(gap ? [gap.reason] : []),
			...events.map((event) => Number(event.type === "chat" && event.content)),
		]);
	}

	get gaps(): Gap[] {
		return this.out.flatMap(({ gap }) => (gap ? [gap] : []));
	}

	/** The newest checkpoint that came with messages. */
	get checkpoint(): number | undefined {
		const { checkpoint } = this.out.findLast((one) => one.checkpoint) ?? {};
		return checkpoint && Number(checkpoint.cursor);
	}

	/** How long it waits for something, ms. */
	get dueInMs(): number | undefined {
		const { dueAt } = this.sequencer;
		return dueAt === undefined ? undefined : dueAt - this.now;
	}

	/** A connection begins and is open. @returns behind which message it is to resume */
	open(source = 0, options: { poll?: boolean; resumed?: boolean } = {}): number | undefined {
		const { poll, resumed } = options;
		const from = this.sequencer.open(source, poll === undefined ? {} : { poll });
		this.sequencer.opened(source, resumed ?? from !== undefined);
		return from && Number(from.cursor);
	}

	/** A frame, with a cursor behind it. */
	frame(source: number, ...numbers: number[]): void {
		const last = numbers.at(-1);
		const cursor = last === undefined ? undefined : cursorAt(last);
		this.#note(this.sequencer.accept(source, { events: messages(...numbers), cursor, now: this.now }));
	}

	/** A frame of these events. */
	accept(source: number, events: ChatEvent[], cursor?: Cursor, problems: DecodeProblem[] = []): void {
		this.#note(this.sequencer.accept(source, { events, cursor, problems, now: this.now }));
	}

	/** The room's newest messages; with a cursor it is the first state of a connection. */
	page(source: number, numbers: number[], cursor?: Cursor): void {
		this.#note(this.sequencer.backfill(source, { events: messages(...numbers), cursor, now: this.now }));
	}

	closed(source = 0, how: { unreadable?: boolean } = {}): void {
		this.#note(this.sequencer.closed(source, this.now, how));
	}

	ended(): void {
		this.#note(this.sequencer.ended(this.now));
	}

	/** Time goes on, and what is due on the way is emitted. */
	pass(ms: number): void {
		const end = this.now + ms;
		for (let due = this.sequencer.dueAt; due !== undefined && due <= end; due = this.sequencer.dueAt) {
			this.now = Math.max(this.now, due);
			this.#note(this.sequencer.expire(this.now));
			if (this.sequencer.dueAt === due) throw new Error("nothing happened when it was due");
		}
		this.now = end;
	}

	#note(emitted: readonly Emitted[]): void {
		// What is handed out is not changed afterwards.
		for (const one of emitted) this.out.push({ ...one, events: [...one.events] });
	}
}

/** One whose only connection has brought the messages up to `last`, each in a frame of its own, and is synced. */
export function followed(last: number, options: SequencerOptions = {}): SequencerBench {
	const bench = new SequencerBench(options);
	bench.open();
	for (const n of range(1, last)) bench.frame(0, n);
	return bench;
}

/** The same, and the connection has ended and begun again. */
export function reconnected(last: number, options: SequencerOptions = {}): SequencerBench {
	const bench = followed(last, options);
	bench.closed();
	bench.open();
	return bench;
}
