import { type Clock, type OfficialType, parseEntries, sleep } from "@livekeeper/douyin";
import type { PushProblem, TokenStatus } from "./broadcast-status.ts";

/** Addresses of the open platform. */
export interface PlatformUrls {
	/** Base address of its calls. */
	base: string;
	/** Address that issues tokens. */
	token: string;
}

export interface AppSecrets {
	appId: string;
	secret: string;
}

/** A call that the platform refused, or that did not reach it. */
export class OpenPlatformError extends Error {
	override readonly name = "OpenPlatformError";
	/** The platform's own number; `undefined` if it gave no answer. */
	readonly errNo: number | undefined;

	constructor(message: string, options: { errNo?: number; cause?: unknown } = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.errNo = options.errNo;
	}
}

/** Converts an error for the status. */
export function problemOf(error: unknown): PushProblem {
	return {
		errNo: error instanceof OpenPlatformError ? error.errNo : undefined,
		message: error instanceof Error ? error.message : String(error),
	};
}

/** Failed deliveries on one page. */
export interface FailedPage {
	/** Number of failed deliveries on all pages. */
	total: number;
	/** Number of deliveries on this page. */
	count: number;
	entries: unknown[];
}

export interface AckItem {
	msg_id: string;
	msg_type: OfficialType;
	/** Time when the page was created, ms since the epoch. */
	client_time: number;
}

/** Maximum number of failed deliveries on a page of the platform. */
export const failedPageSize = 100;
/** The documentation's error for an invalid token. */
const invalidToken = 40_022;
/** Time before its expiry at which a token is renewed, ms. */
const beforeEndMs = 300_000;
const maxAnswerBytes = 8 * 1024 * 1024;
/** Interval between calls, ms. The platform accepts ten calls a second per app. */
const betweenCallsMs = 110;
const answerWithinMs = 10_000;
/** Task state of a running task, by the documentation. */
const running = 3;

/** Client of the open platform for one app. Keeps to its pace and holds a valid token. */
export class OpenPlatformClient {
	readonly #app: AppSecrets;
	readonly #urls: PlatformUrls;
	readonly #clock: Clock;
	readonly #closing = new AbortController();
	/** Current token; renewed at `renewAt` of `Clock.elapsed`, before it expires at `endsAt` of the wall clock. */
	#token: { text: string; renewAt: number; endsAt: number } | undefined;
	#tokenError: TokenStatus["error"];
	#tokenAsked: Promise<string> | undefined;
	#nextCallAt = 0;

	constructor(app: AppSecrets, { urls, clock }: { urls: PlatformUrls; clock: Clock }) {
		this.#app = app;
		this.#urls = urls;
		this.#clock = clock;
	}

	get token(): TokenStatus {
		return { endsAt: this.#token?.endsAt, error: this.#tokenError };
	}

	/** Starts the push of a kind of data; repeating it changes nothing. @throws OpenPlatformError, as all methods do */
	async start(roomId: string, type: OfficialType): Promise<void> {
		await this.#call("POST", "/api/live_data/task/start", this.#of(roomId, type));
	}

	async stop(roomId: string, type: OfficialType): Promise<void> {
		await this.#call("POST", "/api/live_data/task/stop", this.#of(roomId, type));
	}

	async isRunning(roomId: string, type: OfficialType): Promise<boolean> {
		const data = await this.#call("GET", "/api/live_data/task/get", this.#of(roomId, type));
		return fieldsOf(data)["status"] === running;
	}

	/** @param page starting at 1 */
	async failed(roomId: string, type: OfficialType, page: number): Promise<FailedPage> {
		const query = { ...this.#of(roomId, type), page_num: String(page), page_size: String(failedPageSize) };
		const { total_count: total, data_list: list } = fieldsOf(
			await this.#call("GET", "/api/live_data/task/fail_data/get", query),
		);
		const deliveries: unknown[] = Array.isArray(list) ? list : [];
		const entries = deliveries.flatMap((delivery) => payloadOf(fieldsOf(delivery)["payload"]));
		return { total: typeof total === "number" ? total : deliveries.length, count: deliveries.length, entries };
	}

	/** Acknowledges received entries. */
	async acknowledge(roomId: string, items: readonly AckItem[]): Promise<void> {
		const body = { room_id: roomId, app_id: this.#app.appId, ack_type: 1, data: JSON.stringify(items) };
		await this.#call("POST", "/api/live_data/ack", body);
	}

	/** Aborts pending calls. */
	close(): void {
		this.#closing.abort();
	}

	#of(roomId: string, type: OfficialType) {
		return { roomid: roomId, appid: this.#app.appId, msg_type: type };
	}

	async #call(method: "GET" | "POST", path: string, parameters: Record<string, unknown>): Promise<unknown> {
		for (let attempt = 1; ; attempt++) {
			const token = await this.#validToken();
			await this.#inTurn();
			const answer = await this.#ask(method, new URL(path, this.#urls.base), parameters, { "access-token": token });
			const errNo = answer["err_no"];
			if (errNo === 0) return answer["data"];
			// Another client has requested a new token, or the platform's clock differs.
			if (errNo === invalidToken && this.#token?.text === token) this.#token = undefined;
			if (errNo === invalidToken && attempt === 1) continue;
			throw this.#refused(answer, answer["err_msg"]);
		}
	}

	/** Returns a valid token. Concurrent callers share one request. */
	#validToken(): Promise<string> {
		const token = this.#token;
		if (token && token.renewAt > this.#clock.elapsed()) return Promise.resolve(token.text);
		this.#tokenAsked ??= this.#renewToken().finally(() => {
			this.#tokenAsked = undefined;
		});
		return this.#tokenAsked;
	}

	async #renewToken(): Promise<string> {
		try {
			const text = await this.#newToken();
			this.#tokenError = undefined;
			return text;
		} catch (error) {
			this.#tokenError = { ...problemOf(error), at: this.#clock.now() };
			throw error;
		}
	}

