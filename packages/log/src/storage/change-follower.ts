import { type Clock, sleep } from "@livekeeper/douyin";

export interface ChangeFollowerOptions {
	clock: Clock;
	/** Delay before a failed task is repeated, ms. */
	retryMs: number;
	/** Time for which changes are gathered before the next task runs, ms; default 0. */
	gatherMs?: number;
	/** Called when a task fails, unless the follower was stopped. */
	onError: (error: unknown) => void;
}

/**
 * Applies changes that other nodes made in {@link KeyValues}, whose watch reports which keys may have changed. Tasks run
 * one at a time. A task that is due several times runs once, and a failed one is repeated until it succeeds.
 * @example
 * ```ts
 * const follower = new ChangeFollower({ clock, retryMs: 1_000, onError });
 * follower.until(await kv.watch("token.*", () => follower.due("tokens", reload)));
 * ```
 */
export class ChangeFollower {
	readonly #options: ChangeFollowerOptions;
	readonly #due = new Map<string, () => Promise<void>>();
	readonly #over = new AbortController();
	readonly #ends: (() => void)[] = [];
	#running: Promise<void> | undefined;

	constructor(options: ChangeFollowerOptions) {
		this.#options = options;
	}

	/** @param end ends a watch; called when the follower is stopped */
	until(end: () => void): void {
		if (this.#over.signal.aborted) end();
		else this.#ends.push(end);
	}

	/** Runs a task soon. @param name a task that is due under the same name is replaced */
	due(name: string, task: () => Promise<void>): void {
		if (this.#over.signal.aborted) return;
		this.#due.set(name, task);
		this.#running ??= this.#run();
	}

	/** Resolves when no task is running. */
	async stop(): Promise<void> {
		this.#over.abort();
		for (const end of this.#ends.splice(0)) end();
		this.#due.clear();
		await this.#running;
	}

	async #run(): Promise<void> {
		const { clock, gatherMs = 0, retryMs, onError } = this.#options;
		const { signal } = this.#over;
		while (this.#due.size > 0) {
			if (gatherMs > 0) await sleep(clock, gatherMs, signal);
			const [next] = this.#due;
			if (!next) break;
			const [name, task] = next;
			this.#due.delete(name);
			try {
				await task();
			} catch (error) {
				if (signal.aborted) break;
				onError(error);
				// A task that became due meanwhile is newer.
				if (!this.#due.has(name)) this.#due.set(name, task);
				await sleep(clock, retryMs, signal);
			}
		}
		this.#running = undefined;
	}
}
