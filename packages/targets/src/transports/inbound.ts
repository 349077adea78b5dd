import { connect as connectTcp, isIP, type LookupFunction, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Clock } from "@livekeeper/douyin";

/** A receiver sent far more than answers: its connection was ended, and no new one is made for a while. */
export class FloodedError extends Error {
	override readonly name = "FloodedError";
	/** Time until the next connection, ms. */
	readonly retryAfterMs: number;

	constructor(retryAfterMs: number) {
		super("The receiver sent far more than answers, so its connection was ended.");
		this.retryAfterMs = retryAfterMs;
	}
}

/** Bytes that a connection may receive without a request. */
const unaskedBytes = 64 * 1024;
/** Part of the allowance that is restored each second, bytes. */
const unaskedBytesPerSecond = 4 * 1024;
/** Maximum allowance of a connection, whatever was requested, bytes. */
const maxAllowedBytes = 256 * 1024;
/** Maximum number of bytes passed on in one turn of the event loop, over all connections. */
const turnBytes = 32 * 1024;
/** Bytes that one connection gets before the next one's turn. */
const sliceBytes = 4 * 1024;
/** Time without a connection after a flood, ms. */
const pauseMs = 60_000;

/**
 * Bounds the work that receivers cause on the main thread. It sits below the libraries that read their data, because a
 * library handles all data that has arrived before the event loop turns again, and tiny frames cost it far more than
 * their bytes.
 *
 * Bytes from all sockets are passed on in slices, up to a limit per turn of the event loop. Each socket has an
 * allowance, which grows with time and with the receiver's expected answers. A socket that receives more is ended, and
 * its place gets no connection for a minute.
 */
export class Inbound {
	readonly #clock: Clock;
	readonly #sockets = new WeakMap<object, WatchedSocket>();
	/** Sockets with received bytes not yet passed on, longest waiting first. */
	readonly #waiting = new Set<WatchedSocket>();
	/** Time when a place may be connected to again, by the clock's `elapsed`. */
	readonly #pausedUntil = new Map<string, number>();
	#leftBytes = turnBytes;
	#turn: NodeJS.Immediate | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Returns the error if a place gets no connection at present. */
	flooded(place: string): FloodedError | undefined {
		const leftMs = (this.#pausedUntil.get(place) ?? 0) - this.#clock.elapsed();
		return leftMs > 0 ? new FloodedError(leftMs) : undefined;
	}

	/** Connects to a URL's host through a watched socket; with TLS if the URL's scheme requires it. */
	dial(url: URL, lookup: LookupFunction): Socket {
		const { host, port, place } = placeOf(url);
		if (!secureSchemes.test(url.protocol)) return this.watch(connectTcp({ host, port, lookup }), place);
		// An IP address is not a valid server name.
		return this.watch(connectTls({ host, port, lookup, servername: isIP(host) === 0 ? host : "" }), place);
	}

	/**
	 * Watches the data that a socket receives, from before anything reads it.
	 * @param place as in {@link placeOf}
	 */
	watch<S extends Socket>(socket: S, place: string): S {
		const watched = new WatchedSocket(socket, this.#clock, {
			pass: (bytes) => this.#pass(bytes),
			wait: () => this.#wait(watched),
			flooded: () => this.#pause(place),
		});
		this.#sockets.set(socket, watched);
		return socket;
	}

	/** Raises the allowance by the size of an expected answer, bytes. @param socket a watched one */
	asked(socket: object | null | undefined, bytes: number): void {
		if (socket) this.#sockets.get(socket)?.allow(bytes);
	}

	/** Whether so many bytes may be passed on in this turn. */
	#pass(bytes: number): boolean {
		if (bytes > this.#leftBytes) return false;
		this.#leftBytes -= bytes;
		this.#schedule();
		return true;
	}

