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
			.describe("rests: the site refused it, and one request tries it again at `until`"),
		since: time("since when it is in this state"),
		until: time("when a way that rests is tried again"),
		sign: z
			.enum(["captcha", "empty", "refused", "layout", "slow_down", "login"])
			.nullable()
			.describe("how the site refuses it; layout: it answers in a form that livekeeper does not know"),
		left: z.number().min(0).describe("requests that may be made at once"),
		per_minute: z.number().min(0).describe("requests that are added each minute"),
		asked: z.int().min(0).describe("requests of the last 24 hours"),
	})
	.meta({ id: "LookupWay" });

const exit = z
	.object({
		name: z.string().describe("direct, or the proxy's host and port"),
		rooms: z.int().min(0).describe("rooms that wait to be looked up from here"),
		closed: z.boolean().describe("whether the site refuses every way"),
		captcha: z.boolean().describe("whether a person can end a refusal by passing the site's slider"),
		message: z.string().nullable().describe("for people: which ways are refused and how; null while none is"),
		advice: z.string().nullable().describe("for people: what can be done about it"),
		ways: z.array(way),
	})
	.meta({ id: "LookupExit" });

/** How the site is asked which rooms are live, from where, and how far that is. */
export const upstream = z
	.object({
		at: z.number().describe("when it was so, by the service's clock, ms since the epoch"),
		rooms: z.int().min(0).describe("rooms that this node keeps, connected ones too"),
		known: z.int().min(0).describe("those of them that the site has said anything about"),
		known_in_ms: z.number().min(0).describe("time until all are known, as planned now; 0 where they are"),
		page: z.string().describe("the site's page of a room that is not connected: the slider is passed there"),
		exits: z.array(exit).describe("addresses that the site sees: this machine's own, and the proxies"),
	})
	.meta({ id: "Upstream" });

export type WireUpstream = z.infer<typeof upstream>;

/** @param language in which it speaks to people */
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
