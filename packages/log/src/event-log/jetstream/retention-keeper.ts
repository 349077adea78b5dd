import type { Clock } from "@livekeeper/douyin";
import type { Retention } from "../event-log.ts";
import { anchorAfter } from "./claim.ts";
import type { LogStreams, StreamSize } from "./log-streams.ts";
import type { LogMessage } from "./message.ts";
import { type RoomSubject, WrongSequence } from "./room-subject.ts";
import type { Summaries } from "./summaries.ts";

export interface KeeperOptions {
	streams: LogStreams;
	summaries: Pick<Summaries, "settle">;
	clock: Clock;
}

export interface Upkeep {
	storedBytes: number;
	/** Whether another round is due immediately. */
	more: boolean;
}

/** Step of deletion, as a share of the retained amount: at each step, all rooms of a partition are examined. */
const slack = 1 / 168;
const noBody = new Uint8Array(0);

/**
 * Deletes messages beyond retention from the beginning of each stream, which costs the servers next to nothing. Before
 * that, each room whose newest message would be deleted gets a copy of it without its events, so that its numbers and
 * its cursor stay, and the deleted events are counted in the room's stored summary. Two keepers at once do no harm.
 */
export class RetentionKeeper {
	readonly #options: KeeperOptions;
	/** Sequence per room before which its messages may be deleted. */
	readonly #safe = new Map<string, number>();

	constructor(options: KeeperOptions) {
		this.#options = options;
		options.streams.onLost(() => this.#safe.clear());
	}

	async storedBytes(): Promise<number> {
		return totalOf(await this.#sizes());
	}

	async round(now: number, { maxAgeMs, maxBytes }: Retention): Promise<Upkeep> {
		const sizes = await this.#sizes();
		const storedBytes = totalOf(sizes);
		const firsts = await Promise.all(sizes.map((size, partition) => this.#firstOf(partition, size)));
		const tooOld = now - maxAgeMs;
		let more = false;
		for (const [partition, first] of firsts.entries()) {
			const size = sizes[partition];
			if (!first || !size || first.head.at >= tooOld - maxAgeMs * slack) continue;
			await this.#deleteBefore(partition, await this.#firstYounger(partition, size, tooOld));
			more = true;
		}
		if (more || storedBytes <= maxBytes) return { storedBytes, more };
		return { storedBytes, more: await this.#shrink(sizes, firsts, storedBytes - maxBytes * (1 - slack)) };
	}

	/** Deletes from the stream with the oldest message. @returns whether it could */
	async #shrink(sizes: readonly StreamSize[], firsts: readonly (LogMessage | undefined)[], excess: number) {
		let oldest: { partition: number; size: StreamSize; at: number } | undefined;
		for (const [partition, size] of sizes.entries()) {
			const at = firsts[partition]?.head.at;
			// Each room keeps at least one message.
			if (at === undefined || size.messages <= size.rooms || (oldest && oldest.at <= at)) continue;
			oldest = { partition, size, at };
		}
		if (!oldest) return false;
		const { partition, size } = oldest;
		const span = size.lastSequence - size.firstSequence;
		const share = Math.min(excess / size.bytes, 0.1);
		await this.#deleteBefore(partition, size.firstSequence + Math.max(1, Math.floor(span * share)));
		return true;
	}

	async #deleteBefore(partition: number, sequence: number): Promise<void> {
		const { streams } = this.#options;
		for (const liveId of await streams.rooms(partition)) {
			if ((this.#safe.get(liveId) ?? 0) < sequence) await this.#secure(liveId, sequence);
		}
		await streams.deleteBefore(partition, sequence);
	}

	/** Saves what is needed from the room's messages before this sequence. */
	async #secure(liveId: string, sequence: number): Promise<void> {
		const subject = this.#options.streams.room(liveId);
		const newest = await subject.newest();
		if (!newest) return;
		if (newest.sequence < sequence) await this.#anchor(liveId, subject, newest);
		await this.#options.summaries.settle(liveId, Math.min(sequence - 1, newest.sequence));
		this.#safe.set(liveId, sequence);
	}

	async #anchor(liveId: string, subject: RoomSubject, newest: LogMessage): Promise<void> {
		const head = anchorAfter(newest, this.#options.clock.now());
		const id = `${liveId}:anchor:${newest.sequence}`;
		try {
			await subject.append({ id, head, cursor: newest.cursor, body: noBody }, newest.sequence);
		} catch (error) {
			// There is already a newer one.
			if (!(error instanceof WrongSequence)) throw error;
		}
	}

	/**
	 * Returns the sequence of the first message that was stored at or after this time; the one after the last message
	 * if there is none.
	 */
	async #firstYounger(partition: number, { firstSequence, lastSequence }: StreamSize, time: number): Promise<number> {
		let low = firstSequence;
		let high = lastSequence + 1;
		while (low < high) {
			const middle = Math.floor((low + high) / 2);
			const message = await this.#options.streams.firstOf(partition, middle);
			if (!message || message.head.at >= time) high = middle;
			else low = message.sequence + 1;
		}
		return low;
	}

	async #firstOf(partition: number, { messages, firstSequence }: StreamSize): Promise<LogMessage | undefined> {
		return messages === 0 ? undefined : this.#options.streams.firstOf(partition, firstSequence);
	}

	#sizes(): Promise<StreamSize[]> {
		const { streams } = this.#options;
		return Promise.all(Array.from({ length: streams.names.partitions }, (_, partition) => streams.size(partition)));
	}
}

function totalOf(sizes: readonly StreamSize[]): number {
	return sizes.reduce((sum, { bytes }) => sum + bytes, 0);
}
