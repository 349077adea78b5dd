import type { LookupFunction, Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Clock } from "@livekeeper/douyin";
import { type AddressPolicy, checkHost, guardedLookup, systemResolver } from "../addresses.ts";
import { type DeliveryResult, failureOf } from "../delivery-result.ts";
import { refused } from "../presets/answer.ts";
import { Inbound, placeOf } from "./inbound.ts";
import type { MailMessage } from "./out-message.ts";
import type { TransportOptions } from "./websockets.ts";
import { within } from "./within.ts";

type Library = typeof import("nodemailer");

/** A mail server may greet late, and look at a message for long, ms. */
const mailTimeoutMs = 30_000;
/** No answer of a mail server that is expected is longer, bytes. */
const maxAnswerBytes = 16 * 1024;

/** Sends mail by SMTP (RFC 5321), a connection for each: encrypted, unless the target says that it need not be. */
export class MailServers {
	readonly #clock: Clock;
	readonly #allows: AddressPolicy;
	readonly #timeoutMs: number;
	readonly #lookup: LookupFunction;
	readonly #inbound: Inbound;
	readonly #sockets = new Set<Socket>();
	/** Loaded for the first mail: most services send none. */
	#library: Promise<Library> | undefined;

	constructor(options: TransportOptions) {
		this.#clock = options.clock;
		this.#allows = options.allows;
		this.#timeoutMs = options.timeoutMs ?? mailTimeoutMs;
		this.#lookup = guardedLookup(options.resolve ?? systemResolver, options.allows);
		this.#inbound = options.inbound ?? new Inbound(options.clock);
	}

	/** Never rejects: every failure is a result. */
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

	/** Cuts every connection. */
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
		// Of the server's certificate; the socket leads there already.
		host: placeOf(new URL(server.url)).host,
		...{ secure, requireTLS: !server.plain, ignoreTLS: server.plain },
		...(user !== undefined && { auth: { user, pass }, forceAuth: true }),
		// By which the client greets: this machine's own name is nobody's concern.
		name: from.slice(from.lastIndexOf("@") + 1) || hostname,
		...{ maxResponseSize: maxAnswerBytes, socketCloseTimeout: 0, disableFileAccess: true, disableUrlAccess: true },
		getSocket: (_options, done) => done(null, { connection: connection as unknown as Socket }),
	});
	await transport.sendMail({
		// Lines of a text end so (RFC 2046), also where base64 hides them.
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
 * A socket's stream without its handle: TLS over a socket takes the handle, and reads past all that watches the socket.
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

	/** Time is kept by who waits for the whole delivery. */
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
	/** The library's name for where it failed. */
	code?: string;
	/** The system's, where that failed below. */
	originalCode?: string;
	/** What the server answered, with its number. */
	response?: string;
	responseCode?: number;
	message?: string;
}

function refusalOf(error: unknown): DeliveryResult | undefined {
	const { code, response = "", responseCode, message } = error as MailError;
	const words = response || message;
	if (code === "EAUTH" || code === "ENOAUTH") return { gone: false, ...refused("receiver_key", words) };
	// The client's own refusal: a server without the encryption that is asked for.
	if (code === "ETLS" && response) return { ok: false, code: "tls", message: String(words), gone: false };
	if (responseCode === undefined) return undefined;
	if (/too many|rate|limit|quota|frequen/i.test(response) && responseCode !== 552) {
		return { gone: false, ...refused("receiver_rate_limited", words, { retryAfterMs: 300_000 }) };
	}
	// RFC 5321 and RFC 3463: larger than the server takes.
	if (responseCode === 552 || /\b5\.3\.4\b/.test(response)) {
		return { ...refused("receiver_content", words), gone: true };
	}
	return { gone: false, ...refused("receiver_refused", words) };
}

/** The system's name of a failure, which the library replaces by its own. */
function original(error: unknown): unknown {
	const { originalCode, code, message } = error as MailError;
	if (code === "ETLS") return Object.assign(new Error(message), { code: "ERR_TLS" });
	return originalCode === undefined ? error : Object.assign(new Error(message), { code: originalCode });
}
