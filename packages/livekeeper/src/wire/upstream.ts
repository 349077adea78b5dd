import type { Language } from "@livekeeper/base/text";
import { driftKinds, failureReasons, lookupWays } from "@livekeeper/douyin";
import { changedText } from "@livekeeper/targets/text/drift";
import { z } from "zod";
import type { LookupView, ReconnectStatus } from "../live/index.ts";
import type { SiteFileState } from "../site/index.ts";

/** Ways of asking the site which rooms are live. */
export const lookupWay = z.enum([...lookupWays, "batch", "followed"]);

const time = (what: string) => z.number().nullable().describe(`${what}, ms since the epoch; null when there is none`);

const way = z
	.object({
		way: lookupWay,
		state: z
			.enum(["untried", "works", "rests"])
			.describe("`rests`: refused by Douyin; one request retries it at `until`"),
		since: time("time at which it entered this state"),
		until: time("time at which a refused method is retried"),
		sign: z
			.enum(["captcha", "empty", "refused", "layout", "slow_down", "login"])
			.nullable()
			.describe("how Douyin refuses it; layout: an answer that livekeeper can't read"),
		left: z.number().min(0).describe("requests available now"),
		per_minute: z.number().min(0).describe("requests added per minute"),
		asked: z.int().min(0).describe("requests in the last 24 hours"),
	})
	.meta({ id: "LookupWay" });

const exit = z
	.object({
		name: z.string().describe("direct, or the proxy's host and port"),
		rooms: z.int().min(0).describe("rooms waiting for a lookup from here"),
		closed: z.boolean().describe("whether Douyin refuses every method"),
		captcha: z.boolean().describe("whether a person can end a refusal by passing Douyin's slider"),
		message: z.string().nullable().describe("for people: which methods are refused and how; null if none"),
		advice: z.string().nullable().describe("for people: what can be done about it"),
		ways: z.array(way),
	})
	.meta({ id: "LookupExit" });

const inForce = {
	source: z.enum(["built_in", "file", "update"]).describe("origin of what is in force"),
	file: z.string().nullable().describe("the configured file; null if none is"),
	since: z.number().describe("time since which it is in force, ms since the epoch"),
	problem: z
		.string()
		.nullable()
		.describe("for people: why the file as it is now is not used, with its lines; what was in force before stays"),
};

const profile = z
	.object({
		...inForce,
		version: z.int().min(1).describe("version of this profile"),
		date: z.string().describe("date of its facts"),
		ways: z.array(lookupWay).describe("methods in their order; one that is missing is not used"),
	})
	.meta({ id: "SiteProfile" });

const host = z
	.object({
		host: z.string(),
		success_rate: z
			.number()
			.min(0)
			.max(1)
			.nullable()
			.describe("how likely an attempt succeeds there now; null without a record"),
		open: z.boolean().describe("not used for a while after repeated failures"),
	})
	.meta({ id: "PushHost" });

const drift = z
	.object({
		kind: z
			.enum(driftKinds)
			.describe(
				"method: an unknown kind of message; field: an unknown field of a known kind, counted in one of 16 messages; message, frame: unreadable; page: an answer without its marks; empty: an answer without content",
			),
		name: z.string().describe("the kind of message, with #number for a field; or the method of lookup or the call"),
		exit: z.string().describe("where it was last observed: direct, or the proxy's host and port"),
		count: z.int().min(1).describe("observations since then"),
		since: z.number().describe("first observation, ms since the epoch"),
		last_at: z.number().describe("last observation, ms since the epoch"),
		current: z.boolean().describe("whether it was observed within the last day"),
		learned: z.boolean().describe("first seen on the first day of this data folder, so it is not news"),
		sample: z.string().nullable().describe("the sample's file, in the folder drift of the data folder"),
	})
	.meta({ id: "SiteDrift" });

