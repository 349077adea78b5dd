import type { Deliveries, Parcel } from "./courier.ts";
import { type Entry, EntryMaker } from "./entries.ts";
import { keptTypes, type MsgType } from "./platform-options.ts";

/** Maximum number of failed entries kept of each broadcast and kind (the first ones), and for how long. */
const maxFailed = 100_000;
const failedForMs = 86_400_000;

/** Outcome of a task's entries, by `msg_id`, in order of time. */
export interface TaskTruth {
	roomId: string;
	type: MsgType;
	running: boolean;
	/** All that were produced while the task ran. */
	happened: string[];
	delivered: string[];
	/** Those that could be looked up. */
	failed: string[];
	/** Those that are lost: undelivered comments or likes, or failures beyond the maximum. */
	lost: string[];
	/** Those that the app acknowledged, by `ack_type`. */
	received: string[];
	processed: string[];
}

/** One app's task for one kind of data in one broadcast. */
export class PushTask implements Deliveries {
	readonly id: string;
	readonly roomId: string;
	readonly liveId: string;
	readonly type: MsgType;
	running = true;
	readonly #maker: EntryMaker;
	readonly #fresh: Entry[] = [];
	readonly #happened: string[] = [];
	readonly #delivered: string[] = [];
	readonly #lost: string[] = [];
	readonly #received = new Set<string>();
	readonly #processed = new Set<string>();
	readonly #now: () => number;
	#failed: { entry: Entry; at: number }[] = [];

	constructor(of: { id: string; appId: string; liveId: string; roomId: string; type: MsgType }, now: () => number) {
		this.id = of.id;
		this.liveId = of.liveId;
		this.roomId = of.roomId;
		this.type = of.type;
		this.#maker = new EntryMaker(of.appId, of.roomId, of.type);
		this.#now = now;
	}

	get maker(): EntryMaker {
		return this.#maker;
	}

	/** Adds an entry to be sent. */
	add(entry: Entry): void {
		this.#fresh.push(entry);
		this.#happened.push(entry.msg_id);
	}

	/** Returns the entries to be sent since the last call. */
	take(): Parcel | undefined {
		if (this.#fresh.length === 0) return undefined;
		return { roomId: this.roomId, type: this.type, entries: this.#fresh.splice(0), to: this };
	}

	delivered(entries: readonly Entry[]): void {
		for (const { msg_id: id } of entries) this.#delivered.push(id);
	}

	failed(entries: readonly Entry[]): void {
		for (const entry of entries) {
			if (keptTypes.has(this.type) && this.#failed.length < maxFailed) this.#failed.push({ entry, at: this.#now() });
			else this.#lost.push(entry.msg_id);
		}
	}

	/** Returns failed deliveries; `page` from 1. */
	page(page: number, size: number): { total: number; entries: Entry[] } {
		this.#failed = this.#failed.filter(({ at }) => this.#now() - at < failedForMs);
		const entries = this.#failed.slice((page - 1) * size, page * size).map(({ entry }) => entry);
		return { total: this.#failed.length, entries };
	}

	acknowledge(id: string, ackType: 1 | 2): void {
		(ackType === 1 ? this.#received : this.#processed).add(id);
	}

	truth(): TaskTruth {
		return {
			roomId: this.roomId,
			type: this.type,
			running: this.running,
			happened: [...this.#happened],
			delivered: [...this.#delivered],
			failed: this.#failed.map(({ entry }) => entry.msg_id),
			lost: [...this.#lost],
			received: [...this.#received],
			processed: [...this.#processed],
		};
	}
}
