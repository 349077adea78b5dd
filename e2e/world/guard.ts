import { createRequire, registerHooks, syncBuiltinESMExports } from "node:module";
import type { Clock, Timer } from "@livekeeper/douyin";

/** Time and random numbers of the world that runs now. */
export interface Nature {
	clock: Clock;
	random: () => number;
}

/** Product code that may ask the machine, and why. In a world it gets the world's time and random numbers. */
export const mayAsk: readonly { file: string; why: string }[] = [
	{ file: "log/src/storage/secret-box.ts", why: "secrets come from the machine" },
	{ file: "targets/src/secret.ts", why: "secrets" },
	{ file: "targets/src/target-renderer.ts", why: "ids of test deliveries" },
	{ file: "log/src/event-log/jetstream/write-if.ts", why: "ids of writes" },
	{
		file: "log/src/event-log/jetstream/server-run.ts",
		why: "an id that sets this run of the servers apart from others",
	},
	{ file: "log/src/event-log/jetstream/log-streams.ts", why: "measures the servers' answers" },
	{ file: "log/src/event-log/jetstream/node-messages.ts", why: "measures the servers' answers" },
	{ file: "livekeeper/src/cluster/presence.ts", why: "an id that sets this process apart from others" },
	{ file: "livekeeper/src/live/identities/cookie-pairing.ts", why: "codes" },
	{ file: "livekeeper/src/live/overlay-tokens.ts", why: "secrets" },
	{ file: "livekeeper/src/service/cooldowns.ts", why: "an id that sets this process apart from others" },
	{ file: "log/src/event-log/sqlite/stored-projections.ts", why: "the store measures its own work" },
	{ file: "log/src/event-log/sqlite/open-database.ts", why: "the store measures its own work" },
	{ file: "log/src/event-log/search.ts", why: "slices of work, measured in the machine's time" },
	{ file: "livekeeper/src/metrics/service-metrics.ts", why: "reports the machine's process" },
	{ file: "livekeeper/src/outputs/export/exporter.ts", why: "names the folder of exports, which no world asks for" },
	{ file: "simulator/src/pages/html.ts", why: "a nonce that no client reads" },
];

const real = {
	now: Date.now,
	setTimeout: globalThis.setTimeout,
	setInterval: globalThis.setInterval,
	setImmediate: globalThis.setImmediate,
	clearTimeout: globalThis.clearTimeout,
};

let nature: Nature | undefined;
/** Places where something reached past its world, each once. */
const reached = new Set<string>();

/** Number of looks at the watch, which take no time but must not look like none. */
let looks = 0;

/** Runs the rest of this thread in a world, or outside of one. */
export function live(now: Nature | undefined): void {
	nature = now;
	looks = 0;
}

/** Whether this thread may still load modules and read files. */
let isLoading = true;

/** Everything is loaded: from now on a world that reaches for the machine meets an error. */
export function endLoading(): void {
	isLoading = false;
}

/** Returns the places where something reached past its world since the last call. */
export function takeReached(): string[] {
	const places = [...reached];
	reached.clear();
	return places;
}

const product = /\/packages\/([\w-]+\/src\/.+)$/;

/** Returns the call site of a function, without formatting the stack as text, which is slow. */
function callerOf(below: (...args: never[]) => unknown): NodeJS.CallSite | undefined {
	const holder: { stack?: unknown } = {};
	const { stackTraceLimit, prepareStackTrace } = Error;
	Error.stackTraceLimit = 1;
	Error.prepareStackTrace = (_, sites) => sites;
	Error.captureStackTrace(holder, below);
	const [caller] = holder.stack as NodeJS.CallSite[];
	Error.stackTraceLimit = stackTraceLimit;
	Error.prepareStackTrace = prepareStackTrace;
	return caller;
}

/**
 * @returns whether product code called `below`
 * @throws Error with the place, if it may not
 */
function check(what: string, below: (...args: never[]) => unknown): boolean {
	const caller = callerOf(below);
	const file = product.exec(caller?.getFileName() ?? "")?.[1];
	if (file === undefined) return false;
	if (mayAsk.some(({ file: allowed }) => allowed === file)) return true;
	throw reachedPast(`${what} in packages/${file}:${caller?.getLineNumber()}:${caller?.getColumnNumber()}`);
}

/** Remembers the place, also for those who catch the error. */
function reachedPast(place: string): Error {
	reached.add(place);
	return new Error(`Product code reaches past its world: ${place}`);
}

