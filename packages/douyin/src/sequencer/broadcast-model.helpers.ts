import type { UpstreamEvent } from "../events/live-event.ts";
import { seeded } from "../testing/index.ts";
import type { Cursor } from "../upstream.ts";
import { judge, type Outcome, type Said } from "./broadcast-judge.helpers.ts";
import { type Emitted, Sequencer } from "./index.ts";
import { Numbered, type Numbering, usualNumbering } from "./numbering.helpers.ts";

/** Behaviour of an upstream and of its connections. Times in ms, shares from 0 to 1. */
export interface Behaviour {
	seed: number;
	/** Messages per second. */
	rate: number;
	/** Share of resumes that honour their cursor. */
	honours: number;
	/** Share of requested pages that arrive. */
	pages: number;
	/** Share of pages that are 5 s old; default 0. */
	lagging?: number;
	/** Share of messages that no page holds; default 0. */
	unpaged?: number;
	/** Share of connections that end before they open; default 0.2. */
	fails?: number;
	/** Share of connections that fall mute after a while; default 0. */
	mutes?: number;
	/** For each source, the share of messages that it receives; default one that receives all. */
	views?: readonly number[];
	/** Share of frames that a socket delivers after the next one; default 0. */
	overtaken?: number;
	/** Sources that are polled; default none. */
	polls?: readonly number[];
	/** Default: one id, the same for all. */
	ids?: Numbering;
	/** Mean time between restarts of the process; default none. */
	restartMs?: number;
	/** Mean time between false reports of the broadcast's end; default none. */
	interruptMs?: number;
	/** Time without messages at the beginning; default 0. */
	quietMs?: number;
	/** Time for which messages wait for other sources; default the sequencer's own. */
	holdMs?: number;
	durationMs?: number;
}

interface Step {
	readonly at: number;
	readonly run: (now: number) => void;
}

interface Connection {
	readonly source: number;
	/** Number of the receiver, which gives messages ids of its own: see {@link Numbered}. */
	receiver: number;
	/** Positions of the messages that it delivered before they were emitted. */
	readonly run: number[];
	/** Time when it ends, and when it falls mute. */
	until: number;
	readonly muteFrom: number;
	heardAt: number;
	/** A frame that the next one overtakes: its first and last positions. */
	overtaken?: readonly [number, number] | undefined;
}

const pageSize = 15;
/** Maximum number of messages in an answer to a poll, and in a frame. */
const maxAnswered = 200;
const maxInFrame = 100;
/** Time after which a mute connection that others wait for is ended. */
const muteMs = 30_000;
const startMs = 1_700_000_000_000;
/** Number of ids known after a restart, besides those that the cursor repeats. */
const storedIds = 500;
/** Small, so that connections can lag by more. */
const remembered = 512;

/** A broadcast on a clock of its own, followed by connections that come and go. */
export class Broadcast {
	readonly #behaviour: Required<Behaviour>;
	readonly #random: () => number;
	readonly #said: Said[] = [];
	/** Sorted by time, then by order of addition. */
	readonly #steps: Step[] = [];
	readonly #out: Emitted[] = [];
	/** Positions of the messages that each connection delivered before they were emitted. */
	#runs: number[][] = [];
	/** Open connections, by source. */
	readonly #standing = new Map<number, Connection>();
	/** Number of times that messages waited for nothing. */
	#stuck = 0;
	#sequencer: Sequencer;
	/** Number of restarts of all connections: pending steps of earlier ones do nothing. */
	#starts = 0;
	/** Positions of the emitted messages. */
	readonly #emitted = new Set<number>();
	readonly #numbered: Numbered;

	constructor(behaviour: Behaviour) {
		const defaults = { lagging: 0, unpaged: 0, fails: 0.2, mutes: 0, views: [1], polls: [] };
		const times = { ids: usualNumbering, restartMs: 0, interruptMs: 0, quietMs: 0, holdMs: 300, overtaken: 0 };
		this.#behaviour = { durationMs: 600_000, ...defaults, ...times, ...behaviour };
		this.#random = seeded(behaviour.seed);
		this.#numbered = new Numbered(this.#behaviour.ids);
		this.#sequencer = new Sequencer({ holdMs: this.#behaviour.holdMs, remembered });
	}

