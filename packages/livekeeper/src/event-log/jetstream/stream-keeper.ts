import { setTimeout as pause } from "node:timers/promises";
import type { Clock, Timer } from "@livekeeper/douyin";
import type { JetStreamManager, StreamInfo } from "@nats-io/jetstream";
import type { Unsubscribe } from "../event-log.ts";
import { incarnationsIn, nameIn } from "./incarnation.ts";
import type { JetStreamEventLogOptions } from "./options.ts";
import { StreamCatalogue, type StreamOptions } from "./stream-catalogue.ts";
import {
	baseAfter,
	compare,
	type Found,
	isNews,
	type Loss,
	leastStep,
	lossMetadata,
	lossOf,
	type Seen,
} from "./stream-memory.ts";

/** A stream's configuration, by incarnation: names and subjects of two have nothing in common. */
export type ConfigIn = (incarnation: number) => StreamOptions;

export interface StreamKeeperOptions {
	/** With a short timeout: it is asked again soon. */
	jsm: JetStreamManager;
	clock: Clock;
	logger: JetStreamEventLogOptions["logger"];
}

/** How a stream is kept, beside its configuration. */
export interface KeptAs {
	/** What others remember of it; `undefined`: nothing. */
	remembered?: Seen | undefined;
	/** Its sequences tell what is newer, so one that has become shorter is made again. */
	ordered?: boolean;
}

/** The newest incarnation that there is. */
interface Current {
	incarnation: number;
	info: StreamInfo;
}

interface Kept extends KeptAs {
	config: ConfigIn;
	/** That is read and written. */
	incarnation: number;
	replicas: number;
	seen: Seen | undefined;
	loss: Loss | undefined;
	/** Since when it has looked as if it had lost something, by the monotonic clock, ms. */
	doubtSince: number | undefined;
	/** Looks in a row that failed. */
	failures: number;
	/** The look that is under way, and the one behind it. */
	look: Promise<void> | undefined;
	next: Promise<void> | undefined;
	/** Writes back what this node knows of it. */
	restore: () => Promise<void>;
	/** Shows that it takes messages. */
	prove: () => Promise<void>;
	listeners: Set<() => void>;
}

/** A stream looks as if it had lost something; soon it is known. */
export class StreamInDoubt extends Error {
	override readonly name = "StreamInDoubt";

	constructor(stream: string, found: Found) {
		super(`The stream ${stream} looks ${found}: it is looked at again`);
	}
}

/** A newly elected leader may not have caught up: a stream has to look the same for this long, ms. */
const doubtMs = 2_000;
const lookAgainMs = 500;
const lookEveryMs = 2_000;
/** Number of unanswered looks in a row before a stream fails: one is a leader's election. */
const mostFailures = 2;

/**
 * Keeps the streams of a cluster. It remembers what each of them looked like, and one that is missing, younger or shorter
 * than that has lost what was in it. Where something is left of it, its metadata records the loss; else its next
 * incarnation does, and what may still answer for the one before is never asked again. NATS itself decides which node's
 * incarnation it is, by its name, and every node follows to the newest: all in one place, here.
 *
 * A stream is known by the name of its first incarnation.
 */
export class StreamKeeper {
	readonly #options: StreamKeeperOptions;
	readonly #catalogue: StreamCatalogue;
	readonly #streams = new Map<string, Kept>();
	readonly #timer: Timer;
	#onFailed: (stream: string, error: unknown) => void = () => undefined;
	#onAnswered: (stream: string) => void = () => undefined;
	#remembered: Readonly<Record<string, Seen>> = {};
	#closed = false;

	constructor(options: StreamKeeperOptions) {
		this.#options = options;
		this.#catalogue = new StreamCatalogue(options.jsm);
		this.#timer = options.clock.every(lookEveryMs, () => this.#lookAtAll());
	}