	#wait(socket: WatchedSocket): void {
		this.#waiting.add(socket);
		this.#schedule();
	}

	#schedule(): void {
		this.#turn ??= setImmediate(() => {
			this.#turn = undefined;
			this.#leftBytes = turnBytes;
			for (const socket of this.#waiting) {
				if (this.#leftBytes <= 0) break;
				this.#waiting.delete(socket);
				this.#leftBytes -= socket.passSlice(Math.min(sliceBytes, this.#leftBytes));
				if (socket.waits) this.#waiting.add(socket);
			}
			if (this.#waiting.size > 0) this.#schedule();
		});
	}

	#pause(place: string): FloodedError {
		const now = this.#clock.elapsed();
		for (const [other, until] of this.#pausedUntil) if (until <= now) this.#pausedUntil.delete(other);
		this.#pausedUntil.set(place, now + pauseMs);
		return new FloodedError(pauseMs);
	}
}

interface Turns {
	/** Whether so many bytes may be passed on now. */
	pass(bytes: number): boolean;
	/** Queues the socket for a slice. */
	wait(): void;
	/** Reports that the socket received more than is allowed. */
	flooded(): FloodedError;
}

/** A socket's allowance, and its received bytes not yet passed on. */
class WatchedSocket {
	readonly #socket: Socket;
	readonly #clock: Clock;
	readonly #turns: Turns;
	readonly #push: Socket["push"];
	#received: Buffer[] = [];
	#ended = false;
	#allowed = unaskedBytes;
	#at: number;

	constructor(socket: Socket, clock: Clock, turns: Turns) {
		this.#socket = socket;
		this.#clock = clock;
		this.#turns = turns;
		this.#at = clock.elapsed();
		// Node passes arriving data to `push`, whose result says whether to read more; `_read` starts again.
		this.#push = socket.push.bind(socket);
		const read = socket._read.bind(socket);
		socket.push = (chunk: Buffer | null) => this.#receive(chunk);
		socket._read = (size) => {
			if (!this.waits) read(size);
		};
	}

	get waits(): boolean {
		return this.#received.length > 0;
	}

	allow(bytes: number): void {
		this.#refill();
		this.#allowed = Math.min(maxAllowedBytes, this.#allowed + bytes);
	}

	/** @returns the number of bytes passed on */
	passSlice(maxBytes: number): number {
		const chunk = this.#received.shift();
		if (!chunk || this.#socket.destroyed) {
			this.#received = [];
			return 0;
		}
		if (chunk.length > maxBytes) this.#received.unshift(chunk.subarray(maxBytes));
		const slice = chunk.subarray(0, maxBytes);
		this.#push(slice);
		if (this.#ended && !this.waits) this.#end();
		return slice.length;
	}

	#receive(chunk: Buffer | null): boolean {
		if (chunk === null) {
			this.#ended = true;
			if (!this.waits) this.#end();
			return false;
		}
		this.#refill();
		this.#allowed -= chunk.length;
		if (this.#allowed < 0) {
			this.#received = [];
			this.#socket.destroy(this.#turns.flooded());
			return false;
		}
		if (!this.waits && this.#turns.pass(chunk.length)) return this.#push(chunk);
		this.#received.push(chunk);
		this.#turns.wait();
		return false;
	}

	#end(): void {
		this.#push(null);
		this.#socket.read(0);
	}

	#refill(): void {
		const now = this.#clock.elapsed();
		const back = ((now - this.#at) / 1_000) * unaskedBytesPerSecond;
		this.#at = now;
		// An allowance for expected answers stays until it is used.
		if (this.#allowed < unaskedBytes) this.#allowed = Math.min(unaskedBytes, this.#allowed + back);
	}
}

const secureSchemes = /^(wss|mqtts):$/;

const ports: Readonly<Record<string, string>> = {
	...{ "http:": "80", "https:": "443", "ws:": "80", "wss:": "443", "mqtt:": "1883", "mqtts:": "8883" },
	...{ "smtp:": "587", "smtps:": "465" },
};

/** Returns the host and port of a URL. */
export function placeOf({ protocol, hostname, port }: URL): { host: string; port: number; place: string } {
	const host = hostname.replace(/^\[(.*)\]$/, "$1");
	const number = port || (ports[protocol] ?? "");
	return { host, port: Number(number), place: `${host}:${number}` };
}
