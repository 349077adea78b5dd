import fc from "fast-check";
import type { UpstreamEvent } from "../events/live-event.ts";
import type { Cursor } from "../upstream.ts";
import { judge, type Outcome, type Said } from "./broadcast-judge.helpers.ts";
import { type Emitted, Sequencer } from "./index.ts";
import { Numbered, type Numbering, numberings, usualNumbering } from "./numbering.helpers.ts";

/** An event in a broadcast. Connections are numbers from 0. */
export type Step =
	/** This number of messages is sent. */
	| readonly ["say", number]
	/** A connection ends, if there is one, and another one begins; whether the upstream honours its cursor. */
	| readonly ["open", number, boolean]
	/** A connection delivers the messages since its last frame, or those it asked for; at most this number, if given. */
	| readonly ["frame", number, number?]
	/** The same, but after its next frame. */
	| readonly ["overtaken", number, number?]
	/** A poll is sent; whether the upstream honours its cursor. */
	| readonly ["ask", number, boolean]
	/** A page arrives, if one was requested, without this number of newest messages. */
	| readonly ["page", number, number]
	| readonly ["close", number]
	/** The process ends, and continues from stored state. */
	| readonly ["restart"]
	/** The broadcast is reported over, and continues. */
	| readonly ["over"]
	/** This time passes, ms. */
	| readonly ["pass", number];

export interface Scene {
	/** Whether each connection polls. */
	readonly polls: readonly boolean[];
	/** Whether each connection receives other messages. */
	readonly differs: boolean;
	/** Default: one id, the same for all. */
	readonly ids?: Numbering;
	readonly steps: readonly Step[];
}

interface Connection {
	/** Position of its next message. */
	at: number;
	readonly openedAt: number;
	readonly resumed: boolean;
	/** Whether a page was requested. */
	page: boolean;
	/** Whether a poll was sent. */
	asked: boolean;
	/** Number of the receiver, which gives messages ids of its own: see {@link Numbered}. */
	receiver: number;
	overtaken: readonly [number, number] | undefined;
	/** Positions of the messages that it delivered before they were emitted. */
	readonly run: number[];
}

const startMs = 1_700_000_000_000;
const pageSize = 4;
/** Number of ids known after a restart, besides those that the cursor repeats. */
const storedIds = 500;
/** Fewer than some single steps send. */
const remembered = 512;
/**
 * Maximum number of messages in an overtaken frame, and in the one that overtakes it: fewer than are remembered,
 * because no upstream's frame holds that many.
 */
const maxOvertaken = 100;

export function scenes(maxSteps = 40): fc.Arbitrary<Scene> {
	const poll = fc.integer({ min: 0, max: 3 }).map((n) => n === 3);
	return fc.integer({ min: 1, max: 3 }).chain((sources) =>
		fc.record({
			polls: fc.array(poll, { minLength: sources, maxLength: sources }),
			differs: fc.boolean(),
			ids: numberings,
			steps: fc.array(stepOf(sources), { maxLength: maxSteps, size: "max" }),
		}),
	);
}

function stepOf(sources: number): fc.Arbitrary<Step> {
	const source = fc.nat({ max: sources - 1 });
	const is = <T extends string>(what: T) => fc.constant(what);
	return fc.oneof(
		{ weight: 12, arbitrary: fc.tuple(is("say"), fc.integer({ min: 1, max: 4 })) },
		// More than a restart remembers.
		{ weight: 1, arbitrary: fc.tuple(is("say"), fc.constant(storedIds + 100)) },
		{ weight: 8, arbitrary: fc.tuple(is("open"), source, fc.boolean()) },
		{ weight: 16, arbitrary: fc.tuple(is("frame"), source) },
		{ weight: 2, arbitrary: fc.tuple(is("frame"), source, fc.constantFrom(1, 10)) },
		{ weight: 4, arbitrary: fc.tuple(is("overtaken"), source, fc.constant(maxOvertaken)) },
		{ weight: 4, arbitrary: fc.tuple(is("ask"), source, fc.boolean()) },
		{ weight: 4, arbitrary: fc.tuple(is("page"), source, fc.nat({ max: 6 })) },
		{ weight: 2, arbitrary: fc.tuple(is("close"), source) },
		{ weight: 2, arbitrary: fc.constant<Step>(["restart"]) },
		{ weight: 2, arbitrary: fc.constant<Step>(["over"]) },
		{ weight: 8, arbitrary: fc.tuple(is("pass"), fc.constantFrom(100, 400, 2_000, 6_000)) },
	);
}

/** Returns the faults in a scene's output; empty if there are none. */
export function faultsOf(scene: Scene): Partial<Outcome> {
	const { doubled, unreported, stuck, disordered, swapped } = new Stage(scene).play();
	const overtakes = scene.steps.some(([what]) => what === "overtaken");
	const faults = {
		doubled,
		stuck,
		// A connection can't miss messages that it does not receive.
		unreported: scene.differs ? 0 : unreported,
		disordered: scene.differs || overtakes ? 0 : disordered,
		swapped: scene.differs || overtakes || scene.polls.includes(true) ? 0 : swapped,
	};
	return Object.fromEntries(Object.entries(faults).filter(([, count]) => count > 0));
}

