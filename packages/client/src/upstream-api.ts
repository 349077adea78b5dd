import { LivekeeperApiError } from "./errors.ts";
import type {
	ConnectionLimits,
	Connections,
	DoctorEnd,
	DoctorStep,
	ReconnectStatus,
	Update,
	Upstream,
} from "./gen/api.ts";
import { type Connection, type RequestOptions, requestJson, requestLines, textsOf } from "./http.ts";

/** Distribution of connections. Every method throws {@link LivekeeperApiError}. */
export interface ConnectionsApi {
	get(options?: RequestOptions): Promise<Connections>;
	/** Changes limits until the service ends; those that are left out stay. */
	limit(change: Partial<ConnectionLimits> & RequestOptions): Promise<Connections>;
	reconnecting(options?: RequestOptions): Promise<ReconnectStatus>;
}

const connectionsPath = "api/v1/connections";

export function connectionsApi(connection: Connection): ConnectionsApi {
	return {
		get: ({ signal } = {}) => requestJson<Connections>(connection, connectionsPath, { signal }),
		limit: ({ signal, ...body }) =>
			requestJson<Connections>(connection, connectionsPath, { method: "PATCH", body, signal }),
		async reconnecting({ signal } = {}) {
			return (await requestJson<{ reconnect: ReconnectStatus }>(connection, "api/v1/reconnect", { signal })).reconnect;
		},
	};
}

/** Result of a request to try refused ways again. */
export interface TriedAgain {
	/** The exits from which one request is sent at once; none if nothing is refused. */
	tried: string[];
	/** State just before it: {@link probeOutcome} compares it with that of {@link UpstreamApi.get} some seconds later. */
	upstream: Upstream;
}

/** Lookups of live rooms on the site. Every method throws {@link LivekeeperApiError}. */
export interface UpstreamApi {
	get(options?: RequestOptions): Promise<Upstream>;
	/** Returns what the update service says about newer versions and site profiles. */
	update(options?: RequestOptions): Promise<Update>;
	/**
	 * Uses the site profile that an update offers, or no longer.
	 * @throws LivekeeperApiError `not_found` if none is offered
	 */
	useProfile(apply: boolean, options?: RequestOptions): Promise<Update>;
	/**
	 * Reports that a person has passed the site's slider in a browser: refused ways are tried again at once.
	 * @param options.exit its name; default: all
	 * @throws LivekeeperApiError `exit_not_found`, `too_many_requests` less than 10 s after the last time
	 */
	passed(options?: { exit?: string | undefined } & RequestOptions): Promise<TriedAgain>;
}

const path = "api/v1/upstream";
/** Less than any cooldown after a refusal, ms. */
const minPauseMs = 60_000;

export function upstreamApi(connection: Connection): UpstreamApi {
	return {
		async get({ signal } = {}) {
			return (await requestJson<{ upstream: Upstream }>(connection, path, { signal })).upstream;
		},
		async update({ signal } = {}) {
			return (await requestJson<{ update: Update }>(connection, "api/v1/update", { signal })).update;
		},
		async useProfile(apply, { signal } = {}) {
			const request = { method: "PUT", body: { apply }, signal } as const;
			return (await requestJson<{ update: Update }>(connection, "api/v1/update/profile", request)).update;
		},
		async passed({ exit, signal } = {}) {
			const body = exit === undefined ? {} : { exit };
			const { tried, upstream } = await requestJson<TriedAgain>(connection, `${path}/passed`, {
				method: "POST",
				body,
				signal,
			});
			return { tried, upstream };
		},
	};
}

/**
 * Returns the outcome for an exit that was tried again: `waiting` until there is an answer.
 * @param before as returned by {@link UpstreamApi.passed}
 * @param after as returned by {@link UpstreamApi.get} later
 */
export function probeOutcome(before: Upstream, after: Upstream, exit: string): "works" | "refused" | "waiting" {
	const waysOf = ({ exits }: Upstream) => exits.find(({ name }) => name === exit)?.ways ?? [];
	const now = new Map(waysOf(after).map((way) => [way.way, way]));
	const tried = waysOf(before).filter(({ state }) => state === "rests");
	if (tried.some(({ way }) => now.get(way)?.state === "works")) return "works";
	const refusedAgain = tried.some((was) => {
		const is = now.get(was.way);
		if (is?.state !== "rests" || is.until === null) return false;
		// A way that may be asked at once has not been answered yet; a refusal lasts for minutes.
		return is.asked > was.asked && is.until !== was.until && is.until > after.at + minPauseMs;
	});
	return refusedAgain ? "refused" : "waiting";
}

export interface DoctorQuestion extends RequestOptions {
	/** Room to check; default: a room of the identity, or one that the service keeps. */
	liveId?: string | undefined;
	/** The identity to use instead of the room's own. */
	identity?: string | undefined;
	/** Called with each step when it is done. */
	onStep?: ((step: DoctorStep) => void) | undefined;
}

/** Result of the diagnosis. */
export interface DoctorVerdict {
	/** The room that was checked; `null` if there was none. */
	liveId: string | null;
	/** Whether the room can be kept connected; `null` if none was checked. */
	ok: boolean | null;
}

export async function examine(
	connection: Connection,
	{ liveId, identity, signal, onStep }: DoctorQuestion,
): Promise<DoctorVerdict> {
	const call = { method: "POST", body: { live_id: liveId, identity }, signal } as const;
	let verdict: DoctorVerdict | undefined;
	await requestLines(connection, "api/v1/doctor", call, (text) => {
		const line = JSON.parse(text) as DoctorStep | DoctorEnd;
		if ("end" in line) verdict = { liveId: line.live_id, ok: line.ok };
		else onStep?.(line);
	});
	if (!verdict) throw new LivekeeperApiError("unreachable", textsOf(connection).brokeOff);
	return verdict;
}
