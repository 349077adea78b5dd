import type { Clock, Timer } from "@livekeeper/douyin";
import {
	JetStreamApiCodes,
	JetStreamApiError,
	type JetStreamManager,
	type StreamConfig,
	type StreamInfo,
} from "@nats-io/jetstream";
import type { StreamLoss, Unsubscribe } from "../event-log.ts";
import type { JetStreamEventLogOptions } from "./options.ts";
import { InDoubt } from "./room-subject.ts";

export type StreamOptions = Partial<StreamConfig> & Pick<StreamConfig, "name" | "num_replicas">;

export interface StreamKeeperOptions {
	/** With a short timeout: it is asked again soon. */
	jsm: JetStreamManager;
	clock: Clock;
	logger: JetStreamEventLogOptions["logger"];
	/** For this long a stream has to look the same before it counts as lost, ms. */
	doubtMs: number;
}

/** Contents that this node knows a stream had. */
interface Seen {
	/** When NATS made it: two streams of one name differ in it. */
	created: string;
	lastSequence: number;
	/** ms since the epoch. */
	at: number;
}

interface Kept {
	config: StreamOptions;
	seen: Seen | undefined;
	/** Since when its leader says that something is missing, by the monotonic clock, ms. */
	doubtSince: number | undefined;
	loss: StreamLoss | undefined;
	/** How often it was lost. */
	losses: number;
	/** Sequence of its first message, or above: what is below was deleted, or is of a stream before it. */
	firstSequence: number;
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

const lookAgainMs = 500;
const lookEveryMs = 2_000;
/** Number of unanswered looks in a row before a stream fails: one is a leader's election. */
const mostFailures = 2;
const alreadyThere = 10_058;

/**
 * Makes the streams of a cluster where they are missing, and reports whether they answer, and whether they lost something.
 * It deletes none: what an operator no longer wants, the operator deletes. Which numbers a room may still give is decided
 * by each room's own log (`room-writer.ts`), whatever is known here.
 *
 * A stream that is made again has sequences above those of the one before it, by the rule for numbers: the time in ms.
 */
export class StreamKeeper {
	readonly #options: StreamKeeperOptions;
	readonly #streams = new Map<string, Kept>();
	readonly #timer: Timer;
	#onFailed: (stream: string, error: unknown) => void = () => undefined;
	#onAnswered: (stream: string) => void = () => undefined;
	#closed = false;

	constructor(options: StreamKeeperOptions) {
		this.#options = options;
		this.#timer = options.clock.every(lookEveryMs, () => this.#lookAtAll());
	}

	/**
	 * Keeps a stream, and makes it where it is missing.
	 * @param wasThere whether it was there before, so that its loss is reported
	 */
	async ensure(config: StreamOptions, wasThere = false): Promise<void> {
		const kept: Kept = {
			...{ config, seen: undefined, doubtSince: undefined, loss: undefined, losses: 0, firstSequence: 1 },
			...{
				failures: 0,
				look: undefined,
				next: undefined,
				restore: async () => undefined,
				prove: async () => undefined,
			},
			listeners: new Set<() => void>(),
		};
		let info = await this.#find(config.name);
		const isMissing = info === undefined;
		info ??= await this.#make(config, wasThere);
		this.#note(kept, info, 0);
		this.#streams.set(config.name, kept);
		if (isMissing && wasThere) this.#lost(config.name, kept, { found: "missing", at: this.#options.clock.now() });
	}