	/** Makes a stream where there is none, or has it kept. Resolves once it is known whether it is whole. */
	async ensure(config: ConfigIn, as: KeptAs = {}): Promise<void> {
		const { name, num_replicas: replicas } = config(1);
		const seen = as.remembered ?? this.#remembered[name];
		const kept: Kept = {
			...as,
			...{ config, replicas, seen },
			incarnation: seen?.incarnation ?? 1,
			...{ loss: undefined, doubtSince: undefined, failures: 0, look: undefined, next: undefined },
			...{ restore: async () => undefined, prove: async () => undefined, listeners: new Set<() => void>() },
		};
		if (!kept.seen && incarnationsIn(await this.#catalogue.names(), name).length === 0)
			await this.#catalogue.make(config(1));
		while (!(await this.#isSettled(name, kept))) await pause(lookAgainMs);
		this.#streams.set(name, kept);
	}

	/** What streams looked like that are ensured from now on. */
	remember(seen: Readonly<Record<string, Seen>>): void {
		this.#remembered = seen;
	}

	/** Which one of the stream is read and written: it rises when it was lost. */
	incarnation(stream: string): number {
		return this.#streams.get(stream)?.incarnation ?? 1;
	}

	/** The loss that the stream had recorded when last looked at. */
	loss(stream: string): Loss | undefined {
		return this.#streams.get(stream)?.loss;
	}

	/** The streams that have recorded a loss. */
	get losses(): { stream: string; loss: Loss }[] {
		return Array.from(this.#streams).flatMap(([stream, { loss }]) => (loss ? { stream, loss } : []));
	}

	/** What this node remembers of each stream. */
	get seen(): Record<string, Seen> {
		return Object.fromEntries(Array.from(this.#streams).flatMap(([name, { seen }]) => (seen ? [[name, seen]] : [])));
	}

	/**
	 * Looks at the stream now, after this call.
	 * @returns the loss that it has recorded
	 * @throws StreamInDoubt while it is not known whether it is whole; what NATS throws
	 */
	async fresh(stream: string): Promise<Loss | undefined> {
		const kept = this.#streams.get(stream);
		if (!kept) return undefined;
		await this.#lookAfterNow(stream, kept);
		return kept.loss;
	}

	/** A message was stored under this sequence. @param next the `seq` behind it, where it is one of a room */
	stored(stream: string, sequence: number, next = 1): void {
		const seen = this.#streams.get(stream)?.seen;
		if (!seen) return;
		seen.lastSequence = Math.max(seen.lastSequence, sequence);
		seen.highest = Math.max(seen.highest, next - 1);
		seen.at = this.#options.clock.now();
	}

	/** Has what this node knows of a stream written back when it was lost, before it counts as whole again. */
	onRestore(stream: string, restore: () => Promise<void>): void {
		const kept = this.#streams.get(stream);
		if (kept) kept.restore = restore;
	}

	/** Has it shown with each look that the stream takes messages. */
	onProve(stream: string, prove: () => Promise<void>): void {
		const kept = this.#streams.get(stream);
		if (kept) kept.prove = prove;
	}

	/** Calls back when the stream was lost: who watches it has to begin again. */
	onLost(stream: string, listener: () => void): Unsubscribe {
		const listeners = this.#streams.get(stream)?.listeners;
		listeners?.add(listener);
		return () => void listeners?.delete(listener);
	}

	/** Has it told when a stream can't be read or written, and when it can again. */
	onHealth(onFailed: (stream: string, error: unknown) => void, onAnswered: (stream: string) => void): void {
		this.#onFailed = onFailed;
		this.#onAnswered = onAnswered;
	}

	close(): void {
		this.#closed = true;
		this.#timer.cancel();
	}

	#lookAtAll(): void {
		for (const [name, kept] of this.#streams) if (!kept.look) void this.#health(name, kept);
	}

	async #health(name: string, kept: Kept): Promise<void> {
		try {
			await this.#lookAfterNow(name, kept);
			await kept.prove();
			kept.failures = 0;
			if (!this.#closed) this.#onAnswered(name);
		} catch (error) {
			if (this.#closed) return;
			if (++kept.failures >= mostFailures) this.#onFailed(name, error);
			if (error instanceof StreamInDoubt) this.#options.clock.after(lookAgainMs, () => void this.#health(name, kept));
		}
	}

	/** Many who ask at once share one look, which begins after each of them has asked. */
	#lookAfterNow(name: string, kept: Kept): Promise<void> {
		if (!kept.look) {
			kept.look = this.#look(name, kept).finally(() => {
				kept.look = undefined;
			});
			return kept.look;
		}
		kept.next ??= kept.look
			.catch(() => undefined)
			.then(() => {
				kept.next = undefined;
				return this.#lookAfterNow(name, kept);
			});
		return kept.next;
	}

	async #isSettled(name: string, kept: Kept): Promise<boolean> {
		try {
			await this.#look(name, kept);
			return true;
		} catch (error) {
			if (error instanceof StreamInDoubt) return false;
			throw error;
		}
	}

	async #look(name: string, kept: Kept): Promise<void> {
		let incarnations = incarnationsIn(await this.#catalogue.names(), name);
		let current = await this.#current(name, kept, incarnations);
		const found = compare(kept.seen, current?.info);
		if (found) {
			kept.doubtSince ??= performance.now();
			if (performance.now() - kept.doubtSince < doubtMs) throw new StreamInDoubt(name, found);
			await this.#lose(kept, found, current, Math.max(kept.incarnation, ...incarnations));
			kept.doubtSince = undefined;
			incarnations = incarnationsIn(await this.#catalogue.names(), name);
			current = await this.#current(name, kept, incarnations);
		}
		if (!current || compare(kept.seen, current.info)) throw new StreamInDoubt(name, "missing");
		kept.doubtSince = undefined;
		await this.#settle(name, kept, current);
		for (const old of incarnations.slice(0, -1)) this.#catalogue.drop(nameIn(name, old));
	}

	/** @returns `undefined`: there is none, or only such as were lost before. @throws StreamInDoubt where it is only being made */
	async #current(name: string, kept: Kept, incarnations: readonly number[]): Promise<Current | undefined> {
		const incarnation = incarnations.at(-1);
		if (incarnation === undefined || incarnation < kept.incarnation) return undefined;
		const info = await this.#catalogue.find(nameIn(name, incarnation));
		if (!info) throw new StreamInDoubt(name, "missing");
		return { incarnation, info };
	}

	/** Records the loss in the stream or, where nothing reliable is left of it, in its next incarnation. */
	async #lose(kept: Kept, found: Found, current: Current | undefined, newest: number): Promise<void> {
		const { seen } = kept;
		if (!seen) return;
		const now = this.#options.clock.now();
		// Replicas of one that begins again from nothing may still hold what it had: they would be asked for it as well.
		const goesOn =
			found === "shorter" && kept.ordered !== true && current !== undefined && holdsSomething(current.info);
		const loss: Loss = {
			...{ found, at: now },
			...(seen.at > 0 && { since: Math.min(seen.at, now) }),
			survived: goesOn ? current.info.state.last_seq : 0,
			base: baseAfter(seen, now),
		};
		if (goesOn) {
			const metadata = { ...current.info.config.metadata, ...lossMetadata(loss) };
			await this.#catalogue.tell(current.info.config.name, metadata);
			return;
		}
		const config = kept.config(newest + 1);
		const metadata = { ...config.metadata, ...lossMetadata(loss) };
		// Its sequences go on as well: views, and what is counted up to one of them, are compared by them.
		await this.#catalogue.make({
			...config,
			num_replicas: kept.replicas,
			metadata,
			first_seq: seen.lastSequence + leastStep,
		});
	}

	/** It is whole, or its loss has been dealt with. */
	async #settle(name: string, kept: Kept, { incarnation, info }: Current): Promise<void> {
		const { created, state, config } = info;
		const { seen } = kept;
		const loss = lossOf(info);
		const isLost = isNews(seen, loss);
		// What is written back is written there.
		kept.incarnation = incarnation;
		if (isLost) await kept.restore();
		kept.loss = loss;
		kept.replicas = Math.max(config.num_replicas, kept.replicas);
		kept.seen = {
			...{ incarnation, created, at: this.#options.clock.now() },
			lastSequence: isLost ? state.last_seq : Math.max(state.last_seq, seen?.lastSequence ?? 0),
			highest: Math.max(seen?.highest ?? 0, loss?.base ?? 0),
		};
		if (isLost) this.#told(name, kept, loss);
	}

	#told(stream: string, { listeners }: Kept, loss: Loss): void {
		const { found, since, base } = loss;
		const seen = since && new Date(since).toISOString();
		this.#options.logger.error({ event: "stream_lost", stream, found, since: seen, base });
		for (const listener of listeners) listener();
	}
}

function holdsSomething({ state }: StreamInfo): boolean {
	return state.messages > 0;
}
