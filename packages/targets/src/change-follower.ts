import { type Clock, sleep } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { RoomOwnership } from "./room-ownership.ts";
import type { TargetChange, TargetStore } from "./target-store.ts";

export interface FollowerDeps {
	store: Pick<TargetStore, "watch">;
	ownership: RoomOwnership;
	clock: Clock;
	logger: Pick<Logger, "error">;
	/** Delay before a retry if the store or the log failed, ms. */
	retryMs: number;
}

/** Actions that changes cause. */
export interface ChangeWork {
	/** Runs a target in its stored state. */
	target(id: string): Promise<void>;
	/** Runs all targets in their stored state. */
	all(): Promise<void>;
	/** Sends the queued dead letters. */
	letters(id: string): Promise<void>;
	/** Runs this node's targets in exactly the rooms that it owns now. */
	rooms(): Promise<void>;
}

/**
 * Follows changes by other nodes: targets in the store, and the owners of rooms. It does one thing at a time, and
 * nothing unnecessary.
 */
export class ChangeFollower {
	readonly #deps: FollowerDeps;
	readonly #work: ChangeWork;
	readonly #due = new Map<string, () => Promise<void>>();
	readonly #over = new AbortController();
	readonly #ends: (() => void)[] = [];
	#running: Promise<void> | undefined;

	constructor(deps: FollowerDeps, work: ChangeWork) {
		this.#deps = deps;
		this.#work = work;
	}

	/** Resolves once every further change is noticed. @throws whatever the store throws */
	async start(): Promise<void> {
		const { store, ownership } = this.#deps;
		this.#ends.push(ownership.onChange(() => this.roomsChanged()));
		this.#ends.push(await store.watch((change) => this.changed(change)));
	}

	/** Resolves when nothing is pending. */
	async stop(): Promise<void> {
		this.#over.abort();
		for (const end of this.#ends.splice(0)) end();
		this.#due.clear();
		await this.#running;
	}

	/** Handles a change, or retries one whose action failed. */
	changed(change: TargetChange): void {
		const { what } = change;
		if (what === "all") this.#add(what, () => this.#work.all());
		else this.#add(`${what} ${change.id}`, () => this.#work[what](change.id));
	}

	/** Handles rooms that are new, or moved from or to this node. */
	roomsChanged(): void {
		this.#add("rooms", () => this.#work.rooms());
	}

	#add(name: string, work: () => Promise<void>): void {
		if (this.#over.signal.aborted) return;
		this.#due.set(name, work);
		this.#running ??= this.#run();
	}

	async #run(): Promise<void> {
		for (let next = this.#next(); next; next = this.#next()) {
			const [name, work] = next;
			try {
				await work();
			} catch (error) {
				await this.#failed(error);
				if (!this.#over.signal.aborted) this.#due.set(name, work);
			}
		}
		this.#running = undefined;
	}

	#next(): [string, () => Promise<void>] | undefined {
		const [next] = this.#due;
		if (next) this.#due.delete(next[0]);
		return next;
	}

	async #failed(error: unknown): Promise<void> {
		const { logger, clock, retryMs } = this.#deps;
		logger.error({ event: "target_changes_failed", err: error, retry_ms: retryMs });
		await sleep(clock, retryMs, this.#over.signal);
	}
}