	/** The streams that have lost something, as far as this node has seen. */
	get losses(): { stream: string; loss: StreamLoss }[] {
		return Array.from(this.#streams).flatMap(([stream, { loss }]) => (loss ? { stream, loss } : []));
	}

	/** How often this node has seen the stream lost: what was read before the last time says nothing. */
	lossesOf(stream: string): number {
		return this.#streams.get(stream)?.losses ?? 0;
	}

	/** What a replica still has below this was deleted, or is of a stream of this name before it. */
	firstSequence(stream: string): number {
		return this.#streams.get(stream)?.firstSequence ?? 1;
	}

	/** Looks at the stream now, after this call. @throws InDoubt while its leader says that something is missing; what NATS throws */
	async fresh(stream: string): Promise<void> {
		const kept = this.#streams.get(stream);
		if (kept) await this.#lookAfterNow(stream, kept);
	}

	/** A message was stored under this sequence. */
	stored(stream: string, sequence: number): void {
		const seen = this.#streams.get(stream)?.seen;
		if (!seen) return;
		seen.lastSequence = Math.max(seen.lastSequence, sequence);
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

	/** Calls back when the stream was lost: what watches it has to begin again. */
	onLost(stream: string, listener: () => void): Unsubscribe {
		const listeners = this.#streams.get(stream)?.listeners;
		listeners?.add(listener);
		return () => void listeners?.delete(listener);
	}

	/** Has it reported when a stream can't be read or written, and when it can again. */
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
			if (error instanceof InDoubt) this.#options.clock.after(lookAgainMs, () => void this.#health(name, kept));
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

	async #look(name: string, kept: Kept): Promise<void> {
		// Noted before the leader is asked: acks go on raising what is kept while the answer is on its way.
		const before = kept.seen && { ...kept.seen };
		let info = await this.#find(name);
		const found = compare(before, info);
		if (!found) {
			kept.doubtSince = undefined;
			if (info) this.#note(kept, info, before?.lastSequence ?? 0);
			return;
		}
		kept.doubtSince ??= performance.now();
		if (performance.now() - kept.doubtSince < this.#options.doubtMs)
			throw new InDoubt(`The stream ${name} looks ${found}`);
		info ??= await this.#make(kept.config, true);
		// Where that fails it still looks lost, and the next look writes it back again.
		await kept.restore();
		kept.seen = undefined;
		this.#note(kept, info, 0);
		kept.doubtSince = undefined;
		const now = this.#options.clock.now();
		this.#lost(name, kept, { found, at: now, ...(before && { since: Math.min(before.at, now) }) });
	}

	#note(kept: Kept, { created, state }: StreamInfo, known: number): void {
		const { seen } = kept;
		const lastSequence = Math.max(state.last_seq, known, seen?.created === created ? seen.lastSequence : 0);
		kept.seen = { created, lastSequence, at: this.#options.clock.now() };
		kept.firstSequence = state.first_seq;
	}

	#lost(stream: string, kept: Kept, loss: StreamLoss): void {
		kept.loss = loss;
		kept.losses++;
		const since = loss.since === undefined ? undefined : new Date(loss.since).toISOString();
		this.#options.logger.error({ event: "stream_lost", stream, found: loss.found, since });
		for (const listener of kept.listeners) listener();
	}

	async #find(name: string): Promise<StreamInfo | undefined> {
		try {
			return await this.#options.jsm.streams.info(name);
		} catch (error) {
			if (isNotFound(error)) return undefined;
			throw error;
		}
	}

	/** Makes it, unless another node was first, whose stream it is then. @param isAgain its sequences go on above the time */
	async #make(config: StreamOptions, isAgain: boolean): Promise<StreamInfo> {
		const { jsm, clock } = this.#options;
		try {
			const info = await jsm.streams.add(config);
			if (!isAgain) return info;
			// Not by `first_seq`: nats-server 2.10.27 deletes all messages of such a stream whenever it starts.
			await jsm.streams.purge(config.name, { seq: Math.trunc(clock.now()) });
			return await jsm.streams.info(config.name);
		} catch (error) {
			if (!(error instanceof JetStreamApiError) || error.code !== alreadyThere) throw error;
			return jsm.streams.info(config.name);
		}
	}
}

/** Whether a request was refused since there is no such stream. */
export function isNotFound(error: unknown): boolean {
	return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;
}

/** Names what a stream lacks of its known contents; `undefined`: nothing. @param info `undefined`: there is none */
function compare(seen: Seen | undefined, info: StreamInfo | undefined): StreamLoss["found"] | undefined {
	if (!seen) return undefined;
	if (!info) return "missing";
	if (info.created !== seen.created) return "younger";
	return info.state.last_seq < seen.lastSequence ? "shorter" : undefined;
}
