import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker, type WorkerOptions } from "node:worker_threads";
import type { Text } from "@livekeeper/base/text";
import { storageTexts } from "../../text/index.ts";
import type { Finding } from "./findings.ts";
import { type ErrorParts, fromParts } from "./store-error.ts";
import type { Call, Ready, Reply, ThreadRole } from "./thread-protocol.ts";

type AnyMethod = (...args: never[]) => unknown;

interface Pending {
	resolve: (value: never) => void;
	reject: (reason: Error) => void;
}

/** Host of a store: a `Worker`, or an object with the same interface. */
export interface StoreHost {
	on<T>(event: string, listener: (value: T) => void): unknown;
	off<T>(event: string, listener: (value: T) => void): unknown;
	postMessage(call: Call, transfer?: readonly ArrayBuffer[]): void;
	terminate(): Promise<unknown>;
}

/** Starts a store. Its first message is `Ready`. */
export type StartThread = (role: ThreadRole) => StoreHost;

/** Calls one of the store's threads from the main one: by name, answered in order. */
export class StoreThread<Calls extends { [K in keyof Calls]: AnyMethod }> {
	readonly #worker: StoreHost;
	readonly #pending = new Map<number, Pending>();
	#lost: Error | undefined;
	#nextId = 1;

	private constructor(worker: StoreHost) {
		this.#worker = worker;
		worker.on("message", (reply: Reply) => this.#settle(reply));
		worker.on("error", (error: Error) => this.#lose(storageTexts.threadFailed(error.message)));
		worker.on("exit", (code: number) => this.#lose(storageTexts.threadExited(code)));
	}

	/** @returns the thread once its database is open. @throws the error of opening it */
	static async start<Calls extends { [K in keyof Calls]: AnyMethod }>(
		role: ThreadRole,
		start: StartThread = startWorker,
	): Promise<{ thread: StoreThread<Calls>; findings: readonly Finding[] }> {
		const worker = start(role);
		const ready = await firstMessage(worker);
		if (ready.ready) return { thread: new StoreThread<Calls>(worker), findings: ready.findings };
		await worker.terminate();
		throw fromParts(ready.error);
	}

	/** @throws StoreError `store_thread_lost` if the thread is gone, and errors of the method */
	call<K extends keyof Calls & string>(
		method: K,
		...args: Parameters<Calls[K]>
	): Promise<Awaited<ReturnType<Calls[K]>>> {
		return this.give([], method, ...args);
	}

	/** Like {@link call}. @param memory of the arguments that is transferred to the thread, not copied */
	give<K extends keyof Calls & string>(
		memory: readonly ArrayBuffer[],
		method: K,
		...args: Parameters<Calls[K]>
	): Promise<Awaited<ReturnType<Calls[K]>>> {
		if (this.#lost) return Promise.reject(this.#lost);
		const id = this.#nextId++;
		return new Promise((resolve, reject) => {
			this.#pending.set(id, { resolve, reject });
			this.#worker.postMessage({ id, method, args } satisfies Call, memory);
		});
	}

	/** Ends the thread, even in the middle of a call; SQLite rolls back what was not committed. */
	async terminate(): Promise<void> {
		await this.#worker.terminate();
		this.#lose(storageTexts.threadEnded);
	}

	#settle(reply: Reply): void {
		const pending = this.#pending.get(reply.id);
		this.#pending.delete(reply.id);
		if ("error" in reply) pending?.reject(fromParts(reply.error));
		else pending?.resolve(reply.value as never);
	}

	#lose(why: Text): void {
		this.#lost ??= fromParts(lost(why));
		const pending = [...this.#pending.values()];
		this.#pending.clear();
		for (const { reject } of pending) reject(this.#lost);
	}
}

function lost(text: Text): ErrorParts {
	return { code: "store_thread_lost", message: text.en, text };
}

function firstMessage(worker: StoreHost): Promise<Ready> {
	return new Promise((resolve) => {
		const fail = (why: Text) => settle({ ready: false, error: lost(why) });
		const onError = (error: Error) => fail(storageTexts.threadFailed(error.message));
		const onExit = (code: number) => fail(storageTexts.threadExited(code));
		const settle = (ready: Ready) => {
			worker.off("message", settle);
			worker.off("error", onError);
			worker.off("exit", onExit);
			resolve(ready);
		};
		worker.on("message", settle);
		worker.on("error", onError);
		worker.on("exit", onExit);
	});
}

/** Starts the first writer's thread immediately, so that it loads its modules before it is known what to open. */
export function startEarly(): StartThread {
	let early: Worker | undefined = newWorker("writer");
	// It must not keep the process alive if it is never needed.
	early.unref();
	// A thread that dies before it is needed is replaced, and the replacement reports why it can't run.
	const forget = () => {
		early = undefined;
	};
	early.once("error", forget).once("exit", forget);
	return (role) => {
		if (role.role !== "writer" || !early) return startWorker(role);
		const worker = early;
		early = undefined;
		worker.ref();
		worker.postMessage(role);
		return worker;
	};
}

function startWorker(role: ThreadRole): Worker {
	const worker = newWorker(role.role);
	worker.postMessage(role);
	return worker;
}

/** Starts a thread. From sources (tests, tsx) a Node before 22.18 needs a loader for TypeScript; a build needs none. */
function newWorker(role: ThreadRole["role"]): Worker {
	const isInputType = (flag: string) => flag.startsWith("--input-type");
	// A thread inherits the flags of the process, and refuses this one.
	const execArgv = process.execArgv.some(isInputType) && process.execArgv.filter((flag) => !isInputType(flag));
	const options: WorkerOptions = { name: `event-log-${role}`, ...(execArgv && { execArgv }) };
	const fromSource = import.meta.url.endsWith(".ts");
	const file = new URL(fromSource ? "./thread.ts" : "./thread.js", import.meta.url);
	if (!fromSource || process.features.typescript) return new Worker(file, options);
	const loader = createRequire(import.meta.url).resolve("tsx/cjs/api");
	const boot = `require(${JSON.stringify(loader)}).register(); require(${JSON.stringify(fileURLToPath(file))});`;
	return new Worker(boot, { ...options, eval: true });
}
