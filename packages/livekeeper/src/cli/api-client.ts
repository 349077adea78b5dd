import { type ErrorCode, errorTable, LivekeeperError } from "../errors.ts";
import type {
	WireConnections,
	WireDoctorEnd,
	WireDoctorStep,
	WireFoundRoom,
	WireGift,
	WireIdentity,
	WireNodes,
	WireOverlayToken,
	WireStatus,
} from "../http/index.ts";
import { commandFailures, commandTexts, doctorTexts, type Language, verbatim } from "../text/index.ts";

export type { WireGift, WireIdentity, WireOverlayToken } from "../http/index.ts";

export interface ApiOptions {
	url: string;
	apiKey?: string | undefined;
	/** In which the service is to speak; default English. */
	language?: Language | undefined;
	/** Default 10 s. */
	timeoutMs?: number;
}

/** A running service, asked over HTTP. Every method throws {@link LivekeeperError}: the service's own, or `server_unreachable`. */
export interface ApiClient {
	/** Options that are left out stay as they are. */
	start(liveId: string, options?: StartOptions): Promise<{ live_id: string; message: string }>;
	stop(liveId: string): Promise<{ live_id: string; message: string }>;
	/** The rooms in what somebody pasted; the service asks the site where it has to. */
	resolve(text: string): Promise<WireFoundRoom[]>;
	rooms(): Promise<WireStatus[]>;
	room(liveId: string): Promise<WireStatus>;
	connections(): Promise<WireConnections>;
	/** The nodes of the cluster, and for how long NATS has not heard the one that answers, ms; none where it is alone. */
	nodes(): Promise<WireNodes>;
	/** Limits that are left out stay as they are. */
	limit(change: LimitChange): Promise<WireConnections>;
	/** What gifts are called and cost, the dearest first. */
	gifts(): Promise<WireGift[]>;
	identities(): Promise<WireIdentity[]>;
	identity(name: string): Promise<WireIdentity>;
	setIdentity(name: string, body: IdentityBody): Promise<{ identity: WireIdentity; created: boolean }>;
	removeIdentity(name: string): Promise<void>;
	/** Has one tried again that rests. */
	liftRest(name: string): Promise<WireIdentity>;
	overlayTokens(): Promise<WireOverlayToken[]>;
	/** Its secret is given here and never again. */
	addOverlayToken(body: { name: string; live_id?: string | undefined }): Promise<MadeToken>;
	removeOverlayToken(id: string): Promise<void>;
	/**
	 * Has the service examine the way to a room: resolves once it has begun, then gives each step when it is done.
	 * Waits for them as long as they take.
	 */
	doctor(
		question: { liveId?: string | undefined; identity?: string | undefined },
		signal: AbortSignal,
	): Promise<AsyncGenerator<DoctorFinding, { liveId: string | undefined; ok: boolean | undefined }>>;
	/** Begins an export; its body is the file. Waits for it as long as it takes. */
	export(liveId: string, query: ExportParams, signal: AbortSignal): Promise<Response>;
	/** Begins a backup; its body is the file. Waits for it as long as it takes. */
	backup(signal: AbortSignal): Promise<Response>;
	/** How far the service's copy for it is, bytes; `null` while there is none. */
	backupProgress(): Promise<{ copied: number; total: number } | null>;
}

/** What can be asked of a room when it is started. */
export interface StartOptions {
	/** The name of the identity that it goes by. */
	identity?: string | undefined;
	pinned?: boolean | undefined;
	/** Whether payloads are stored as well. */
	raw?: boolean | undefined;
	/** How many sessions it keeps at once. */
	redundancy?: number | undefined;
	/** As whom the sessions behind the first go. */
	sessions?: { identity?: string | undefined }[] | undefined;
}

export interface MadeToken {
	token: WireOverlayToken;
	secret: string;
}

export type LimitChange = Partial<WireConnections["limits"]>;

