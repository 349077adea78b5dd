import { EventEmitter } from "node:events";
import { MemoryStore } from "./memory-store.ts";
import { toParts } from "./store-error.ts";
import type { StartThread, StoreHost } from "./store-thread.ts";
import type { Call, Ready, Reply, ThreadRole } from "./thread-protocol.ts";

/** Calls that a disk refuses when it is full or read-only. */
const writes = ["commit", "upkeep", "repair", "saveProjections"];

/**
 * A store with faults on demand, for tests that need no disk of their own. It wraps what starts the writer and the
 * reader; without one, a memory.
 */
export class FaultyStore {
	#memory = new MemoryStore();
	#synced: MemoryStore | undefined;
	readonly #inner: StartThread | undefined;
	#hosts: FaultyHost[] = [];
	#refusal: string | undefined;
	#hangs = false;
	#losesAnswer = false;
	#flipped: number | undefined;

	/** @param inner default: a memory */
	constructor(inner?: StartThread) {
		this.#inner = inner;
	}

	readonly startThread: StartThread = (role) => {
		const host = new FaultyHost((this.#inner ?? this.#memory.startThread)(role), role.role, this);
		this.#hosts.push(host);
		return host;
	};

	/** Refuses to write from now on. @param code of SQLite: `SQLITE_FULL`, `SQLITE_READONLY`, `SQLITE_IOERR` */
	refuse(code: string): void {
		this.#refusal = code;
	}

	/** Ends all faults; calls that waited are answered. */
	mend(): void {
		this.#refusal = undefined;
		this.#hangs = false;
		this.#losesAnswer = false;
		this.#flipped = undefined;
		for (const host of this.#hosts) host.resume();
	}

	/** Receives no call to the writer from now on. */
	hang(): void {
		this.#hangs = true;
	}

	/** Stores the next commit, and dies before it answers. */
	loseAnswer(): void {
		this.#losesAnswer = true;
	}

	/** Flips a bit of the next commit on its way to the store. @param place in its bytes, modulo their number */
	flip(place: number): void {
		this.#flipped = place;
	}

	/** Lets everything written so far reach the disk. */
	async sync(): Promise<void> {
		this.#synced = await this.#memory.copy();
	}

	/** Ends writer and reader at once, like a kill. The next log continues with what was written. */
	async kill(): Promise<void> {
		for (const host of this.#hosts.splice(0)) await host.terminate();
	}

	/** As {@link kill}, and forgets what was written since {@link sync}. Ends all faults. */
	async cutPower(): Promise<void> {
		await this.kill();
		this.mend();
		this.#memory = this.#synced ?? new MemoryStore();
		await this.sync();
	}

	/** @returns whether the call waits until the store works again */
	holds(role: ThreadRole["role"]): boolean {
		return this.#hangs && role === "writer";
	}

	refusalOf({ method }: Call): Error | undefined {
		const code = writes.includes(method) ? this.#refusal : undefined;
		return code === undefined ? undefined : Object.assign(new Error(`refused: ${code}`), { code });
	}

	takesAnswer({ method }: Call): boolean {
		const takes = this.#losesAnswer && method === "commit";
		if (takes) this.#losesAnswer = false;
		return takes;
	}

	/** Damages a commit if one is to be damaged. */
	damage({ method, args }: Call): void {
		const [commit] = args as [{ bytes: Uint8Array }];
		if (method !== "commit" || this.#flipped === undefined || commit.bytes.length === 0) return;
		const at = this.#flipped % commit.bytes.length;
		commit.bytes[at] = (commit.bytes[at] ?? 0) ^ 1;
		this.#flipped = undefined;
	}
}

class FaultyHost implements StoreHost {
	readonly #host: StoreHost;
	readonly #role: ThreadRole["role"];
	readonly #faults: FaultyStore;
	readonly #caller = new EventEmitter();
	#held: (() => void)[] = [];
	/** Call whose answer is lost. */
	#lost: number | undefined;

	constructor(host: StoreHost, role: ThreadRole["role"], faults: FaultyStore) {
		this.#host = host;
		this.#role = role;
		this.#faults = faults;
		for (const event of ["error", "exit"]) host.on(event, (value) => this.#caller.emit(event, value));
		host.on("message", (message: Ready | Reply) => this.#receive(message));
	}

	on<T>(event: string, listener: (value: T) => void): void {
		this.#caller.on(event, listener);
	}

	off<T>(event: string, listener: (value: T) => void): void {
		this.#caller.off(event, listener);
	}

	postMessage(call: Call, transfer?: readonly ArrayBuffer[]): void {
		if (this.#faults.holds(this.#role)) this.#held.push(() => this.#post(call, transfer));
		else this.#post(call, transfer);
	}

	resume(): void {
		for (const post of this.#held.splice(0)) post();
	}

	async terminate(): Promise<void> {
		this.#held = [];
		await this.#host.terminate();
	}

	#post(call: Call, transfer?: readonly ArrayBuffer[]): void {
		const refusal = this.#faults.refusalOf(call);
		if (refusal) {
			queueMicrotask(() => this.#caller.emit("message", { id: call.id, error: toParts(refusal) } satisfies Reply));
			return;
		}
		if (this.#faults.takesAnswer(call)) this.#lost = call.id;
		this.#faults.damage(call);
		this.#host.postMessage(call, transfer);
	}

	#receive(message: Ready | Reply): void {
		if (!("id" in message) || message.id !== this.#lost) {
			this.#caller.emit("message", message);
			return;
		}
		void this.#host.terminate().then(() => this.#caller.emit("exit", 1));
	}
}
