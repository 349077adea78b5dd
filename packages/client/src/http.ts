import { parseRetryAfter } from "@livekeeper/douyin/retry-after";
import { LivekeeperApiError } from "./errors.ts";
import { proposedFileName } from "./file-name.ts";
import { type Language, type RequestTexts, requestTexts } from "./texts.ts";
import { type Clock, linkedAbort } from "./time.ts";

export interface RequestOptions {
	/** Aborts the request; it then rejects with the signal's reason. */
	signal?: AbortSignal | undefined;
}

/** Settings shared by all requests. */
export interface Connection {
	/** Base URL; ends in `/`. */
	base: string;
	apiKey: string | undefined;
	/** `undefined`: the service uses the language that the platform requests. */
	lang: Language | undefined;
	fetch: typeof fetch;
	clock: Clock;
	/** Timeout for the service to answer, ms. */
	timeoutMs: number;
}

interface Call extends RequestOptions {
	method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
	query?: Record<string, string | number | undefined>;
	/** Sent as JSON; a `Blob` as it is. */
	body?: unknown;
	accept?: string;
	/** A further status that is an answer, not a refusal. */
	alsoAnswers?: number;
	/** Replaces the connection's timeout, ms; `Infinity`: no timeout. */
	timeoutMs?: number;
}

/** Sends a request and returns its JSON answer. @throws LivekeeperApiError; the signal's reason when aborted */
export async function requestJson<T>(connection: Connection, path: string, call: Call = {}): Promise<T> {
	return (await request(connection, path, call, async (response) => {
		const texts = textsOf(connection);
		const answer = await json(response, texts);
		if (record(answer)["success"] === true || call.alsoAnswers !== undefined) return answer;
		throw new LivekeeperApiError("bad_answer", texts.notOurs, { status: response.status });
	})) as T;
}

/**
 * Sends a request and returns its complete answer as a file, with the name that the service proposes, or "".
 * @param onProgress called with the number of bytes received so far
 * @throws LivekeeperApiError, also for an answer that broke off; the signal's reason when aborted
 */
export function requestFile(
	connection: Connection,
	path: string,
	call: Call = {},
	onProgress?: (bytes: number) => void,
): Promise<File> {
	return request(connection, path, { accept: "*/*", ...call }, async (response) => {
		const blob = await readBlob(connection, response, call.signal, onProgress);
		return new File([blob], proposedFileName(response) ?? "", { type: blob.type });
	});
}

/** Sends a request and returns its answer once its head has arrived; the body streams until `signal` aborts. */
export async function requestOpen(connection: Connection, path: string, call: Call = {}): Promise<Response> {
	const { controller, release } = linkedAbort(call.signal);
	try {
		return await send(connection, path, { accept: "*/*", ...call }, controller);
	} catch (error) {
		release();
		throw error;
	}
}

/**
 * Reads the complete body of an answer. @throws LivekeeperApiError if it broke off; the signal's reason when aborted
 */
export async function readBlob(
	connection: Connection,
	response: Response,
	signal?: AbortSignal,
	onProgress?: (bytes: number) => void,
): Promise<Blob> {
	const chunks: Uint8Array<ArrayBuffer>[] = [];
	let bytes = 0;
	try {
		for (const reader = response.body?.getReader(); reader; ) {
			const { done, value } = await reader.read();
			if (done) break;
			chunks.push(value);
			bytes += value.length;
			onProgress?.(bytes);
		}
	} catch (cause) {
		if (signal?.aborted) throw signal.reason;
		throw new LivekeeperApiError("unreachable", textsOf(connection).brokeOff, { cause });
	}
	return new Blob(chunks, { type: response.headers.get("content-type") ?? "" });
}

/**
 * Sends a request and returns its answer line by line, as it arrives.
 * @throws LivekeeperApiError, also for an answer that broke off; the signal's reason when aborted
 */
