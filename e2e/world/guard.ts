import { createRequire, syncBuiltinESMExports } from "node:module";
import type { Clock, Timer } from "@livekeeper/douyin";

/** Time and random numbers of the world that runs now. */
export interface Nature {
	clock: Clock;
	random: () => number;
}

/** Product code that may ask the machine, and why. In a world it gets the world's time and random numbers. */
const mayAsk: readonly { file: RegExp; why: string }[] = [
	{ file: /\/storage\/(secret-box|token)\.ts/, why: "secrets come from the machine" },
	{ file: /\/outputs\/targets\/(secret|target-renderer)\.ts/, why: "secrets, and ids of test deliveries" },
	{ file: /\/live\/(identities|overlay-tokens)\//, why: "secrets and codes" },
	{ file: /\/event-log\/sqlite\//, why: "the store has threads of its own, which no clock reaches" },
	{ file: /\/event-log\/search\.ts/, why: "slices of work, measured in the machine's time" },
	{ file: /\/metrics\/service-metrics\.ts/, why: "reports the machine's process" },
	{ file: /\/simulator\/src\/pages\/html\.ts/, why: "a nonce that no client reads" },
];

const real = {
	now: Date.now,
	setTimeout: globalThis.setTimeout,
	setInterval: globalThis.setInterval,
	setImmediate: globalThis.setImmediate,
	clearTimeout: globalThis.clearTimeout,
};

let nature: Nature | undefined;
/** Places where product code reached past its clock, each once. */
const reached = new Set<string>();

/** Runs the rest of this thread in a world, or outside of one. */
export function live(now: Nature | undefined): void {
	nature = now;
}

/** Returns the places where product code reached past its clock since the last call. */
export function takeReached(): string[] {
	const places = [...reached];
	reached.clear();
	return places;
}

const product = /\/packages\/(?:douyin|livekeeper|client|simulator)\/src\//;

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
	const file = caller?.getFileName() ?? "";
	if (!product.test(file)) return false;
	if (mayAsk.some(({ file: allowed }) => allowed.test(file))) return true;
	const at = `${file}:${caller?.getLineNumber()}:${caller?.getColumnNumber()}`;
	const place = `${what} ${at.replace(/^.*\/packages\//, "in packages/")}`;
	reached.add(place);
	throw new Error(`Product code reaches past its clock: ${place}`);
}

/**
 * Replaces the time, random numbers and sockets of this thread: libraries get the world's, product code that asks for
 * them anywhere but through what it was given meets an error with the place. Call it before the product is loaded,
 * because modules keep what they find.
 */
export function installGuard(): void {
	guardTime();
	guardTimers();
	guardRandom();
	guardSockets();
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
	let steps = 0;
	performance.now = function now() {
		if (!nature) return realNow();
		// Product code that may ask measures its own work, which takes no time here: each look at the watch is a step.
		return check("performance.now", now) ? nature.clock.elapsed() + ++steps : nature.clock.elapsed();
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
}

function guardSockets(): void {
	const net = createRequire(import.meta.url)("node:net") as typeof import("node:net");
	const { connect } = net.Socket.prototype;
	const { listen } = net.Server.prototype;
	net.Socket.prototype.connect = function guardedConnect(this: import("node:net").Socket, ...args: unknown[]) {
		if (nature) throw new Error("A world has no sockets, and something connects.");
		return (connect as Run).apply(this, args);
	} as typeof connect;
	net.Server.prototype.listen = function guardedListen(this: import("node:net").Server, ...args: unknown[]) {
		if (nature) throw new Error("A world has no sockets, and something listens.");
		return (listen as Run).apply(this, args);
	} as typeof listen;
}
