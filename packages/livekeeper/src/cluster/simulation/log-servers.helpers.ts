import { counts, type Placed, positionAfter } from "@livekeeper/log/src/event-log/jetstream/claim.ts";
import type { Head } from "@livekeeper/log/src/event-log/jetstream/message.ts";
import { Names } from "@livekeeper/log/src/event-log/jetstream/names.ts";
import type { VirtualTime } from "./virtual-time.helpers.ts";

/** Kind of a request to the servers. */
export type Operation = "renewal" | "view read" | "append" | "claim" | "refused" | "leader read" | "direct read";

export interface LogServersOptions {
	time: VirtualTime;
	liveIds: readonly string[];
	partitions: number;
	/** Capacity of the servers of all partitions together. */
	appendsPerSecond: number;
	readsPerSecond: number;
	/** Whether an append names the message before it, and is refused after another. */
	fenced: boolean;
	/** Called when a claim was stored. */
	onClaim: (room: number, head: Head) => void;
}

/** Maximum number of broken logs described in words. */
const maxDescribed = 20;

/** The streams of all partitions, with only each room's newest message, against which every append is checked. */
export class LogServers {
	readonly counts = new Map<Operation, number>();
	/** Number of each operation in each second. */
	readonly perSecond = new Map<Operation, number[]>();
	/** Messages at positions where they must not be. */
	readonly broken: string[] = [];
	readonly #options: LogServersOptions;
	readonly #newest: (Placed | undefined)[] = [];
	readonly #partitions: Uint8Array;
	/** Time at which each partition finishes its requests, ms: appends and reads. */
	readonly #appendsDone: Float64Array;
	readonly #readsDone: Float64Array;
	#sequence = 0;

	constructor(options: LogServersOptions) {
		const { liveIds, partitions } = options;
		const names = new Names("lk", partitions);
		this.#options = options;
		this.#partitions = Uint8Array.from(liveIds, (liveId) => names.partitionOf(liveId));
		this.#appendsDone = new Float64Array(partitions);
		this.#readsDone = new Float64Array(partitions);
	}

	newest(room: number): Placed | undefined {
		return this.#newest[room];
	}

	note(operation: Operation, times = 1): void {
		this.counts.set(operation, (this.counts.get(operation) ?? 0) + times);
		const seconds = this.perSecond.get(operation) ?? [];
		const second = Math.floor(this.#options.time.now / 1000);
		seconds[second] = (seconds[second] ?? 0) + times;
		this.perSecond.set(operation, seconds);
	}

	/**
	 * Serves a request of the room's partition in its turn.
	 * @param wayMs transit time of the request.
	 * @returns time until it is done, ms
	 */
	inTurn(kind: "append" | "read", room: number, times: number, wayMs: number, work: () => void): number {
		const { time, partitions, appendsPerSecond, readsPerSecond } = this.#options;
		const done = kind === "append" ? this.#appendsDone : this.#readsDone;
		const partition = this.#partitions[room] ?? 0;
		const perSecond = kind === "append" ? appendsPerSecond : readsPerSecond;
		const at = Math.max(done[partition] ?? 0, time.now + wayMs) + (1000 * times * partitions) / perSecond;
		done[partition] = at;
		time.after(at - time.now, work);
		return at - time.now;
	}

	/** @returns its sequence; `undefined` if the room's newest message is another than expected */
	append(room: number, head: Head, expected: number): number | undefined {
		const before = this.#newest[room];
		if (this.#options.fenced && (before?.sequence ?? 0) !== expected) {
			this.note("refused");
			return undefined;
		}
		this.note(head.kind === "claim" ? "claim" : "append");
		if (before) this.#judge(room, before.head, head);
		this.#newest[room] = { sequence: ++this.#sequence, head };
		if (head.kind === "claim") this.#options.onClaim(room, head);
		return this.#sequence;
	}

	/** Checks whether a message may follow another: two epochs never interleave, numbers have no hole. */
	#judge(room: number, before: Head, head: Head): void {
		const isNext = head.epoch === before.epoch && head.owner === before.owner && head.n === before.n + 1;
		const isClaim = head.kind === "claim" && head.n === 0 && head.epoch > before.epoch && head.view >= before.view;
		const isWhole = head.next - head.count === before.next && counts(positionAfter(before), head);
		if ((isNext || isClaim) && isWhole) return;
		const headText = ({ kind, epoch, owner, view, n, next }: Head) =>
			JSON.stringify({ kind, epoch, owner, view, n, next });
		if (this.broken.length < maxDescribed)
			this.broken.push(`room ${room}: ${headText(head)} lies behind ${headText(before)}`);
		else this.broken[maxDescribed] = "and more";
	}
}