export function requestLines(
	connection: Connection,
	path: string,
	call: Call,
	onLine: (line: string) => void,
): Promise<void> {
	return request(connection, path, { accept: "*/*", ...call }, async (response) => {
		let rest = "";
		try {
			const decoder = new TextDecoder();
			for (const reader = response.body?.getReader(); reader; ) {
				const { done, value } = await reader.read();
				if (done) break;
				const lines = `${rest}${decoder.decode(value, { stream: true })}`.split("\n");
				rest = lines.pop() ?? "";
				for (const line of lines) onLine(line);
			}
		} catch (cause) {
			if (call.signal?.aborted) throw call.signal.reason;
			throw new LivekeeperApiError("unreachable", textsOf(connection).brokeOff, { cause });
		}
	});
}

async function request<T>(
	connection: Connection,
	path: string,
	call: Call,
	read: (response: Response) => Promise<T>,
): Promise<T> {
	const { controller, release } = linkedAbort(call.signal);
	try {
		return await read(await send(connection, path, call, controller));
	} finally {
		release();
	}
}

/**
 * Sends a request and returns the answer once its head has arrived and reports success; `controller` ends it.
 * @throws LivekeeperApiError; the controller's reason if something else aborted it
 */
export async function send(
	connection: Connection,
	path: string,
	{ method = "GET", query = {}, body, accept = "application/json", alsoAnswers, ...call }: Call,
	controller: AbortController,
): Promise<Response> {
	const { fetch, clock, apiKey, lang } = connection;
	const texts = textsOf(connection);
	const timeoutMs = call.timeoutMs ?? connection.timeoutMs;
	const url = new URL(path, connection.base);
	for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, `${value}`);
	const tooLate = new LivekeeperApiError("timeout", texts.noAnswer(url.origin, timeoutMs / 1000));
	const timer =
		timeoutMs === Number.POSITIVE_INFINITY ? undefined : clock.after(timeoutMs, () => controller.abort(tooLate));
	const headers: Record<string, string> = { accept };
	if (lang !== undefined) headers["accept-language"] = lang;
	if (apiKey !== undefined) headers["authorization"] = `Bearer ${apiKey}`;
	const isFile = body instanceof Blob;
	if (body !== undefined) {
		headers["content-type"] = isFile ? body.type || "application/octet-stream" : "application/json";
	}
	try {
		const init = { method, headers, signal: controller.signal } satisfies RequestInit;
		const response = await fetch(
			url,
			body === undefined ? init : { ...init, body: isFile ? body : JSON.stringify(body) },
		);
		if (!response.ok && response.status !== alsoAnswers) throw await refusal(response, clock.now(), texts);
		return response;
	} catch (error) {
		if (controller.signal.aborted) throw controller.signal.reason;
		throw asApiError(error, url, texts);
	} finally {
		timer?.cancel();
	}
}

/** Returns the texts of the client's own errors, in its language. */
export function textsOf({ lang = "en" }: Pick<Connection, "lang">): RequestTexts {
	return requestTexts[lang];
}

async function json(response: Response, texts: RequestTexts): Promise<unknown> {
	const text = await response.text();
	try {
		return JSON.parse(text);
	} catch (cause) {
		throw new LivekeeperApiError("bad_answer", texts.notJson, {
			status: response.status,
			cause,
		});
	}
}

/** Converts the service's refusal: `{"success":false,"error":{code,message,hint}}`. */
async function refusal(response: Response, nowMs: number, texts: RequestTexts): Promise<LivekeeperApiError> {
	const { status } = response;
	const retryAfterMs = parseRetryAfter(response.headers.get("retry-after") ?? undefined, nowMs);
	const body: unknown = await json(response, texts).catch(() => undefined);
	const error = record(record(body)["error"]);
	const { code, message, hint } = error;
	return new LivekeeperApiError(
		typeof code === "string" ? code : "bad_answer",
		typeof message === "string" ? message : texts.status(status),
		{ status, retryAfterMs, hint: typeof hint === "string" ? hint : undefined },
	);
}

function asApiError(error: unknown, url: URL, texts: RequestTexts): LivekeeperApiError {
	if (error instanceof LivekeeperApiError) return error;
	return new LivekeeperApiError("unreachable", texts.unreachable(url.origin), {
		hint: texts.unreachableHint,
		cause: error,
	});
}

/** Returns any value as a record whose fields may be read. */
export function record(value: unknown): Record<string, unknown> {
	return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