/**
 * Replaces the time, random numbers and machine of this thread: libraries get the world's time and random numbers,
 * product code that asks for them anywhere but through what it was given meets an error with the place. Nobody reaches
 * the disk, other threads, processes or sockets: what they answer, and when, differs from one machine to the next.
 * Call it before the product is loaded, because modules keep what they find.
 */
export function installGuard(): void {
	guardTime();
	guardTimers();
	guardRandom();
	guardMachine();
	guardCompression();
	guardModules();
	syncBuiltinESMExports();
}

function guardTime(): void {
	const RealDate = Date;
	RealDate.now = function now() {
		if (!nature) return real.now.call(RealDate);
		check("Date.now", now);
		return nature.clock.now();
	};
	const handler: ProxyHandler<DateConstructor> = {
		construct(target, args, self) {
			if (args.length > 0 || !nature) return Reflect.construct(target, args, self);
			check("new Date()", handler.construct as () => unknown);
			return Reflect.construct(target, [nature.clock.now()], self);
		},
	};
	globalThis.Date = new Proxy(RealDate, handler);
	const realNow = performance.now.bind(performance);
	performance.now = function now() {
		if (!nature) return realNow();
		// Product code that may ask measures its own work, which takes no time here: each look at the watch is a step.
		return check("performance.now", now) ? nature.clock.elapsed() + ++looks : nature.clock.elapsed();
	};
}

/** A timer of a library, with the methods that Node's has. */
class LibraryTimer {
	readonly #timer: Timer;

	constructor(timer: Timer) {
		this.#timer = timer;
	}

	ref = () => this;
	unref = () => this;
	hasRef = () => true;
	refresh = () => this;
	close = () => this.cancel();
	[Symbol.dispose] = () => this.cancel();
	[Symbol.toPrimitive] = () => 0;

	cancel(): void {
		this.#timer.cancel();
	}
}

type Run = (...args: unknown[]) => unknown;

function guardTimers(): void {
	const timers = createRequire(import.meta.url)("node:timers") as Record<string, unknown>;
	const promises = createRequire(import.meta.url)("node:timers/promises") as Record<string, unknown>;
	const guarded = {
		setTimeout(fn: Run, ms = 0, ...args: unknown[]) {
			if (!nature) return real.setTimeout(fn, ms, ...args);
			check("setTimeout", guarded.setTimeout);
			return new LibraryTimer(nature.clock.after(ms, () => fn(...args)));
		},
		setInterval(fn: Run, ms = 0, ...args: unknown[]) {
			if (!nature) return real.setInterval(fn, ms, ...args);
			check("setInterval", guarded.setInterval);
			return new LibraryTimer(nature.clock.every(Math.max(1, ms), () => fn(...args)));
		},
		// A turn of the loop is no time: whoever gives others a turn gets the next one.
		setImmediate(fn: Run, ...args: unknown[]) {
			return real.setImmediate(fn, ...args);
		},
		clearTimeout(timer: unknown) {
			if (timer instanceof LibraryTimer) timer.cancel();
			else real.clearTimeout(timer as NodeJS.Timeout);
		},
	};
	Object.assign(globalThis, guarded, { clearInterval: guarded.clearTimeout });
	Object.assign(timers, guarded, { clearInterval: guarded.clearTimeout });
	const realPause = promises["setTimeout"] as (ms?: number) => Promise<void>;
	promises["setTimeout"] = function pause(ms?: number) {
		if (!nature) return realPause(ms);
		check("timers/promises", pause);
		return new Promise<void>((resolve) => nature?.clock.after(ms ?? 0, resolve));
	};
}

