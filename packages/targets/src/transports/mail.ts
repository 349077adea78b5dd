import type { LookupFunction, Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Clock } from "@livekeeper/douyin";
import { type AddressPolicy, checkHost, guardedLookup, systemResolver } from "../addresses.ts";
import { type DeliveryResult, failureOf, within } from "../delivery-result.ts";
import { refused } from "../presets/post.ts";
import { Inbound, placeOf } from "./inbound.ts";
import type { MailMessage } from "./out-message.ts";
import type { TransportOptions } from "./websockets.ts";

type Library = typeof import("nodemailer");

/** Timeout of a delivery, ms. A mail server may greet late, and inspect a message for long. */
const mailTimeoutMs = 30_000;
/** Maximum size of an expected answer of a mail server, bytes. */
const maxAnswerBytes = 16 * 1024;

/**
 * Sends mail by SMTP (RFC 5321), with a connection for each. It is encrypted unless the target's settings allow
 * otherwise.
 */
export class MailServers {
	readonly #clock: Clock;
	readonly #allows: AddressPolicy;
	readonly #timeoutMs: number;
	readonly #lookup: LookupFunction;
	readonly #inbound: Inbound;
	readonly #sockets = new Set<Socket>();
	/** Loaded for the first mail, because most services send none. */
	#library: Promise<Library> | undefined;

	constructor(options: TransportOptions) {
		this.#clock = options.clock;
		this.#allows = options.allows;
		this.#timeoutMs = options.timeoutMs ?? mailTimeoutMs;
		this.#lookup = guardedLookup(options.resolve ?? systemResolver, options.allows);
		this.#inbound = options.inbound ?? new Inbound(options.clock);
	}

	/** Sends a mail. Never rejects: every failure is a result. */
	async send(message: MailMessage, signal: AbortSignal): Promise<DeliveryResult> {
		const url = new URL(message.server.url);
		const { place } = placeOf(url);
		let socket: Socket | undefined;
		let cause: unknown;
		try {
			checkHost(url, this.#allows);
			const flooded = this.#inbound.flooded(place);
			if (flooded) throw flooded;
			this.#library ??= import("nodemailer");
			const library = this.#library;
			await within({ clock: this.#clock, timeoutMs: this.#timeoutMs, signal }, async () => {
				const loaded = await library;
				signal.throwIfAborted();
				const dialled = this.#inbound.dial(url, this.#lookup);
				socket = dialled;
				this.#sockets.add(dialled);
				dialled.once("error", (error) => {
					cause = error;
				});
				await deliver(loaded, message, new Piped(dialled));
			});
			return { ok: true };
		} catch (error) {
			const flooded = this.#inbound.flooded(place);
			if (flooded) return failureOf(flooded);
			return refusalOf(error) ?? failureOf(cause ?? original(error));
		} finally {
			socket?.destroy();
			if (socket) this.#sockets.delete(socket);
		}
	}

	/** Closes every connection. */
	close(): void {
		for (const socket of this.#sockets) socket.destroy();
	}
}

async function deliver({ createTransport }: Library, message: MailMessage, connection: Piped): Promise<void> {
	const { server, from, to, subject, text, id, at } = message;
	const { protocol, hostname } = new URL(server.url);
	const { username: user, password: pass = "" } = server;
	const secure = protocol === "smtps:";
	const transport = createTransport({
		// Name in the server's certificate; the socket is connected already.
		host: placeOf(new URL(server.url)).host,
		...{ secure, requireTLS: !server.plain, ignoreTLS: server.plain },
		...(user !== undefined && { auth: { user, pass }, forceAuth: true }),
		// Name in the client's greeting, which does not reveal this machine's own name.
		name: from.slice(from.lastIndexOf("@") + 1) || hostname,
		...{ maxResponseSize: maxAnswerBytes, socketCloseTimeout: 0, disableFileAccess: true, disableUrlAccess: true },
		getSocket: (_options, done) => done(null, { connection: connection as unknown as Socket }),
	});
	await transport.sendMail({
		// Lines of a text end with CRLF (RFC 2046), even within base64.
		...{
			from,
			to,
			subject,
			text: text.replaceAll("\n", "\r\n"),
			messageId: `<${id}>`,
			date: new Date(at),
			xMailer: false,
		},
		headers: { "Auto-Submitted": "auto-generated" },
	});
}

/**
 * A socket's stream without its handle, because TLS over a socket takes the handle, and reads past all that watches the
 * socket.
 */
class Piped extends Duplex {
	readonly #socket: Socket;

	constructor(socket: Socket) {
		super();
		this.#socket = socket;
		socket.on("data", (chunk: Buffer) => {
			if (!this.push(chunk)) socket.pause();
		});
		socket.once("end", () => this.push(null));
		socket.once("error", (error) => this.destroy(error));
		socket.once("close", () => this.destroy());
	}

	/** Does nothing; the caller's timeout covers the whole delivery. */
	setTimeout(): this {
		return this;
	}

	override _read(): void {
		this.#socket.resume();
	}

	override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
		this.#socket.write(chunk, done);
	}

	override _final(done: () => void): void {
		this.#socket.end(done);
	}

	override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
		this.#socket.destroy();
		done(error);
	}
}

interface MailError {
	/** The library's code for the stage that failed. */
	code?: string;
	/** The system's code, if the failure was below the library. */
	originalCode?: string;
	/** The server's answer, with its number. */
	response?: string;
	responseCode?: number;
	message?: string;
}

function refusalOf(error: unknown): DeliveryResult | undefined {
	const { code, response = "", responseCode, message } = error as MailError;
	const words = response || message;
	if (code === "EAUTH" || code === "ENOAUTH") return { gone: false, ...refused("receiver_key", words) };
	// The client's own refusal: the server lacks the required encryption.
	if (code === "ETLS" && response) return { ok: false, code: "tls", message: String(words), gone: false };
	if (responseCode === undefined) return undefined;
	if (/too many|rate|limit|quota|frequen/i.test(response) && responseCode !== 552) {
		return { gone: false, ...refused("receiver_rate_limited", words, { retryAfterMs: 300_000 }) };
	}
	// RFC 5321 and RFC 3463: larger than the server accepts.
	if (responseCode === 552 || /\b5\.3\.4\b/.test(response)) {
		return { ...refused("receiver_content", words), gone: true };
	}
	return { gone: false, ...refused("receiver_refused", words) };
}

/** Restores the system's code of a failure, which the library replaces by its own. */
function original(error: unknown): unknown {
	const { originalCode, code, message } = error as MailError;
	if (code === "ETLS") return Object.assign(new Error(message), { code: "ERR_TLS" });
	return originalCode === undefined ? error : Object.assign(new Error(message), { code: originalCode });
}
