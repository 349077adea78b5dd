import type { LookupFunction, Socket } from "node:net";
import { answerPings } from "@livekeeper/base/answer-pings";
import type { Clock, Timer } from "@livekeeper/douyin";
import { WebSocket } from "ws";
import { type AddressPolicy, checkHost, guardedLookup, type Resolver, systemResolver } from "../addresses.ts";
import { type DeliveryResult, failureOf, within } from "../delivery-result.ts";
import type { Refusal } from "../presets/preset.ts";
import { Inbound, placeOf } from "./inbound.ts";
import type { Frame, Login, WebSocketMessage } from "./out-message.ts";

export interface TransportOptions {
	clock: Clock;
	/** Addresses that connections may reach. */
	allows: AddressPolicy;
	/** Timeout of a message, including a new connection, ms; default 10,000. */
	timeoutMs?: number;
	/** Default: the system's. */
	resolve?: Resolver;
	/** Shared by all transports of a service; default: one of its own. */
	inbound?: Inbound;
}

/** Time without traffic after which a connection is closed, ms. */
export const maxIdleMs = 600_000;
const pingEveryMs = 30_000;
/** Maximum size of a receiver's frame, bytes; answers are short. */
const maxFrameBytes = 64 * 1024;
/** Bytes that a receiver may send for each frame sent to it. */
const answerBytes = 4 * 1024;

/**
 * Sends frames through persistent sockets, one for each address. A receiver has read a frame once it answers the ping
 * that follows, as every WebSocket does: a half-open connection is noticed, and no frame is lost with it. A lost
 * connection is reopened for the next message; senders wait longer after each failure.
 */
export class WebSockets {
	readonly #clock: Clock;
	readonly #allows: AddressPolicy;
	readonly #timeoutMs: number;
	readonly #lookup: LookupFunction;
	readonly #inbound: Inbound;
	readonly #sockets = new Map<string, KeptSocket>();

	constructor(options: TransportOptions) {
		this.#clock = options.clock;
		this.#allows = options.allows;
		this.#timeoutMs = options.timeoutMs ?? 10_000;
		this.#lookup = guardedLookup(options.resolve ?? systemResolver, options.allows);
		this.#inbound = options.inbound ?? new Inbound(options.clock);
	}

