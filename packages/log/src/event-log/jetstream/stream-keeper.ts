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
	/** Has a short timeout, because it is soon asked again. */
	jsm: JetStreamManager;
	/** Clock of this machine. */
	clock: Clock;
	logger: JetStreamEventLogOptions["logger"];
	/** Time for which a stream must look the same before it counts as lost, ms. */
	doubtMs: number;
}

/** Content that a stream is known to have had. */
interface Seen {
	/** Creation time in NATS, by which two streams of one name differ. */
	created: string;
	lastSequence: number;
	/** Time of the look, ms since the epoch. */
	at: number;
}

interface Kept {
	config: StreamOptions;
	seen: Seen | undefined;
	/** Since when its leader reports missing data, by the monotonic clock, ms. */
	doubtSince: number | undefined;
	loss: StreamLoss | undefined;
	/** Number of times it was lost. */
	losses: number;
	/** Sequence of its first message, or above. Lower ones were deleted, or belong to a previous stream. */
	firstSequence: number;
	/** Failed looks in a row. */
	failures: number;
	/** The current look, and the one after it. */
	look: Promise<void> | undefined;
	next: Promise<void> | undefined;
	/** Writes back its content as this node knows it. */
	restore: () => Promise<void>;
	/** Checks that it accepts messages. */
	prove: () => Promise<void>;
	listeners: Set<() => void>;
}

const retryMs = 500;
const lookEveryMs = 2_000;
/** Number of unanswered looks in a row before a stream fails: a single one is a leader's election. */
const maxFailures = 2;
const alreadyThere = 10_058;

/**
 * Creates missing streams of a cluster, and reports whether they answer, and whether they lost data. Deletes none:
 * streams that are no longer needed are deleted by the operator. Each room's own log decides which numbers it may still
 * assign (`room-writer.ts`), whatever is known here.
 *
 * A recreated stream has sequences above those of its predecessor, by the rule for numbers: the time in ms.
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
	 * Keeps a stream, and creates it if it is missing.
	 * @param wasThere whether it existed before, so that its loss is reported
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

	/** Clock by which NATS is waited for. */
	get clock(): Clock {
		return this.#options.clock;
	}

	/** Streams that have lost data, as far as this node has seen. */
	get losses(): { stream: string; loss: StreamLoss }[] {
		return Array.from(this.#streams).flatMap(([stream, { loss }]) => (loss ? { stream, loss } : []));
	}

	/** Number of times this node has seen the stream lost. A read from before the last loss proves nothing. */
	lossesOf(stream: string): number {
		return this.#streams.get(stream)?.losses ?? 0;
	}

	/** Sequence below which a replica's messages were deleted, or belong to a previous stream of this name. */
	firstSequence(stream: string): number {
		return this.#streams.get(stream)?.firstSequence ?? 1;
	}

	/** Checks the stream after this call. @throws InDoubt while its leader reports missing data; errors of NATS */
	async fresh(stream: string): Promise<void> {
		const kept = this.#streams.get(stream);
		if (kept) await this.#lookAfterNow(stream, kept);
	}

	/** Notes that a message was stored under this sequence. */
	stored(stream: string, sequence: number): void {
		const seen = this.#streams.get(stream)?.seen;
		if (!seen) return;
		seen.lastSequence = Math.max(seen.lastSequence, sequence);
		seen.at = this.#options.clock.now();
	}

	/** Registers a function that writes a lost stream's known content back, before the stream counts as whole again. */
	onRestore(stream: string, restore: () => Promise<void>): void {
		const kept = this.#streams.get(stream);
		if (kept) kept.restore = restore;
	}

	/** Registers a check that the stream accepts messages, made with each look. */
	onProve(stream: string, prove: () => Promise<void>): void {
		const kept = this.#streams.get(stream);
		if (kept) kept.prove = prove;
	}

	/** Calls back when the stream was lost: its watchers have to start again. */
	onLost(stream: string, listener: () => void): Unsubscribe {
		const listeners = this.#streams.get(stream)?.listeners;
		listeners?.add(listener);
		return () => void listeners?.delete(listener);
	}

	/** Registers callbacks for streams that can't be read or written, and for their recovery. */
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
			if (++kept.failures >= maxFailures) this.#onFailed(name, error);
			if (error instanceof InDoubt) this.#options.clock.after(retryMs, () => void this.#health(name, kept));
		}
	}

	/** Callers that ask at the same time share one look, which begins after each of them has asked. */
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
		// Noted before the leader is asked, because acks continue to raise the known content while the answer is on its
		// way.
		const before = kept.seen && { ...kept.seen };
		let info = await this.#find(name);
		const found = compare(before, info);
		if (!found) {
			kept.doubtSince = undefined;
			if (info) this.#note(kept, info, before?.lastSequence ?? 0);
			return;
		}
		kept.doubtSince ??= this.#options.clock.elapsed();
		if (this.#options.clock.elapsed() - kept.doubtSince < this.#options.doubtMs)
			throw new InDoubt(`The stream ${name} looks ${found}`);
		info ??= await this.#make(kept.config, true);
		// If that fails, the stream still looks lost, and the next look writes it back again.
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

	/**
	 * Creates the stream, or uses another node's if that was first.
	 * @param isAgain whether its sequences start above the time
	 */
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

/** Whether a request was refused because there is no such stream. */
export function isNotFound(error: unknown): boolean {
	return error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;
}

/**
 * Compares a stream with its known content; `undefined`: nothing is missing.
 * @param info `undefined`: there is no stream
 */
function compare(seen: Seen | undefined, info: StreamInfo | undefined): StreamLoss["found"] | undefined {
	if (!seen) return undefined;
	if (!info) return "missing";
	if (info.created !== seen.created) return "younger";
	return info.state.last_seq < seen.lastSequence ? "shorter" : undefined;
}
