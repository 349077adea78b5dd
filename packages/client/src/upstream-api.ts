import type { Upstream } from "./gen/api.ts";
import { type Connection, type RequestOptions, requestJson } from "./http.ts";

/** What became of a request to try refused ways again. */
export interface TriedAgain {
	/** The exits from which one request goes out at once; none where nothing is refused. */
	tried: string[];
	/** As it was just before: {@link probeOutcome} compares it with what {@link UpstreamApi.get} says some seconds later. */
	upstream: Upstream;
}

/** How the site is asked which rooms are live. Every method throws {@link LivekeeperApiError}. */
export interface UpstreamApi {
	get(options?: RequestOptions): Promise<Upstream>;
	/**
	 * A person has passed the site's slider in a browser: what is refused is tried again at once.
	 * @param options.exit its name; default: all
	 * @throws LivekeeperApiError `exit_not_found`, `too_many_requests` less than 10 s after the last time
	 */
	passed(options?: { exit?: string | undefined } & RequestOptions): Promise<TriedAgain>;
}

const path = "api/v1/upstream";
/** Shorter than any rest after a refusal, ms. */
const leastRestMs = 60_000;

export function upstreamApi(connection: Connection): UpstreamApi {
	return {
		async get({ signal } = {}) {
			return (await requestJson<{ upstream: Upstream }>(connection, path, { signal })).upstream;
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
 * What became of an exit that was tried again: `waiting` until there is an answer.
 * @param before as {@link UpstreamApi.passed} returned it. @param after as {@link UpstreamApi.get} says later
 */
export function probeOutcome(before: Upstream, after: Upstream, exit: string): "works" | "refused" | "waiting" {
	const waysOf = ({ exits }: Upstream) => exits.find(({ name }) => name === exit)?.ways ?? [];
	const now = new Map(waysOf(after).map((way) => [way.way, way]));
	const tried = waysOf(before).filter(({ state }) => state === "rests");
	if (tried.some(({ way }) => now.get(way)?.state === "works")) return "works";
	const refusedAgain = tried.some((was) => {
		const is = now.get(was.way);
		if (is?.state !== "rests" || is.until === null) return false;
		// One that may be asked at once has not been answered yet; a refusal lasts for minutes.
		return is.asked > was.asked && is.until !== was.until && is.until > after.at + leastRestMs;
	});
	return refusedAgain ? "refused" : "waiting";
}
