import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

/**
 * Flags of helpers, without this process's own: its loader names every function by `defineProperty`, 256 bytes for each
 * closure. Node removes the types by itself, and only the program is measured.
 */
const flagsOfHelpers = [
	"--conditions=livekeeper-source",
	"--experimental-strip-types",
	"--disable-warning=ExperimentalWarning",
	"--expose-gc",
];

/** A program of this folder in a process of its own, which answers each order once. */
export class Helper<Order extends { do: string }, Answer extends { done: string }> {
	readonly #child: ChildProcess;

	/**
	 * @param url address of the file; it ends when it is disconnected
	 * @param flags flags of Node, in addition to the common ones
	 */
	constructor(url: URL, flags: readonly string[] = []) {
		this.#child = fork(url, { execArgv: [...flagsOfHelpers, ...flags] });
	}

	get pid(): number {
		return this.#child.pid ?? 0;
	}

	/** @throws Error if it ends instead of answering */
	async order<Done extends Order["do"]>(given: Extract<Order, { do: Done }>): Promise<Extract<Answer, { done: Done }>> {
		this.#child.send(given);
		const answered = new AbortController();
		const { signal } = answered;
		const exited = once(this.#child, "exit", { signal }).then(([code]) => {
			throw new Error(`${this.#child.spawnfile} ended with ${code}`);
		});
		try {
			const messages = once(this.#child, "message", { signal });
			const [answer] = (await Promise.race([messages, exited])) as [Extract<Answer, { done: Done }>];
			return answer;
		} finally {
			exited.catch(() => undefined);
			answered.abort();
		}
	}

	/** Lets it end by itself. */
	async close(): Promise<void> {
		const exited = once(this.#child, "exit");
		this.#child.disconnect();
		await exited;
	}
}

/** For such a program: answers each order, and ends with its parent, or with an error that it prints. */
export function obeyOrders<Order>(obey: (order: Order) => Promise<unknown>): void {
	process.on("message", (order: Order) => {
		obey(order).then(
			(answer) => process.send?.(answer),
			(error: unknown) => {
				console.error(error);
				process.exit(1);
			},
		);
	});
	process.on("disconnect", () => process.exit(0));
}
