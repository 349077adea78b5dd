import type { ChatEvent } from "../events/live-event.ts";
import type { Cursor, DecodeProblem } from "../upstream.ts";
import { type Emitted, type Gap, Sequencer, type SequencerOptions } from "./index.ts";

export const startMs = 1_700_000_000_000;
/** Time of arrival of messages. */
export const receivedMs = startMs + 1_000_000;

/** The `n`th message of the room, sent `n` ms after its beginning. */
export function message(n: number): ChatEvent {
	const common = { liveId: "1", roomId: "r", method: "WebcastChatMessage", at: startMs + n, receivedAt: receivedMs };
	return { ...common, type: "chat", id: String(7_400_000_000_000_000_000n + BigInt(n)), content: String(n) };
}

/** A message without an id, with the content `n` as well. */
export const anonymous = (n: number): ChatEvent => ({ ...message(n), id: "0" });

export const messages = (...numbers: number[]) => numbers.map(message);
export const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** The position after the `n`th message. */
export const cursorAt = (n: number): Cursor => ({ roomId: "r", cursor: String(n), internalExt: "" });

/** A sequencer, its output, and a time that the test moves. */
export class SequencerBench {
	readonly sequencer: Sequencer;
	readonly out: Emitted[] = [];
	now = receivedMs;

	constructor(options: SequencerOptions = {}) {
		this.sequencer = new Sequencer(options);
	}

	/** Numbers of messages and reasons of gaps, in order. */
	get emitted(): (number | string)[] {
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

	/** Time for which it waits for something, ms. */
	get dueInMs(): number | undefined {
		const { dueAt } = this.sequencer;
		return dueAt === undefined ? undefined : dueAt - this.now;
	}

	/** Begins and opens a connection. @returns number of the message after which it resumes */
	open(source = 0, options: { poll?: boolean; resumed?: boolean } = {}): number | undefined {
		const { poll, resumed } = options;
		const from = this.sequencer.open(source, poll === undefined ? {} : { poll });
		this.sequencer.opened(source, resumed ?? from !== undefined);
		return from && Number(from.cursor);
	}

	/** Delivers a frame, with a cursor after it. */
	frame(source: number, ...numbers: number[]): void {
		const last = numbers.at(-1);
		const cursor = last === undefined ? undefined : cursorAt(last);
		this.#note(this.sequencer.accept(source, { events: messages(...numbers), cursor, now: this.now }));
	}

	/** Delivers a frame of these events. */
	accept(source: number, events: ChatEvent[], cursor?: Cursor, problems: DecodeProblem[] = []): void {
		this.#note(this.sequencer.accept(source, { events, cursor, problems, now: this.now }));
	}

	/** Delivers the room's newest messages; with a cursor they are a connection's first state. */
	page(source: number, numbers: number[], cursor?: Cursor): void {
		this.#note(this.sequencer.backfill(source, { events: messages(...numbers), cursor, now: this.now }));
	}

	closed(source = 0, how: { unreadable?: boolean } = {}): void {
		this.#note(this.sequencer.closed(source, this.now, how));
	}

	ended(): void {
		this.#note(this.sequencer.ended(this.now));
	}

	/** Lets time pass and emits messages that are due on the way. */
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
		// Emitted batches must not change afterwards.
		for (const one of emitted) this.out.push({ ...one, events: [...one.events] });
	}
}

/** A bench whose only connection has delivered the messages up to `last`, each in its own frame, and is synced. */
export function followed(last: number, options: SequencerOptions = {}): SequencerBench {
	const bench = new SequencerBench(options);
	bench.open();
	for (const n of range(1, last)) bench.frame(0, n);
	return bench;
}

/** The same, after that connection has ended and begun again. */
export function reconnected(last: number, options: SequencerOptions = {}): SequencerBench {
	const bench = followed(last, options);
	bench.closed();
	bench.open();
	return bench;
}
