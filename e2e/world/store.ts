import type { Timer } from "@livekeeper/douyin";
import { FaultyStore } from "../../packages/log/src/event-log/sqlite/faulty-store.helpers.ts";
import type { Scheduler } from "./scheduler.ts";

/** A fault of a store: it refuses to write, does not answer, or loses an answer. */
export type StoreFault =
	| { kind: "full" | "read_only" | "io_error" | "hanging"; forMs: number }
	| { kind: "lost_answer" };

const codes = { full: "SQLITE_FULL", read_only: "SQLITE_READONLY", io_error: "SQLITE_IOERR_WRITE" } as const;

/** The part of a commit that is damaged: blocks, each in the bytes from the end of the one before. */
interface Commit {
	entries: readonly { liveId: string; firstSeq: number; lastSeq: number; end: number }[];
	bytes: Uint8Array;
}

/** Maximum number of commits that a store refuses, beside one each so often, ms: a restart begins with short waits again. */
const maxRetries = 25;
const retryEveryMs = 4_000;

/** The store of a world, in memory, with faults that begin and end on its time. */
export class WorldStore {
	readonly #scheduler: Scheduler;
	readonly #store = new FaultyStore();
	#end: Timer | undefined;
	#afterCommit: (() => void) | undefined;
	/** When it was disturbed, ms since the world began. */
	readonly #disturbed: { from: number; to: number }[] = [];
	readonly complaints: string[] = [];
	#flip: { liveId: string; place: number; onFlipped: (from: number, to: number) => void } | undefined;
	/** Number of commits tried while it refuses to write, and when that began. */
	#refused: { from: number; commits: number } | undefined;

	constructor(scheduler: Scheduler) {
		this.#scheduler = scheduler;
	}

	/** Starts the writer or the reader. */
	readonly startThread: FaultyStore["startThread"] = (role) => {
		const host = this.#store.startThread(role);
		const commits = new Set<number>();
		const post = host.postMessage.bind(host);
		host.postMessage = (call, transfer) => {
			if (call.method === "commit") {
				commits.add(call.id);
				if (this.#refused) this.#refused.commits++;
				this.#damage(call.args[0] as Commit);
			}
			post(call, transfer);
		};
		host.on("message", (message: object) => {
			if ("id" in message && commits.delete(message.id as number)) this.#committed();
		});
		return host;
	};

	/** Calls `fn` as soon as the next commit is answered, before the service knows. */
	afterCommit(fn: () => void): void {
		this.#afterCommit = fn;
	}

	/** Whether it was disturbed at any time between the two, ms since the world began. */
	wasDisturbed(from: number, to: number): boolean {
		return this.#disturbed.some((spell) => spell.from <= to && spell.to >= from);
	}

	strike(fault: StoreFault): void {
		this.calm();
		this.#disturbed.push({ from: this.#scheduler.elapsed, to: Number.POSITIVE_INFINITY });
		if (fault.kind === "lost_answer") {
			this.#store.loseAnswer();
			this.#end = this.#scheduler.after(60_000, () => this.calm(), "store");
			return;
		}
		if (fault.kind === "hanging") this.#store.hang();
		else {
			this.#store.refuse(codes[fault.kind]);
			this.#refused = { from: this.#scheduler.elapsed, commits: 0 };
		}
		this.#end = this.#scheduler.after(fault.forMs, () => this.calm(), "store");
	}

	/**
	 * Flips a bit of the next block of a room.
	 * @param place in its bytes, modulo their number
	 * @param onFlipped receives the numbers of the block's first and last event
	 */
	flip(liveId: string, place: number, onFlipped: (from: number, to: number) => void): void {
		this.#flip = { liveId, place, onFlipped };
	}

	/** Ends all faults. */
	calm(): void {
		this.#end?.cancel();
		this.#end = undefined;
		const last = this.#disturbed.at(-1);
		if (last) last.to = Math.min(last.to, this.#scheduler.elapsed);
		this.#store.mend();
		this.#judgeRetries();
	}

	/** A store that refuses is asked less and less often. */
	#judgeRetries(): void {
		const { from = 0, commits = 0 } = this.#refused ?? {};
		this.#refused = undefined;
		const forMs = this.#scheduler.elapsed - from;
		if (commits > maxRetries + forMs / retryEveryMs)
			this.complaints.push(`${commits} commits were tried in the ${forMs} ms in which the store refused them`);
	}

	/** Removes the callback that waits for the next commit. */
	forgetCommit(): void {
		this.#afterCommit = undefined;
	}

	/** Lets everything written so far reach the disk. */
	sync(): Promise<void> {
		return this.#store.sync();
	}

	/** The process has died: no call goes in, no answer comes out. */
	kill(): Promise<void> {
		return this.#store.kill();
	}

	/** The power has failed: what was written since {@link sync} is lost. */
	async cutPower(): Promise<void> {
		this.calm();
		this.#disturbed.push({ from: this.#scheduler.elapsed, to: this.#scheduler.elapsed });
		await this.#store.cutPower();
	}

	#damage({ entries, bytes }: Commit): void {
		const { liveId, place, onFlipped } = this.#flip ?? {};
		const index = entries.findIndex((one) => one.liveId === liveId && one.lastSeq >= one.firstSeq);
		const entry = entries[index];
		if (!entry || place === undefined) return;
		this.#flip = undefined;
		const begin = entries[index - 1]?.end ?? 0;
		const at = begin + (place % (entry.end - begin));
		bytes[at] = (bytes[at] ?? 0) ^ 1;
		onFlipped?.(entry.firstSeq, entry.lastSeq);
	}

	#committed(): void {
		const fn = this.#afterCommit;
		this.#afterCommit = undefined;
		fn?.();
	}
}