/** The body of `PUT /api/v1/identities/{name}`: what is left out stays, `null` takes it away. */
export interface IdentityBody {
	cookie?: string | null;
	proxy?: string | null;
	/** ms since the epoch. */
	expires_at?: number | null;
}

/** One step of an examination. */
export interface DoctorFinding {
	name: WireDoctorStep["name"];
	/** `undefined`: neither good nor bad. */
	ok: boolean | undefined;
	detail: string;
	hint?: string | undefined;
	tookMs?: number | undefined;
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
		start: (liveId, given) => ask("POST", "/api/live/start", { live_id: liveId, ...given }),
		stop: (liveId) => ask("POST", "/api/live/stop", { live_id: liveId }),
		resolve: async (text) => {
			// A short link goes by several hops, and each room is looked up: the site may take its time over all of them.
			const patient = { ...options, timeoutMs: 120_000 };
			return (await request<{ rooms: WireFoundRoom[] }>(patient, "POST", "/api/v1/rooms/resolve", { text })).rooms;
		},
		rooms: async () => (await ask<{ rooms: WireStatus[] }>("GET", "/api/v1/rooms")).rooms,
		room: async (liveId) => (await ask<{ room: WireStatus }>("GET", pathOf(liveId))).room,
		connections: () => ask("GET", "/api/v1/connections"),
		nodes: () => ask<WireNodes>("GET", "/api/v1/nodes"),
		limit: (change) => ask("PATCH", "/api/v1/connections", change),
		gifts: async () => (await ask<{ gifts: WireGift[] }>("GET", "/api/v1/gifts")).gifts,
		...identityCalls(options),
		...tokenCalls(options),
		doctor: async ({ liveId, identity }, signal) => {
			const body = { live_id: liveId, identity };
			return findings(options.url, await download(options, "POST", "/api/v1/doctor", signal, body));
		},
		export: (liveId, query, signal) => {
			const set = Object.entries(query).filter(([, value]) => value !== undefined);
			return download(options, "GET", `${pathOf(liveId)}/export?${new URLSearchParams(set)}`, signal);
		},
		backup: (signal) => download(options, "POST", "/api/v1/backup", signal),
		backupProgress: async () =>
			(await ask<{ progress: { copied: number; total: number } | null }>("GET", "/api/v1/backup")).progress,
	};
}

type IdentityCalls = "identities" | "identity" | "setIdentity" | "removeIdentity" | "liftRest";

function identityCalls(options: ApiOptions): Pick<ApiClient, IdentityCalls> {
	const all = "/api/v1/identities";
	const pathOf = (name: string) => `${all}/${encodeURIComponent(name)}`;
	type One = { identity: WireIdentity };
	const ask = <Reply>(method: string, path: string, body?: unknown) => request<Reply>(options, method, path, body);
	return {
		identities: async () => (await ask<{ identities: WireIdentity[] }>("GET", all)).identities,
		identity: async (name) => (await ask<One>("GET", pathOf(name))).identity,
		setIdentity: (name, body) => ask<One & { created: boolean }>("PUT", pathOf(name), body),
		liftRest: async (name) => (await ask<One>("DELETE", `${pathOf(name)}/rest`)).identity,
		removeIdentity: async (name) => void (await ask("DELETE", pathOf(name))),
	};
}

type TokenCalls = "overlayTokens" | "addOverlayToken" | "removeOverlayToken";

function tokenCalls(options: ApiOptions): Pick<ApiClient, TokenCalls> {
	const all = "/api/v1/overlay-tokens";
	const ask = <Reply>(method: string, path: string, body?: unknown) => request<Reply>(options, method, path, body);
	return {
		overlayTokens: async () => (await ask<{ tokens: WireOverlayToken[] }>("GET", all)).tokens,
		addOverlayToken: async (body) => {
			const { token, secret } = await ask<MadeToken>("POST", all, body);
			return { token, secret };
		},
		removeOverlayToken: async (id) => void (await ask("DELETE", `${all}/${encodeURIComponent(id)}`)),
	};
}

