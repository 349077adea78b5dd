import { type Clock, sleep } from "@livekeeper/douyin";
import type { Logger } from "pino";
import type { RoomOwnership } from "./room-ownership.ts";
import type { TargetChange, TargetStore } from "./target-store.ts";

export interface FollowerDeps {
	store: Pick<TargetStore, "watch">;
	ownership: RoomOwnership;
	clock: Clock;
	logger: Pick<Logger, "error">;
	/** Where the store or the log failed, it is tried again after this, ms. */
	retryMs: number;
}

/** What is done about a change. */
export interface ChangeWork {
	/** Runs a target as the store now has it. */
	target(id: string): Promise<void>;
	/** The same for all of them. */
	all(): Promise<void>;
	/** Sends the dead letters that are queued. */
	letters(id: string): Promise<void>;
	/** Has this node at work in the rooms that it now owns, and in no others. */
	rooms(): Promise<void>;
}

/** Follows what others change: targets in the store, and who owns which room. It does one thing at a time, and nothing unnecessary. */
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

	/** Resolves once no change is missed any more. @throws what the store throws */
	async start(): Promise<void> {
		const { store, ownership } = this.#deps;
		this.#ends.push(ownership.onChange(() => this.roomsChanged()));
		this.#ends.push(await store.watch((change) => this.changed(change)));
	}

	/** Resolves when nothing is under way. */
	async stop(): Promise<void> {
		this.#over.abort();
		for (const end of this.#ends.splice(0)) end();
		this.#due.clear();
		await this.#running;
	}

	/** Something has changed, or what was to be done about it has failed. */
	changed(change: TargetChange): void {
		const { what } = change;
		if (what === "all") this.#add(what, () => this.#work.all());
		else this.#add(`${what} ${change.id}`, () => this.#work[what](change.id));
	}

	/** Rooms have come, or moved from or to this node. */
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
