import { counts, type Placed, positionAfter } from "../../event-log/jetstream/claim.ts";
import type { Head } from "../../event-log/jetstream/message.ts";
import { Names } from "../../event-log/jetstream/names.ts";
import type { VirtualTime } from "./virtual-time.helpers.ts";

/** What servers are asked for. */
export type Operation = "renewal" | "view read" | "append" | "claim" | "refused" | "leader read" | "direct read";

export interface LogServersOptions {
	time: VirtualTime;
	liveIds: readonly string[];
	partitions: number;
	/** So much do the servers of all partitions serve together. */
	appendsPerSecond: number;
	readsPerSecond: number;
	/** Whether an append names the message that it follows, and is refused behind another. */
	fenced: boolean;
	/** A claim was stored. */
	onClaim: (room: number, head: Head) => void;
}

/** How many broken logs are described in words. */
const mostTold = 20;

/** The streams of all partitions, of each room the newest message alone: what every append is checked against. */
export class LogServers {
	readonly counts = new Map<Operation, number>();
	/** Of each operation how many fell into each second. */
	readonly perSecond = new Map<Operation, number[]>();
	/** Messages that lie where none of theirs may lie. */
	readonly broken: string[] = [];
	readonly #options: LogServersOptions;
	readonly #newest: (Placed | undefined)[] = [];
	readonly #partitions: Uint8Array;
	/** When each partition has done what it was asked for, ms: of appends and of reads. */
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
	 * Does what is asked of the room's partition when its turn comes.
	 * @param wayMs time that the request is under way. @returns in how many ms it is done
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

	/** @returns its sequence; `undefined`: the room's newest message is another than expected */
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

	/** Whether a message may lie behind another: two epochs never interleave, numbers have no hole. */
	#judge(room: number, before: Head, head: Head): void {
		const isNext = head.epoch === before.epoch && head.owner === before.owner && head.n === before.n + 1;
		const isClaim = head.kind === "claim" && head.n === 0 && head.epoch > before.epoch && head.view >= before.view;
		const isWhole = head.next - head.count === before.next && counts(positionAfter(before), head);
		if ((isNext || isClaim) && isWhole) return;
		const told = ({ kind, epoch, owner, view, n, next }: Head) => JSON.stringify({ kind, epoch, owner, view, n, next });
		if (this.broken.length < mostTold) this.broken.push(`room ${room}: ${told(head)} lies behind ${told(before)}`);
		else this.broken[mostTold] = "and more";
	}
}
