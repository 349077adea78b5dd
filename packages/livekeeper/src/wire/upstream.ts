import { lookupWays } from "@livekeeper/douyin";
import { z } from "zod";
import type { LookupView } from "../live/index.ts";
import type { Language } from "../text/index.ts";

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

/** Lookups of live rooms on the site: ways, exits and progress. */
export const upstream = z
	.object({
		at: z.number().describe("time of this state, by the service's clock, ms since the epoch"),
		rooms: z.int().min(0).describe("rooms that this node runs, including connected ones"),
		known: z.int().min(0).describe("the number of them that Douyin has answered about"),
		known_in_ms: z.number().min(0).describe("time until all are looked up, as planned now; 0 if they are"),
		page: z.string().describe("Douyin's page of a room that is not connected, where the slider can be passed"),
		exits: z.array(exit).describe("addresses that Douyin sees: this machine's own, and the proxies"),
	})
	.meta({ id: "Upstream" });

export type WireUpstream = z.infer<typeof upstream>;

/** @param language language of the words for people */
export function toWireUpstream(view: LookupView, language: Language): WireUpstream {
	return {
		at: view.at,
		rooms: view.rooms,
		known: view.known,
		known_in_ms: Math.min(view.knownInMs, Number.MAX_SAFE_INTEGER),
		page: view.page,
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