	/** Sends a message. Never rejects: every failure is a result. */
	async send(message: WebSocketMessage, signal: AbortSignal): Promise<DeliveryResult> {
		const limit = { clock: this.#clock, timeoutMs: this.#timeoutMs, signal };
		let socket: KeptSocket | undefined;
		const url = new URL(message.url);
		const { place } = placeOf(url);
		try {
			checkHost(url, this.#allows);
			const flooded = this.#inbound.flooded(place);
			if (flooded) throw flooded;
			const kept = this.#open(message);
			socket = kept;
			return await within(limit, async () => {
				const refusal = await kept.opened;
				if (!refusal) return await kept.send(message.frames);
				kept.cut();
				return { gone: false, ...refusal };
			});
		} catch (error) {
			// The written frames may or may not have been read, so the next attempt starts with a new connection. An abort
			// from outside says nothing about the connection, which others use.
			if (!signal.aborted) socket?.cut();
			return failureOf(this.#inbound.flooded(place) ?? error);
		}
	}

	/** Closes every connection. */
	close(): void {
		for (const socket of this.#sockets.values()) socket.cut();
	}

	#open({ url, greeting }: WebSocketMessage): KeptSocket {
		const key = JSON.stringify([url, greeting?.room]);
		const kept = this.#sockets.get(key);
		if (kept) return kept;
		let dialled: Socket | undefined;
		const socket = new WebSocket(url, {
			createConnection: () => {
				dialled = this.#inbound.dial(new URL(url), this.#lookup);
				return dialled;
			},
			...{ maxPayload: maxFrameBytes, perMessageDeflate: false, autoPong: false },
		});
		const asked = () => this.#inbound.asked(dialled, answerBytes);
		const opened = new KeptSocket(socket, greeting, { clock: this.#clock, asked }, () => {
			if (this.#sockets.get(key) === opened) this.#sockets.delete(key);
		});
		this.#sockets.set(key, opened);
		return opened;
	}
}

/** One socket: its unanswered frames, and whether it is alive. */
class KeptSocket {
	/** Resolves once messages can be sent, or with the receiver's refusal. */
	readonly opened: Promise<Refusal | undefined>;
	readonly #socket: WebSocket;
	readonly #clock: Clock;
	readonly #asked: () => void;
	readonly #gone: () => void;
	readonly #waiting = new Set<(error: Error) => void>();
	readonly #pinged = new Map<string, () => void>();
	readonly #listeners = new Set<(frame: string) => void>();
	#pings = 0;
	#usedAt: number;
	#timer: Timer | undefined;

	/**
	 * @param asked called for each frame that is sent
	 * @param gone called once the socket is unusable
	 */
	constructor(
		socket: WebSocket,
		greeting: WebSocketMessage["greeting"],
		{ clock, asked }: { clock: Clock; asked: () => void },
		gone: () => void,
	) {
		this.#socket = socket;
		this.#clock = clock;
		this.#asked = asked;
		this.#gone = gone;
		this.#usedAt = clock.elapsed();
		let failure: Error | undefined;
		socket.on("error", (error) => {
			failure = error;
		});
		socket.on("close", (code) => this.#end(failure ?? new Error(`the receiver closed the connection (${code})`)));
		answerPings(socket);
		socket.on("pong", (data) => this.#pinged.get(data.toString())?.());
		socket.on("message", (data) => {
			for (const listener of this.#listeners) listener(data.toString());
		});
		this.opened = this.#until((resolve) => {
			const login = greeting?.login;
			if (login) this.#logIn(login, resolve);
			socket.once("open", () => {
				for (const frame of greeting?.frames ?? []) socket.send(frame);
				this.#watch();
				if (!login) resolve(undefined);
			});
		});
		// A pending send gets the error; there may be none left.
		this.opened.catch(() => undefined);
	}

	/** @returns once all frames are answered, or read if the receiver does not answer frames */
	async send(frames: readonly Frame[]): Promise<DeliveryResult> {
		this.#usedAt = this.#clock.elapsed();
		const answers = frames.map((frame) => this.#sendOne(frame));
		answers.push(this.#ping());
		const results = await Promise.all(answers);
		return results.find((result) => !result.ok) ?? { ok: true };
	}

	cut(): void {
		this.#socket.terminate();
		this.#end(new Error("the connection was closed"));
	}

	/** Answers the receiver, which speaks first, once. */
	#logIn(login: Login, done: (refusal: Refusal | undefined) => void): void {
		let replied = false;
		const listener = (frame: string) => {
			const step = login(frame);
			if (!step) return;
			if ("reply" in step) {
				if (replied) return;
				replied = true;
				this.#asked();
				return this.#socket.send(step.reply);
			}
			this.#listeners.delete(listener);
			done(step.ok ? undefined : step);
		};
		this.#listeners.add(listener);
	}

	#sendOne({ text, answeredBy }: Frame): Promise<DeliveryResult> {
		const answered = this.#until<DeliveryResult>((resolve) => {
			if (!answeredBy) return resolve({ ok: true });
			const listener = (frame: string) => {
				const verdict = answeredBy(frame);
				if (!verdict) return;
				this.#listeners.delete(listener);
				resolve(verdict.ok ? verdict : { gone: false, ...verdict });
			};
			this.#listeners.add(listener);
		});
		this.#asked();
		this.#socket.send(text);
		return answered;
	}

	#ping(): Promise<DeliveryResult> {
		const id = String(++this.#pings);
		const answered = this.#until<DeliveryResult>((resolve) =>
			this.#pinged.set(id, () => {
				this.#pinged.delete(id);
				resolve({ ok: true });
			}),
		);
		this.#socket.ping(id);
		return answered;
	}

	/** Pings an idle connection, which keeps it open and detects a dead one early, and closes it if it is unused. */
	#watch(): void {
		let answered = true;
		const look = () => {
			if (!answered) return this.cut();
			if (this.#clock.elapsed() - this.#usedAt >= maxIdleMs) return this.#socket.close(1000);
			answered = false;
			this.#ping().then(
				() => {
					answered = true;
				},
				() => undefined,
			);
			this.#timer = this.#clock.after(pingEveryMs, look);
		};
		this.#timer = this.#clock.after(pingEveryMs, look);
	}

	/** Resolves with the value passed by `begin`; rejects when the socket is gone. */
	#until<T>(begin: (resolve: (value: T) => void) => void): Promise<T> {
		return new Promise((resolve, reject) => {
			this.#waiting.add(reject);
			begin((value) => {
				this.#waiting.delete(reject);
				resolve(value);
			});
		});
	}

	#end(error: Error): void {
		this.#gone();
		this.#timer?.cancel();
		for (const reject of this.#waiting) reject(error);
		this.#waiting.clear();
		this.#pinged.clear();
		this.#listeners.clear();
	}
}
