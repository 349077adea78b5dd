import { LivekeeperApiError } from "./errors.ts";
import type { Connection } from "./http.ts";

/** Maximum number of queued characters; beyond it a slow page reads the messages again later, from the log. */
const maxQueuedChars = 8 * 1024 * 1024;

/** The service's own close codes: the overlay token was revoked, or the reader took nothing for too long. */
const byes = [1001, 4001, 4008];

export interface SocketOptions {
	/** Ends the reading, and closes the socket. */
	signal: AbortSignal;
	/** Time without a message after which the socket is closed, ms. The service sends one every 15 s. */
	silenceMs: number;
	/** Called with the first message: the socket works. */
	onAlive: () => void;
	/**
	 * Sends the same request by HTTP, because a browser does not say why a socket was refused. Throws if refused, too.
	 */
	ask: () => Promise<unknown>;
}

/**
 * Yields the messages of a WebSocket of the service, parsed, in order, without the keep-alives.
 *
 * A browser opens only six HTTP/1.1 connections to one host, over all tabs and overlays together; WebSockets are not
 * among them.
 * @throws LivekeeperApiError if it could not be opened, was closed, or fell silent
 */
export async function* socketMessages(
	connection: Connection,
	path: string,
	query: Record<string, string | number | undefined>,
	{ signal, silenceMs, onAlive, ask }: SocketOptions,
): AsyncGenerator<Record<string, unknown>, void> {
	const { clock, apiKey, lang } = connection;
	const url = new URL(path, connection.base.replace(/^http/, "ws"));
	for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, `${value}`);
	url.searchParams.set("keepalive", "1");
	// No browser lets a page set the headers of a WebSocket.
	if (lang !== undefined) url.searchParams.set("lang", lang);
	const socket = new WebSocket(url, ["livekeeper", ...(apiKey === undefined ? [] : [`livekeeper.key.${hex(apiKey)}`])]);
	const queue: string[] = [];
	let queuedChars = 0;
	let failure: LivekeeperApiError | undefined;
	let wake: () => void = () => undefined;
	const end = (error: LivekeeperApiError) => {
		failure ??= error;
		wake();
	};
	let opened = false;
	let silence = clock.after(silenceMs, () => end(silent(silenceMs)));
	socket.onmessage = ({ data }) => {
		silence.cancel();
		silence = clock.after(silenceMs, () => end(silent(silenceMs)));
		onAlive();
		if (typeof data !== "string" || data === '{"type":"keepalive"}') return;
		queue.push(data);
		queuedChars += data.length;
		if (queuedChars > maxQueuedChars) end(new LivekeeperApiError("overrun", "More came than was read."));
		wake();
	};
	socket.onopen = () => {
		opened = true;
	};
	socket.onclose = ({ code, reason }) => end(closed(code, reason));
	// Node 22 reports nothing more about a refused socket.
	socket.onerror = () => end(closed(1006, ""));
	const abort = () => end(new LivekeeperApiError("unreachable", "The reading was ended."));
	signal.addEventListener("abort", abort, { once: true });
	try {
		for (;;) {
			// Messages from before the end are delivered first, unless the queue grew too long: then they are read again.
			for (let text = queue.shift(); text !== undefined && failure?.code !== "overrun"; text = queue.shift()) {
				queuedChars -= text.length;
				yield parse(text);
			}
			if (failure && !opened && !signal.aborted) await ask();
			if (failure) throw failure;
			await new Promise<void>((resolve) => {
				wake = resolve;
			});
		}
	} finally {
		silence.cancel();
		signal.removeEventListener("abort", abort);
		socket.onmessage = null;
		socket.onopen = null;
		socket.onclose = null;
		socket.onerror = null;
		socket.close();
	}
}

function parse(text: string): Record<string, unknown> {
	try {
		return JSON.parse(text) as Record<string, unknown>;
	} catch (cause) {
		throw new LivekeeperApiError("bad_answer", "What the socket brought is not JSON.", { cause });
	}
}

function silent(silenceMs: number): LivekeeperApiError {
	return new LivekeeperApiError("silence", `Nothing came for ${silenceMs / 1000} s.`);
}

function closed(code: number, reason: string): LivekeeperApiError {
	if (byes.includes(code)) {
		return new LivekeeperApiError("bye", `The service ended the stream: ${reason || code}`);
	}
	return new LivekeeperApiError("unreachable", `The socket was closed (${code}).`);
}

/** Encodes a key as hex: sub-protocol names allow few signs, and a browser can send a key in no other header. */
function hex(text: string): string {
	return Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
