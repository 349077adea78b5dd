import { type Clock, type OfficialType, parseEntries, sleep } from "@livekeeper/douyin";
import type { PushProblem, TokenStatus } from "./broadcast-status.ts";

/** Where the open platform is asked. */
export interface PlatformUrls {
	/** Base of its calls. */
	base: string;
	/** Where tokens come from. */
	token: string;
}

export interface AppSecrets {
	appId: string;
	secret: string;
}

/** A call that the platform turned down, or that did not reach it. */
export class OpenPlatformError extends Error {
	override readonly name = "OpenPlatformError";
	/** The platform's own number; `undefined` where it gave no answer. */
	readonly errNo: number | undefined;

	constructor(message: string, options: { errNo?: number; cause?: unknown } = {}) {
		super(message, options.cause === undefined ? undefined : { cause: options.cause });
		this.errNo = options.errNo;
	}
}

/** What went wrong, as the status reports it. */
export function problemOf(error: unknown): PushProblem {
	return {
		errNo: error instanceof OpenPlatformError ? error.errNo : undefined,
		message: error instanceof Error ? error.message : String(error),
	};
}

/** Failed deliveries, as far as one page holds them. */
export interface FailedPage {
	/** How many there are on all pages. */
	total: number;
	/** Deliveries on this page. */
	count: number;
	entries: unknown[];
}

export interface AckItem {
	msg_id: string;
	msg_type: OfficialType;
	/** When it was taken, ms since the epoch. */
	client_time: number;
}

/** Maximum number of failed deliveries on a page of the platform. */
export const failedPageSize = 100;
/** What the documentation calls a token that does not hold. */
const invalidToken = 40_022;
/** How long before its end a token is renewed. */
const beforeEndMs = 300_000;
const maxAnswerBytes = 8 * 1024 * 1024;
/** Ten calls a second are taken for each app. */
const betweenCallsMs = 110;
const answerWithinMs = 10_000;
/** The task runs (the documentation's task states). */
const running = 3;

/** Asks the open platform, as one app: at its pace, with a token that holds. */
export class OpenPlatformClient {
	readonly #app: AppSecrets;
	readonly #urls: PlatformUrls;
	readonly #clock: Clock;
	readonly #closing = new AbortController();
	/** It is renewed at `renewAt`, before it ends. */
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

	/** Has a kind of data pushed; again changes nothing. @throws OpenPlatformError, as all do */
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

	/** @param page from 1 */
	async failed(roomId: string, type: OfficialType, page: number): Promise<FailedPage> {
		const query = { ...this.#of(roomId, type), page_num: String(page), page_size: String(failedPageSize) };
		const { total_count: total, data_list: list } = fieldsOf(
			await this.#call("GET", "/api/live_data/task/fail_data/get", query),
		);
		const deliveries: unknown[] = Array.isArray(list) ? list : [];
		const entries = deliveries.flatMap((delivery) => payloadOf(fieldsOf(delivery)["payload"]));
		return { total: typeof total === "number" ? total : deliveries.length, count: deliveries.length, entries };
	}

	/** Tells that entries have been received. */
	async acknowledge(roomId: string, items: readonly AckItem[]): Promise<void> {
		const body = { room_id: roomId, app_id: this.#app.appId, ack_type: 1, data: JSON.stringify(items) };
		await this.#call("POST", "/api/live_data/ack", body);
	}

	/** Ends what is under way. */
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
			// Somebody has taken another one, or the platform's clock is not ours.
			if (errNo === invalidToken && this.#token?.text === token) this.#token = undefined;
			if (errNo === invalidToken && attempt === 1) continue;
			throw this.#refused(answer, answer["err_msg"]);
		}
	}

	/** All who need one at once wait for the same. */
	#validToken(): Promise<string> {
		const token = this.#token;
		if (token && token.renewAt > this.#clock.now()) return Promise.resolve(token.text);
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
		const askedAt = this.#clock.now();
		const answer = await this.#ask("POST", new URL(this.#urls.token), asked, {});
		const { access_token: text, expires_in: seconds } = fieldsOf(answer["data"]);
		if (answer["err_no"] !== 0 || typeof text !== "string" || text === "") {
			throw this.#refused(answer, answer["err_tips"]);
		}
		const lifeMs = typeof seconds === "number" && seconds > 0 ? seconds * 1000 : 0;
		const renewAt = askedAt + Math.max(lifeMs / 2, lifeMs - beforeEndMs);
		this.#token = { text, renewAt, endsAt: askedAt + lifeMs };
		return text;
	}

	/** The platform's words go into the status and the log: what is secret is taken out, should they repeat it. */
	#refused(answer: Record<string, unknown>, words: unknown): OpenPlatformError {
		const { err_no: errNo } = answer;
		const secrets = [this.#app.secret, this.#token?.text ?? ""].filter((secret) => secret !== "");
		const said = typeof words === "string" && words !== "" ? words : "no reason given";
		const message = secrets.reduce((text, secret) => text.replaceAll(secret, "…"), said).slice(0, 200);
		return new OpenPlatformError(message, typeof errNo === "number" ? { errNo } : {});
	}

	async #inTurn(): Promise<void> {
		const now = this.#clock.now();
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

/** A page of 100 failed deliveries has some hundred kilobytes; an answer without an end is cut. */
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

/** JSON text of a list, or the list itself: both have been seen. */
function payloadOf(payload: unknown): unknown[] {
	if (Array.isArray(payload)) return payload;
	if (typeof payload !== "string") return [];
	try {
		return parseEntries(payload);
	} catch {
		// One that can't be read must not hide the others of its page: it counts as an entry that can't be.
		return [undefined];
	}
}

function fieldsOf(value: unknown): Record<string, unknown> {
	return typeof value === "object" && value !== null ? { ...value } : {};
}