async function request<Reply>(options: ApiOptions, method: string, path: string, body: unknown): Promise<Reply> {
	const { url, timeoutMs = 10_000 } = options;
	const headers = headersOf(options);
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
async function download(options: ApiOptions, method: string, path: string, signal: AbortSignal, body?: object) {
	const { url } = options;
	const json = body && { body: JSON.stringify(body) };
	const headers = { ...headersOf(options), ...(json && { "content-type": "application/json" }) };
	try {
		const response = await fetch(`${url}${path}`, { method, headers, signal, ...json });
		if (response.ok) return response;
		throw refusal(url, await response.json());
	} catch (error) {
		if (error instanceof LivekeeperError || signal.aborted) throw error;
		throw unreachable(url, error);
	}
}

async function* findings(
	url: string,
	{ body }: Response,
): AsyncGenerator<DoctorFinding, { liveId: string | undefined; ok: boolean | undefined }> {
	for await (const line of linesOf(body)) {
		const one = JSON.parse(line) as WireDoctorStep | WireDoctorEnd;
		if ("end" in one) return { liveId: one.live_id ?? undefined, ok: one.ok ?? undefined };
		const { name, ok, detail, hint, took_ms: tookMs } = one;
		yield { name, ok: ok ?? undefined, detail, hint: hint ?? undefined, tookMs: tookMs ?? undefined };
	}
	throw new LivekeeperError("server_unreachable", doctorTexts.brokeOff(url));
}

async function* linesOf(body: Response["body"]): AsyncGenerator<string, void> {
	let rest = "";
	for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) {
		const lines = `${rest}${text}`.split("\n");
		rest = lines.pop() ?? "";
		yield* lines;
	}
}

function headersOf({ apiKey, language = "en" }: ApiOptions): Record<string, string> {
	const key = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
	return { "accept-language": language, ...key };
}

function unreachable(url: string, cause: unknown): LivekeeperError {
	if (cause instanceof SyntaxError) {
		return new LivekeeperError("server_unreachable", commandFailures.notLivekeeper(url), { cause });
	}
	const slow = cause instanceof Error && cause.name === "TimeoutError";
	const text = slow ? commandFailures.noAnswer(url) : commandFailures.noService(url);
	return new LivekeeperError("server_unreachable", text, { cause });
}

function refusal(url: string, reply: unknown): LivekeeperError {
	const error = isRecord(reply) ? reply["error"] : undefined;
	if (!isRecord(error) || typeof error["message"] !== "string") {
		return new LivekeeperError("server_unreachable", commandFailures.notLivekeeper(url));
	}
	const { code, message, hint } = error;
	const known = typeof code === "string" && Object.hasOwn(errorTable, code) ? (code as ErrorCode) : "internal";
	// The service was asked for the language that this program speaks.
	const said = verbatim(inFlags(message));
	const todo = known === "unauthorized" ? commandTexts.giveKey : typeof hint === "string" ? verbatim(hint) : undefined;
	return new LivekeeperError(known, said, todo === undefined ? {} : { hint: todo });
}

/** What the API calls otherwise than the command line does. */
const flags: Record<string, string> = {
	redundancy: "--redundancy",
	pinned: "--pinned",
	raw: "--raw",
	identity: "--identity",
	"sessions.0.identity": "--second-identity",
	"sessions.1.identity": "--third-identity",
	max_connections: "--max",
	max_connections_per_identity: "--max-per-identity",
	max_connections_per_login: "--max-per-login",
	max_connections_per_proxy: "--max-per-proxy",
	types: "--types",
	format: "--format",
	from: "--from",
	to: "--to",
	expires_at: "--expires",
};

/** A message that begins with a field, with the option in its place. */
function inFlags(message: string): string {
	return message.replace(/^([a-z0-9_.]+)(?=: |：)/, (field) =>
		Object.hasOwn(flags, field) ? (flags[field] ?? field) : field,
	);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null;
}