	run(): Outcome {
		const { durationMs } = this.#behaviour;
		this.#say(this.#behaviour.quietMs);
		this.#start(0);
		for (;;) {
			const { dueAt: due } = this.#sequencer;
			const next = this.#steps[0];
			if (due !== undefined && (!next || due < startMs + next.at)) this.#note(this.#sequencer.expire(due));
			else if (!next || next.at > durationMs) break;
			else {
				this.#steps.shift();
				next.run(next.at);
			}
			this.#lookForStuck();
		}
		this.#note(this.#sequencer.ended(startMs + durationMs));
		return { ...judge(this.#said, this.#out, this.#runs, this.#numbered), stuck: this.#stuck };
	}

	/**
	 * Counts messages that wait for nothing. Unproven messages wait for a time, or to overlap with a synced connection;
	 * messages from before the newest emitted one would come too late, and wait for nothing.
	 */
	#lookForStuck(): void {
		const { dueAt, overlapAwaitedSince } = this.#sequencer;
		if (dueAt !== undefined || overlapAwaitedSince !== undefined) return;
		const newest = this.#said.findLastIndex(({ index }) => this.#isEmitted(index));
		for (const { source, run } of this.#standing.values()) {
			if (!this.#sequencer.isSynced(source) && run.some((n) => n > newest)) this.#stuck++;
		}
	}

	#at(at: number, run: (now: number) => void): void {
		const index = this.#steps.findIndex((step) => step.at > at);
		this.#steps.splice(index < 0 ? this.#steps.length : index, 0, { at, run });
	}

	/** Schedules a step that runs only if the connections are still the same by then. */
	#meanwhile(at: number, run: (now: number) => void): void {
		const start = this.#starts;
		this.#at(at, (now) => {
			if (this.#starts === start) run(now);
		});
	}

	#between(from: number, to: number): number {
		return from + this.#random() * (to - from);
	}

	/** Returns a random time until an event with a mean interval of `everyMs`. */
	#wait(everyMs: number): number {
		return -Math.log(1 - this.#random()) * everyMs;
	}

	#say(at: number): void {
		const { rate, unpaged, views } = this.#behaviour;
		this.#at(at, (now) => {
			const index = this.#said.length;
			// Ids are not ordered, and times are inexact: some are in whole seconds.
			const idOf = (n: number) => String(BigInt.asUintN(62, BigInt(n + 1) * 0x9e3779b97f4a7c15n) + 1n);
			const time = startMs + (this.#random() < 0.3 ? Math.floor(now / 1000) * 1000 : now);
			const common = { liveId: "1", roomId: "r", method: "", at: time, receivedAt: startMs + now };
			const event = this.#numbered.name({ ...common, type: "chat", id: "", content: "" }, index, idOf);
			const shown = views.map((share) => this.#random() < share);
			const shownTo = shown.includes(true) ? shown : shown.map((_, i) => i === 0);
			this.#said.push({ index, event, paged: this.#random() >= unpaged, shownTo });
			this.#say(now + this.#wait(1000 / rate));
		});
	}

	/** Starts the process, which continues from stored state. */
	#start(now: number): void {
		const { restartMs, holdMs } = this.#behaviour;
		this.#starts++;
		// A cursor that was given up stays stored until there is another.
		const { checkpoint: cursor } = this.#out.findLast(({ checkpoint }) => checkpoint) ?? {};
		const events = this.#out.flatMap((one) => one.events).slice(-storedIds - (cursor?.repeats ?? 0));
		if (this.#starts > 1) {
			this.#forgetRuns();
			this.#sequencer = new Sequencer({ holdMs, remembered });
			const lastAt = events.length > 0 ? Math.max(...events.map(({ at }) => at)) : undefined;
			const sinceGap = this.#out.slice(this.#out.findLastIndex(({ gap }) => gap)).flatMap((one) => one.events).length;
			const isGapKnown = this.#out.some(({ gap }) => gap);
			const beforeGap = isGapKnown ? Math.max(0, events.length - sinceGap) : 0;
			this.#sequencer.restore({ cursor, messages: events, beforeGap, lastAt });
		}
		this.#connectAll(now);
		if (restartMs > 0) this.#at(now + this.#wait(restartMs), (then) => this.#start(then));
	}

	/** Forgets unemitted messages: they are delivered again or reported missing, by other connections. */
	#forgetRuns(): void {
		this.#runs = this.#runs.map((run) => run.filter((n) => this.#isEmitted(n)));
	}

	#connectAll(now: number): void {
		const { views, interruptMs } = this.#behaviour;
		this.#standing.clear();
		for (const source of views.keys()) this.#connect(source, now + this.#between(0, 2_000));
		this.#endMute(now);
		if (interruptMs > 0) this.#meanwhile(now + this.#wait(interruptMs), (then) => this.#interrupt(then));
	}

	/** Reports the broadcast over, as its page would; it continues with new connections. */
	#interrupt(now: number): void {
		this.#starts++;
		this.#note(this.#sequencer.ended(startMs + now));
		for (const source of this.#behaviour.views.keys()) this.#note(this.#sequencer.closed(source, startMs + now));
		this.#forgetRuns();
		this.#connectAll(now);
	}

	#connect(source: number, at: number): void {
		this.#meanwhile(at, (now) => {
			const { honours, pages, fails, mutes, polls } = this.#behaviour;
			const poll = polls.includes(source);
			const resume = this.#sequencer.open(source, { poll });
			const openAt = now + this.#between(100, 500);
			let from = resume && Number(resume.cursor);
			// The page that the site requests before it opens the socket.
			if (this.#random() < pages) {
				const events = this.#page(source, resume ? this.#lagMs() : 0);
				from ??= this.#said.length;
				const cursor = resume ? undefined : cursorAt(from);
				this.#note(this.#sequencer.backfill(source, { events, cursor, now: startMs + now }));
			}
			this.#meanwhile(openAt, () => {
				if (this.#random() < fails) {
					this.#note(this.#sequencer.closed(source, startMs + openAt));
					this.#connect(source, openAt + this.#between(0, 8_000));
					return;
				}
				this.#sequencer.opened(source, resume !== undefined);
				const begins = this.#random() < honours ? from : undefined;
				const isMute = this.#random() < mutes;
				const muteFrom = isMute ? openAt + this.#between(0, 10_000) : Number.POSITIVE_INFINITY;
				const until = isMute ? muteFrom + 60_000 : openAt + this.#between(2_000, 60_000);
				const receiver = this.#numbered.receiver();
				const connection = { source, receiver, run: [], until, muteFrom, heardAt: openAt };
				this.#runs.push(connection.run);
				this.#standing.set(source, connection);
				this.#frames(connection, begins ?? this.#said.length, openAt);
			});
		});
	}

	/**
	 * Sends frames every 50 to 500 ms with the messages since the previous one; a full one is followed by another sooner.
	 */
	#frames(connection: Connection, from: number, at: number): void {
		const { source } = connection;
		this.#meanwhile(at, (now) => {
			if (now >= connection.until) {
				this.#standing.delete(source);
				this.#note(this.#sequencer.closed(source, startMs + now));
				this.#connect(source, now + this.#between(0, 8_000));
				return;
			}
			const isPoll = this.#behaviour.polls.includes(source);
			const to = Math.min(this.#said.length, from + (isPoll ? maxAnswered : maxInFrame));
			const { overtaken } = connection;
			connection.overtaken = undefined;
			const holds = this.#behaviour.overtaken > 0 && this.#random() < this.#behaviour.overtaken;
			if (holds && !overtaken && to > from) connection.overtaken = [from, to];
			else this.#bring(connection, from, to, now);
			if (overtaken) this.#bring(connection, ...overtaken, now);
			if (isPoll) this.#ask(connection, now + this.#between(1_000, 1_500));
			else this.#frames(connection, to, now + this.#between(50, 500) / (to < this.#said.length ? 10 : 1));
		});
	}

	#bring(connection: Connection, from: number, to: number, now: number): void {
		const { source, run } = connection;
		const shown = this.#said.slice(from, to).filter(({ shownTo }) => shownTo[source]);
		if (shown.length === 0 || now >= connection.muteFrom) return;
		connection.heardAt = now;
		for (const { index } of shown) if (!this.#isEmitted(index)) run.push(index);
		const { receiver } = connection;
		const events = shown.map(({ event }) => ({ ...this.#numbered.copy(event, receiver), receivedAt: startMs + now }));
		this.#note(this.#sequencer.accept(source, { events, cursor: cursorAt(to), now: startMs + now }));
		if (this.#sequencer.takePageRequest(source)) this.#askPage(source, now, connection.until);
	}

	/** Polls: the answer takes a while, in which other connections may deliver something. */
	#ask(connection: Connection, at: number): void {
		this.#meanwhile(at, (now) => {
			const cursor = this.#sequencer.cursorOf(connection.source);
			const tookMs = this.#random() < 0.2 ? this.#between(500, 6_000) : this.#between(20, 200);
			const from = this.#answersFrom(cursor);
			connection.receiver = this.#numbered.receiver();
			this.#frames(connection, from, now + tookMs);
		});
	}

	/** Returns where the answer to a poll begins: at its cursor, or with the newest messages. */
	#answersFrom(cursor: Cursor | undefined): number {
		if (cursor && this.#random() < this.#behaviour.honours) return Number(cursor.cursor);
		return Math.max(0, this.#said.length - pageSize);
	}

	/** Every 5 s, ends mute connections that others wait to overlap with. */
	#endMute(at: number): void {
		this.#meanwhile(at + 5_000, (now) => {
			const { overlapAwaitedSince = Number.POSITIVE_INFINITY } = this.#sequencer;
			for (const connection of this.#standing.values()) {
				const { source, heardAt } = connection;
				const isAwaited = this.#sequencer.isSynced(source) && startMs + now - overlapAwaitedSince >= muteMs;
				if (isAwaited && now - heardAt >= muteMs) connection.until = now;
			}
			this.#endMute(now);
		});
	}

	/**
	 * Requests a page. It shows the time of the request, and arrives while the connection is still open or not at all.
	 */
	#askPage(source: number, now: number, until: number): void {
		if (this.#random() >= this.#behaviour.pages) return;
		const lagMs = this.#lagMs();
		this.#meanwhile(now + this.#between(20, 200), (asked) => {
			const events = this.#page(source, lagMs);
			this.#meanwhile(asked + this.#between(20, 200), (came) => {
				if (came < until) this.#note(this.#sequencer.backfill(source, { events, now: startMs + came }));
			});
		});
	}

	#lagMs(): number {
		return this.#random() < this.#behaviour.lagging ? 5_000 : 0;
	}

	#page(source: number, lagMs: number): UpstreamEvent[] {
		const newest = this.#said.at(-1)?.event.receivedAt ?? 0;
		const paged = this.#said.slice(-500).filter(({ paged, shownTo, event }) => {
			return paged && shownTo[source] && event.receivedAt <= newest - lagMs;
		});
		const receiver = this.#numbered.receiver();
		return paged.slice(-pageSize).map(({ event }) => this.#numbered.copy(event, receiver));
	}

	#isEmitted(index: number): boolean {
		return this.#emitted.has(index);
	}

	#note(emitted: readonly Emitted[]): void {
		// Emitted batches must not change afterwards.
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