class Stage {
	readonly #scene: Scene;
	readonly #hasExactTimes: boolean;
	readonly #said: Said[] = [];
	readonly #numbered: Numbered;
	readonly #out: Emitted[] = [];
	readonly #emitted = new Set<number>();
	/** Messages delivered after later ones. */
	readonly #overtaken = new Set<number>();
	/** The part of those that an ended process had not emitted: lost undetectably unless the upstream repeats them. */
	readonly #lost = new Set<number>();
	#runs: number[][] = [];
	#connections: (Connection | undefined)[] = [];
	#sequencer = new Sequencer({ remembered });
	#now = startMs;
	#stuck = 0;

	constructor(scene: Scene) {
		this.#scene = scene;
		this.#numbered = new Numbered(scene.ids ?? usualNumbering);
		// Within a second, an overtaken or late message can't be distinguished from one before a gap.
		this.#hasExactTimes = scene.steps.some(([what, , max]) => what === "overtaken" || (what === "frame" && max));
	}

	play(): Outcome {
		for (const step of this.#scene.steps) {
			this.#step(step);
			this.#lookForStuck();
		}
		this.#pass(60_000);
		this.#note(this.#sequencer.ended(this.#now));
		const said = this.#said.filter(({ index }) => this.#emitted.has(index) || !this.#lost.has(index));
		return { ...judge(said, this.#out, this.#runs, this.#numbered), stuck: this.#stuck };
	}

	#step(step: Step): void {
		switch (step[0]) {
			case "say":
				for (let i = 0; i < step[1]; i++) this.#say();
				break;
			case "open":
				this.#open(step[1], step[2]);
				break;
			case "frame":
				this.#frame(step[1], false, step[2]);
				break;
			case "overtaken":
				this.#frame(step[1], true, step[2]);
				break;
			case "ask":
				this.#ask(step[1], step[2]);
				break;
			case "page":
				this.#page(step[1], step[2]);
				break;
			case "close":
				this.#close(step[1]);
				break;
			case "restart":
				this.#restart();
				break;
			case "over":
				this.#note(this.#sequencer.ended(this.#now));
				for (const source of this.#connections.keys()) this.#close(source);
				this.#forgetRuns();
				break;
			case "pass":
				this.#pass(step[1]);
		}
	}

	#say(): void {
		this.#now += 137;
		const index = this.#said.length;
		const at = this.#hasExactTimes || index % 3 > 0 ? this.#now : Math.floor(this.#now / 1000) * 1000;
		const common = { liveId: "1", roomId: "r", method: "", at, receivedAt: this.#now };
		// Ids are not ordered.
		const idOf = (n: number) => String(7_000_000_000_000_000_000n + BigInt.asUintN(32, BigInt(n + 1) * 0x9e3779b1n));
		const event = this.#numbered.name({ ...common, type: "chat", id: "", content: "" }, index, idOf);
		const shownTo = this.#scene.polls.map((_, source) => !this.#scene.differs || index % 3 !== source);
		this.#said.push({ index, event, paged: true, shownTo });
	}

	#open(source: number, honours: boolean): void {
		this.#close(source);
		const poll = this.#scene.polls[source] ?? false;
		const from = this.#sequencer.open(source, { poll });
		this.#sequencer.opened(source, from !== undefined);
		const openedAt = this.#said.length;
		const at = this.#answersAt(from, honours, poll);
		const resumed = from !== undefined;
		const connection = { at, openedAt, resumed, page: true, asked: poll, receiver: this.#numbered.receiver() };
		const run: number[] = [];
		this.#connections[source] = { ...connection, overtaken: undefined, run };
		this.#runs.push(run);
	}

	#answersAt(from: Cursor | undefined, honours: boolean, poll: boolean): number {
		if (from && honours) return Number(from.cursor);
		return poll ? Math.max(0, this.#said.length - pageSize) : this.#said.length;
	}

	#close(source: number): void {
		if (!this.#connections[source]) return;
		this.#connections[source] = undefined;
		this.#note(this.#sequencer.closed(source, this.#now));
	}

	#ask(source: number, honours: boolean): void {
		const connection = this.#connections[source];
		if (!connection || !this.#scene.polls[source]) return;
		const from = this.#sequencer.cursorOf(source);
		connection.at = this.#answersAt(from, honours, true);
		connection.asked = true;
		connection.receiver = this.#numbered.receiver();
		const before = connection.run.filter((n) => n < Number(from?.cursor ?? 0));
		connection.run.splice(0, connection.run.length, ...before);
	}

	#frame(source: number, isOvertaken: boolean, max = Number.POSITIVE_INFINITY): void {
		const connection = this.#connections[source];
		const poll = this.#scene.polls[source] ?? false;
		if (!connection || (poll && !connection.asked)) return;
		const { at: from, overtaken } = connection;
		// A poll whose cursor is not honoured gets the newest messages.
		const atMost = overtaken ? Math.min(max, maxOvertaken) : max;
		const to = poll ? this.#said.length : Math.min(this.#said.length, from + atMost);
		connection.asked = false;
		connection.at = to;
		if (to === from) return;
		connection.overtaken = isOvertaken && !overtaken && !poll ? [from, to] : undefined;
		if (connection.overtaken) return;
		this.#bring(source, connection, from, to);
		if (!overtaken) return;
		for (let n = overtaken[0]; n < overtaken[1]; n++) this.#overtaken.add(n);
		this.#bring(source, connection, ...overtaken);
	}

	#bring(source: number, connection: Connection, from: number, to: number): void {
		const said = this.#shown(source, from, to);
		for (const { index } of said) if (!this.#emitted.has(index)) connection.run.push(index);
		const events = this.#received(said, connection.receiver);
		this.#note(this.#sequencer.accept(source, { events, cursor: cursorAt(to), now: this.#now }));
		if (this.#sequencer.takePageRequest(source)) connection.page = true;
	}

	/** Delivers a page, before a connection delivers anything, as its first state, or when one was requested. */
	#page(source: number, lag: number): void {
		const connection = this.#connections[source];
		const isFirst = connection?.openedAt === this.#said.length;
		if (!connection?.page || (connection.run.length === 0 && !isFirst)) return;
		connection.page = false;
		const begins = isFirst && !connection.resumed;
		const to = Math.max(0, this.#said.length - (begins ? 0 : lag));
		const events = this.#received(this.#shown(source, Math.max(0, to - pageSize), to), this.#numbered.receiver());
		const cursor = begins ? cursorAt(to) : undefined;
		this.#note(this.#sequencer.backfill(source, { events, cursor, now: this.#now }));
	}

	#received(said: readonly Said[], receiver: number): UpstreamEvent[] {
		return said.map(({ event }) => ({ ...this.#numbered.copy(event, receiver), receivedAt: this.#now }));
	}

	#shown(source: number, from: number, to: number): Said[] {
		return this.#said.slice(from, to).filter(({ shownTo }) => shownTo[source]);
	}

	#restart(): void {
		const newest = Math.max(-1, ...this.#emitted);
		for (const n of this.#overtaken) if (n < newest && !this.#emitted.has(n)) this.#lost.add(n);
		this.#connections = [];
		this.#forgetRuns();
		const { checkpoint: cursor } = this.#out.findLast(({ checkpoint }) => checkpoint) ?? {};
		const events = this.#out.flatMap((one) => one.events).slice(-storedIds - (cursor?.repeats ?? 0));
		const lastAt = events.length > 0 ? Math.max(...events.map(({ at }) => at)) : undefined;
		const gap = this.#out.findLastIndex((one) => one.gap);
		const sinceGap = this.#out.slice(Math.max(0, gap)).flatMap((one) => one.events).length;
		const beforeGap = gap < 0 ? 0 : Math.max(0, events.length - sinceGap);
		this.#sequencer = new Sequencer({ remembered });
		this.#sequencer.restore({ cursor, messages: events, beforeGap, lastAt });
	}

	/** Forgets unemitted messages: they are delivered again or reported missing, by other connections. */
	#forgetRuns(): void {
		this.#runs = this.#runs.map((run) => run.filter((n) => this.#emitted.has(n)));
	}

	#pass(ms: number): void {
		const end = this.#now + ms;
		for (let due = this.#sequencer.dueAt; due !== undefined && due <= end; due = this.#sequencer.dueAt) {
			this.#now = Math.max(this.#now, due);
			this.#note(this.#sequencer.expire(this.#now));
			if (this.#sequencer.dueAt === due) throw new Error("nothing happened when it was due");
		}
		this.#now = end;
	}

	/**
	 * Counts messages that wait for nothing. Unproven messages wait for a time, or to overlap with a synced connection. A
	 * poll's messages from before a gap that it did not know of are requested again.
	 */
	#lookForStuck(): void {
		const { dueAt, overlapAwaitedSince } = this.#sequencer;
		if (dueAt !== undefined || overlapAwaitedSince !== undefined) return;
		const newest = Math.max(-1, ...this.#emitted);
		for (const [source, connection] of this.#connections.entries()) {
			if (this.#scene.polls[source] && !connection?.asked) continue;
			if (connection?.run.some((n) => n > newest) && !this.#sequencer.isSynced(source)) this.#stuck++;
		}
	}

	#note(emitted: readonly Emitted[]): void {
		for (const one of emitted) {
			this.#out.push({ ...one, events: [...one.events] });
			for (const event of one.events) this.#emitted.add(this.#numbered.indexOf(event));
		}
	}
}

/** Number of messages before the cursor. */
function cursorAt(count: number): Cursor {
	return { roomId: "r", cursor: String(count), internalExt: "" };
}