/** Lookups of live rooms on the site: ways, exits and progress. */
export const upstream = z
	.object({
		at: z.number().describe("time of this state, by the service's clock, ms since the epoch"),
		rooms: z.int().min(0).describe("rooms that this node runs, including connected ones"),
		known: z.int().min(0).describe("the number of them that Douyin has answered about"),
		known_in_ms: z.number().min(0).describe("time until all are looked up, as planned now; 0 if they are"),
		page: z.string().describe("Douyin's page of a room that is not connected, where the slider can be passed"),
		profile: profile.describe("what is known of Douyin: servers, versions, queries, limits"),
		signer: z.object(inForce).describe("the functions that sign requests"),
		hosts: z
			.array(host)
			.describe("Douyin's servers for messages: those of the profile in its order, then others with a record"),
		drift: z.array(drift).describe("what Douyin sends that this version does not know"),
		changed: z.array(z.string()).describe("for people: what Douyin seems to have changed, and since when"),
		exits: z.array(exit).describe("addresses that Douyin sees: this machine's own, and the proxies"),
	})
	.meta({ id: "Upstream" });

type WireUpstream = z.infer<typeof upstream>;

function toWireState({ source, file, since, problem }: SiteFileState, language: Language) {
	return { source, file: file ?? null, since, problem: problem?.[language] ?? null };
}

/** @param language language of the words for people */
export function toWireUpstream(view: LookupView, language: Language): WireUpstream {
	return {
		at: view.at,
		rooms: view.rooms,
		known: view.known,
		known_in_ms: Math.min(view.knownInMs, Number.MAX_SAFE_INTEGER),
		page: view.page,
		profile: {
			...toWireState(view.site.profileState, language),
			...{ version: view.site.profile.version, date: view.site.profile.date, ways: [...view.site.profile.ways] },
		},
		signer: toWireState(view.site.signerState, language),
		drift: (view.drift?.entries ?? []).map((entry) => ({
			...{ kind: entry.kind, name: entry.name, exit: entry.exit, count: entry.count, since: entry.since },
			...{ last_at: entry.lastAt, current: view.drift?.isCurrent(entry) ?? false, learned: entry.learned },
			sample: entry.sample || null,
		})),
		changed: (view.drift?.episodes ?? []).map((episode) => changedText(episode)[language]),
		hosts: view.hosts.map(({ host, successRate, open }) => ({
			host,
			success_rate: successRate === undefined ? null : Math.round(successRate * 1000) / 1000,
			open,
		})),
		exits: view.exits.map(({ name, rooms, closed, trouble, ways }) => ({
			name,
			rooms,
			closed,
			captcha: trouble?.captcha ?? false,
			message: trouble?.message[language] ?? null,
			advice: trouble?.advice[language] ?? null,
			ways: ways.map((one) => ({
				way: one.way,
				state: one.state,
				since: one.since ?? null,
				until: one.until ?? null,
				sign: one.sign ?? null,
				left: one.left,
				per_minute: one.perMinute,
				asked: one.asked,
			})),
		})),
	};
}

/** The state of reconnecting, for all rooms together. */
export const reconnect = z
	.object({
		strategy: z.enum(["fixed", "adaptive"]),
		outage: z
			.object({
				since: z.number().describe("ms since the epoch"),
				reason: z.enum(failureReasons).describe("why most rooms failed"),
				canary: z.string().describe("the room that tries first"),
				waiting: z.int().min(0).describe("rooms that wait for it"),
			})
			.nullable()
			.describe("set while most rooms have failed at once"),
		hosts: z
			.array(
				z.object({
					host: z.string(),
					success_rate: z.number().min(0).max(1).describe("how likely an attempt succeeds there now"),
					open: z.boolean().describe("not used for a while after repeated failures"),
				}),
			)
			.describe("what the adaptive strategy knows about Douyin's servers"),
	})
	.meta({ id: "ReconnectStatus" });

export function toWireReconnect({ strategy, outage, hosts }: ReconnectStatus): z.infer<typeof reconnect> {
	return {
		strategy,
		outage: outage ?? null,
		hosts: hosts.map(({ host, successRate, open }) => ({
			host,
			success_rate: Math.round(successRate * 1000) / 1000,
			open,
		})),
	};
}