function guardRandom(): void {
	const realRandom = Math.random;
	Math.random = function random() {
		if (!nature) return realRandom();
		check("Math.random", random);
		return nature.random();
	};
	const crypto = createRequire(import.meta.url)("node:crypto") as typeof import("node:crypto");
	const { randomBytes, randomUUID, randomInt, randomFillSync } = crypto;
	const bytes = (length: number) => Buffer.from(Array.from({ length }, () => Math.floor(drawn() * 256)));
	const drawn = () => nature?.random() ?? realRandom();
	const guarded = {
		randomBytes(size: number) {
			if (!nature) return randomBytes(size);
			check("randomBytes", guarded.randomBytes);
			return bytes(size);
		},
		randomUUID() {
			if (!nature) return randomUUID();
			check("randomUUID", guarded.randomUUID);
			const hex = bytes(16).toString("hex");
			return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
		},
		randomInt(from: number, to?: number) {
			if (!nature) return to === undefined ? randomInt(from) : randomInt(from, to);
			check("randomInt", guarded.randomInt);
			const [low, high] = to === undefined ? [0, from] : [from, to];
			return low + Math.floor(drawn() * (high - low));
		},
		randomFillSync(into: Buffer) {
			if (!nature) return randomFillSync(into);
			check("randomFillSync", guarded.randomFillSync);
			for (let i = 0; i < into.length; i++) into[i] = Math.floor(drawn() * 256);
			return into;
		},
	};
	Object.assign(crypto, guarded);
	const web = globalThis.crypto;
	const realValues = web.getRandomValues.bind(web);
	web.getRandomValues = ((into: Uint8Array<ArrayBuffer>) => {
		if (!nature) return realValues(into);
		into.set(bytes(into.length));
		return into;
	}) as typeof realValues;
}

/** Functions of Node that answer with what the machine is or holds, or when another thread is done. */
const ofMachine: Readonly<Record<string, RegExp>> = {
	"node:fs": /^[a-z]/,
	"node:fs/promises": /^[a-z]/,
	"node:os": /^(?!availableParallelism|endianness)[a-z]/,
	"node:dns": /^(?:lookup|resolve|reverse)/,
	"node:dns/promises": /^(?:lookup|resolve|reverse)/,
	"node:child_process": /^[a-z]/,
	"node:crypto": /^(?:scrypt|pbkdf2|hkdf|generateKey|generateKeyPair|generatePrime|checkPrime)$/,
};

/** Functions that the thread pool answers, and whose answers depend on what is given to them alone. */
const compression = /^(?:deflate|deflateRaw|inflate|inflateRaw|gzip|gunzip|unzip|brotli\w+ess|zstd\w+ess)$/;

/** In a world, this thread compresses: another would be done at a time of its own. */
function guardCompression(): void {
	const zlib = createRequire(import.meta.url)("node:zlib") as Record<string, Run>;
	for (const [name, original] of Object.entries(zlib)) {
		if (!compression.test(name)) continue;
		const atOnce = zlib[`${name}Sync`] as Run;
		zlib[name] = (...args: unknown[]) => {
			if (!nature) return original(...args);
			const done = args.pop() as (error: unknown, result?: unknown) => void;
			let answer: [unknown, unknown?];
			try {
				answer = [null, atOnce(...args)];
			} catch (error) {
				answer = [error];
			}
			queueMicrotask(() => done(...answer));
			return undefined;
		};
	}
}

function guardMachine(): void {
	const load = createRequire(import.meta.url);
	for (const [name, names] of Object.entries(ofMachine))
		guardFunctions(load(name) as Record<string, unknown>, name, names);
	guardFunctions(load("node:net").Socket.prototype, "a socket", /^connect$/);
	guardFunctions(load("node:net").Server.prototype, "a server", /^listen$/);
}

function guardFunctions(holder: Record<string, unknown>, name: string, names: RegExp): void {
	for (const [key, original] of Object.entries(holder)) {
		if (typeof original !== "function" || !names.test(key)) continue;
		const guarded = function (this: unknown, ...args: unknown[]): unknown {
			if (nature && !isLoading) checkMachine(`${name} ${key}`, guarded);
			return (original as Run).apply(this, args);
		};
		Object.defineProperties(guarded, Object.getOwnPropertyDescriptors(original));
		holder[key] = guarded;
	}
}

/** @throws Error with the place, unless Node itself called `below` */
function checkMachine(what: string, below: (...args: never[]) => unknown): void {
	const caller = callerOf(below);
	const file = caller?.getFileName() ?? "";
	if (file.startsWith("node:") || mayAsk.some((one) => one.file === product.exec(file)?.[1])) return;
	throw reachedPast(`${what} in ${file.replace(/^.*\/(?=packages\/|node_modules\/)/, "")}:${caller?.getLineNumber()}`);
}

/** A module that a world loads takes as long as the disk does. */
function guardModules(): void {
	registerHooks({
		load(url, context, next) {
			if (nature && !isLoading && !url.startsWith("node:"))
				reachedPast(`loads ${url.replace(/^.*\/(?=packages\/|node_modules\/)/, "")}`);
			return next(url, context);
		},
	});
}