	async #newToken(): Promise<string> {
		const { appId, secret } = this.#app;
		const asked = { appid: appId, secret, grant_type: "client_credential" };
		const [askedAt, wallAskedAt] = [this.#clock.elapsed(), this.#clock.now()];
		const answer = await this.#ask("POST", new URL(this.#urls.token), asked, {});
		const { access_token: text, expires_in: seconds } = fieldsOf(answer["data"]);
		if (answer["err_no"] !== 0 || typeof text !== "string" || text === "") {
			throw this.#refused(answer, answer["err_tips"]);
		}
		const lifeMs = typeof seconds === "number" && seconds > 0 ? seconds * 1000 : 0;
		const renewAt = askedAt + Math.max(lifeMs / 2, lifeMs - beforeEndMs);
		this.#token = { text, renewAt, endsAt: wallAskedAt + lifeMs };
		return text;
	}

	/**
	 * Creates the error of a refusal. Its message goes into the status and the log, so secrets that it repeats are
	 * masked.
	 */
	#refused(answer: Record<string, unknown>, words: unknown): OpenPlatformError {
		const { err_no: errNo } = answer;
		const secrets = [this.#app.secret, this.#token?.text ?? ""].filter((secret) => secret !== "");
		const said = typeof words === "string" && words !== "" ? words : "no reason given";
		const message = secrets.reduce((text, secret) => text.replaceAll(secret, "…"), said).slice(0, 200);
		return new OpenPlatformError(message, typeof errNo === "number" ? { errNo } : {});
	}

	async #inTurn(): Promise<void> {
		const now = this.#clock.elapsed();
		const at = Math.max(now, this.#nextCallAt);
		this.#nextCallAt = at + betweenCallsMs;
		if (at > now) await sleep(this.#clock, at - now, this.#closing.signal);
	}

	async #ask(
		method: "GET" | "POST",
		url: URL,
		parameters: Record<string, unknown>,
		headers: Record<string, string>,
	): Promise<Record<string, unknown>> {
		if (method === "GET")
			for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, String(value));
		const overdue = new AbortController();
		const timer = this.#clock.after(answerWithinMs, () => overdue.abort());
		try {
			const response = await fetch(url, {
				method,
				headers: { "content-type": "application/json", ...headers },
				...(method === "POST" && { body: JSON.stringify(parameters) }),
				redirect: "error",
				signal: AbortSignal.any([overdue.signal, this.#closing.signal]),
			});
			return fieldsOf(JSON.parse(await textOf(response)));
		} catch (cause) {
			const why = cause instanceof Error ? (cause.cause instanceof Error ? cause.cause.message : cause.message) : "";
			throw new OpenPlatformError(`The open platform gave no answer at ${url.origin}${url.pathname}: ${why}`, {
				cause,
			});
		} finally {
			timer.cancel();
		}
	}
}

/** Reads an answer, and aborts an endless one. A page of 100 failed deliveries has some hundred kilobytes. */
async function textOf({ body }: Response): Promise<string> {
	const chunks: Uint8Array[] = [];
	let bytes = 0;
	for await (const chunk of body ?? []) {
		bytes += chunk.length;
		if (bytes > maxAnswerBytes) throw new Error(`its answer is longer than ${maxAnswerBytes} bytes`);
		chunks.push(chunk);
	}
	return Buffer.concat(chunks).toString();
}

/** Parses a list, which may also arrive as JSON text; both have been seen. */
function payloadOf(payload: unknown): unknown[] {
	if (Array.isArray(payload)) return payload;
	if (typeof payload !== "string") return [];
	try {
		return parseEntries(payload);
	} catch {
		// An unreadable delivery must not hide the others on its page; it counts as an unreadable entry.
		return [undefined];
	}
}

function fieldsOf(value: unknown): Record<string, unknown> {
	return typeof value === "object" && value !== null ? { ...value } : {};
}
