import { type ErrorCode, errorTable, LivekeeperError } from "../errors.ts";
import type { WireStatus } from "../http/index.ts";

export interface ApiOptions {
	url: string;
	apiKey?: string | undefined;
	/** Default 10 s. */
	timeoutMs?: number;
}

/** A running service, asked over HTTP. Every method throws {@link LivekeeperError}: the service's own, or `server_unreachable`. */
export interface ApiClient {
	start(liveId: string): Promise<{ live_id: string; message: string }>;
	stop(liveId: string): Promise<{ live_id: string; message: string }>;
	rooms(): Promise<WireStatus[]>;
	room(liveId: string): Promise<WireStatus>;
	/** Begins an export; its body is the file. Waits for it as long as it takes. */
	export(liveId: string, query: ExportParams, signal: AbortSignal): Promise<Response>;
}

/** The parameters of `GET /api/v1/rooms/{live_id}/export`. */
export interface ExportParams {
	format: string;
	from?: string | undefined;
	to?: string | undefined;
	types?: string | undefined;
}

export function createApiClient(options: ApiOptions): ApiClient {
	const ask = <Reply>(method: string, path: string, body?: unknown) => request<Reply>(options, method, path, body);
	const pathOf = (liveId: string) => `/api/v1/rooms/${encodeURIComponent(liveId)}`;
	return {
		start: (liveId) => ask("POST", "/api/live/start", { live_id: liveId }),
		stop: (liveId) => ask("POST", "/api/live/stop", { live_id: liveId }),
		rooms: async () => (await ask<{ rooms: WireStatus[] }>("GET", "/api/v1/rooms")).rooms,
		room: async (liveId) => (await ask<{ room: WireStatus }>("GET", pathOf(liveId))).room,
		export: (liveId, query, signal) => download(options, `${pathOf(liveId)}/export`, query, signal),
	};
}

async function request<Reply>(options: ApiOptions, method: string, path: string, body: unknown): Promise<Reply> {
	const { url, apiKey, timeoutMs = 10_000 } = options;
	const headers: Record<string, string> = bearer(apiKey);
	if (body !== undefined) headers["content-type"] = "application/json";
	let reply: unknown;
	try {
		const response = await fetch(`${url}${path}`, {
			method,
			headers,
			signal: AbortSignal.timeout(timeoutMs),
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
		reply = await response.json();
	} catch (cause) {
		throw unreachable(url, cause);
	}
	if (isRecord(reply) && reply["success"] === true) return reply as Reply;
	throw refusal(url, reply);
}

/** @throws the signal's reason when aborted */
async function download(options: ApiOptions, path: string, query: ExportParams, signal: AbortSignal) {
	const { url, apiKey } = options;
	const set = Object.entries(query).filter(([, value]) => value !== undefined);
	try {
		const response = await fetch(`${url}${path}?${new URLSearchParams(set)}`, { headers: bearer(apiKey), signal });
		if (response.ok) return response;
		throw refusal(url, await response.json());
	} catch (error) {
		if (error instanceof LivekeeperError || signal.aborted) throw error;
		throw unreachable(url, error);
	}
}

function bearer(apiKey: string | undefined): Record<string, string> {
	return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
}

function unreachable(url: string, cause: unknown): LivekeeperError {
	if (cause instanceof SyntaxError) {
		return new LivekeeperError("server_unreachable", `What answers at ${url} is not livekeeper`, { cause });
	}
	const slow = cause instanceof Error && cause.name === "TimeoutError";
	const message = slow ? `The service at ${url} doesn't answer` : `No service is running at ${url}`;
	return new LivekeeperError("server_unreachable", message, { cause });
}

function refusal(url: string, reply: unknown): LivekeeperError {
	const error = isRecord(reply) ? reply["error"] : undefined;
	if (!isRecord(error) || typeof error["message"] !== "string") {
		return new LivekeeperError("server_unreachable", `What answers at ${url} is not livekeeper`);
	}
	const { code, message, hint } = error;
	const known = typeof code === "string" && Object.hasOwn(errorTable, code) ? (code as ErrorCode) : "internal";
	return new LivekeeperError(known, message, typeof hint === "string" ? { hint } : {});
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null;
}
