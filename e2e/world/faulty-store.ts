import type { Timer } from "@livekeeper/douyin";
import type { StartThread, StoreHost } from "../../packages/livekeeper/src/event-log/sqlite/store-thread.ts";
import type { Call, Reply, ThreadRole } from "../../packages/livekeeper/src/event-log/sqlite/thread-protocol.ts";
import type { Scheduler } from "./scheduler.ts";

/** What is wrong with a store: it refuses to write, answers late, or writes and loses the answer. */
export type StoreFault =
	| { kind: "full" | "read_only" | "io_error" | "lost_answers"; forMs: number }
	| { kind: "slow"; forMs: number; ms: number };

const codes = { full: "SQLITE_FULL", read_only: "SQLITE_READONLY", io_error: "SQLITE_IOERR_WRITE" } as const;

/** Calls of the writer that change nothing, or end it. */
const harmless: readonly string[] = ["close", "liveIds", "newestStoredAt", "rooms", "backupProgress"];

/** Stands between a log and its store, which it makes refuse, wait or lose an answer. */
export class FaultyStore {
	readonly #scheduler: Scheduler;
	readonly #start: StartThread;
	readonly #hosts = new Set<FaultyHost>();
	#fault: StoreFault | undefined;
	#end: Timer | undefined;
	/** When it was disturbed, ms since the world began. */
	readonly #disturbed: { from: number; to: number }[] = [];

	constructor(scheduler: Scheduler, start: StartThread) {
		this.#scheduler = scheduler;
		this.#start = start;
	}

	/** Starts the writer or the reader. */
	readonly startThread: StartThread = (role) => {
		const host = new FaultyHost(this.#start(role), role, this);
		this.#hosts.add(host);
		return host;
	};

	get scheduler(): Scheduler {
		return this.#scheduler;
	}

	get fault(): StoreFault | undefined {
		return this.#fault;
	}

	/** Whether it was disturbed at any time between the two, ms since the world began. */
	wasDisturbed(from: number, to: number): boolean {
		return this.#disturbed.some((spell) => spell.from <= to && spell.to >= from);
	}

	strike(fault: StoreFault): void {
		this.calm();
		this.#fault = fault;
		this.#disturbed.push({ from: this.#scheduler.elapsed, to: Number.POSITIVE_INFINITY });
		this.#scheduler.trace.note(this.#scheduler.elapsed, `store ${fault.kind}`);
		this.#end = this.#scheduler.after(fault.forMs, () => this.calm(), "store is fine");
	}

	calm(): void {
		this.#end?.cancel();
		const last = this.#disturbed.at(-1);
		if (this.#fault && last) last.to = this.#scheduler.elapsed;
		this.#fault = undefined;
	}

	/** The process has died: no call goes in, no answer comes out. */
	async kill(): Promise<void> {
		for (const host of this.#hosts) host.die();
		await Promise.all(Array.from(this.#hosts, (host) => host.terminate()));
		this.#hosts.clear();
	}
}

/** One thread of a faulty store. Answers keep the order of their calls. */
class FaultyHost implements StoreHost {
	readonly #host: StoreHost;
	readonly #isWriter: boolean;
	readonly #store: FaultyStore;
	readonly #listeners = new Map<unknown, (value: never) => void>();
	readonly #messages = new Set<(value: unknown) => void>();
	/** Calls whose answers are lost. */
	readonly #unanswered = new Set<number>();
	#freeAt = 0;
	#isDead = false;

	constructor(host: StoreHost, role: ThreadRole, store: FaultyStore) {
		this.#host = host;
		this.#isWriter = role.role === "writer";
		this.#store = store;
	}

	on<T>(event: string, listener: (value: T) => void): void {
		const passed = (value: T) => {
			if (this.#isDead || this.#loses(value)) return;
			listener(value);
		};
		this.#listeners.set(listener, passed as (value: never) => void);
		if (event === "message") this.#messages.add(listener as (value: unknown) => void);
		this.#host.on(event, passed);
	}

	off<T>(event: string, listener: (value: T) => void): void {
		this.#messages.delete(listener as (value: unknown) => void);
		this.#host.off(event, (this.#listeners.get(listener) ?? listener) as (value: T) => void);
		this.#listeners.delete(listener);
	}

	postMessage(call: Call, transfer?: readonly ArrayBuffer[]): void {
		if (this.#isDead) return;
		const { fault, scheduler } = this.#store;
		const strikes = fault && this.#isWriter && !harmless.includes(call.method) ? fault : undefined;
		if (strikes && strikes.kind in codes) {
			const code = codes[strikes.kind as keyof typeof codes];
			this.#later(0, () => this.#answer({ id: call.id, error: { code, message: `made up: ${strikes.kind}` } }));
			return;
		}
		if (strikes?.kind === "lost_answers" && call.method === "commit") this.#unanswered.add(call.id);
		// Memory that goes along may not be given twice.
		if (strikes?.kind === "slow") this.#later(strikes.ms, () => this.#host.postMessage(call, transfer));
		else if (this.#freeAt > scheduler.elapsed) this.#later(0, () => this.#host.postMessage(call, transfer));
		else this.#host.postMessage(call, transfer);
	}

	terminate(): Promise<unknown> {
		return this.#host.terminate();
	}

	die(): void {
		this.#isDead = true;
	}

	/** An answer is lost as a broken disk loses it: what was written may be there or not. */
	#loses(value: unknown): boolean {
		const { id } = value as Partial<Reply>;
		if (id === undefined || !this.#unanswered.delete(id)) return false;
		this.#later(50, () => this.#answer({ id, error: { code: "SQLITE_IOERR_FSYNC", message: "made up: answer lost" } }));
		return true;
	}

	#answer(reply: Reply): void {
		for (const listener of this.#messages) listener(reply);
	}

	#later(ms: number, run: () => void): void {
		const { scheduler } = this.#store;
		this.#freeAt = Math.max(this.#freeAt, scheduler.elapsed + ms);
		scheduler.after(this.#freeAt - scheduler.elapsed, () => this.#isDead || run(), "store");
	}
}
