import { z } from "zod";
import { checkTexts } from "../../text/index.ts";

/** Printable and on one line, so that a cookie can't smuggle in another header. */
const cookie = z
	.string()
	.min(1)
	.max(16_384)
	.regex(/^[\x20-\x7e\x80-\uffff]+$/, checkTexts.cookie.en)
	.describe("the user's own cookie for the upstream; a logged-in one sees gifts");

const isProxyUrl = (value: string) => URL.canParse(value) && /^(https?|socks5h?):$/.test(new URL(value).protocol);

const proxy = z.string().max(2048).refine(isProxyUrl, checkTexts.proxy.en).describe("proxy to the upstream");

/** Who a room's connection is to the upstream. Secrets: never given back by any answer. */
export const identity = z.strictObject({ cookie: cookie.optional(), proxy: proxy.optional() });

export const identityName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, checkTexts.identityName.en);

export const identityParams = z.object({ name: identityName });

/** What an identity is made from, or changed with. */
export const identityInput = z.strictObject({
	cookie: z
		.string()
		.min(1)
		.max(1_048_576)
		.nullish()
		.describe("a Cookie header, a cookies.txt file, or a browser's JSON export; left out: kept, null: none"),
	proxy: proxy.nullish().describe("proxy to the upstream; left out: kept, null: none"),
	expires_at: z
		.int()
		.min(0)
		.nullish()
		.describe("when the cookie's login ends, ms since the epoch; left out with a new cookie: what the cookie says"),
});

const time = (what: string) => z.number().nullable().describe(`${what}, ms since the epoch; null when nobody knows`);

/** An identity, without its secrets. */
export const namedIdentity = z
	.object({
		name: z.string(),
		has_cookie: z.boolean(),
		has_proxy: z.boolean(),
		status: z
			.enum(["anonymous", "logged_in", "expired", "unreadable"])
			.describe("unreadable: it has to be given again"),
		expires_at: time("when its login ends or has ended"),
		seen_at: time("when a page last told whom the upstream takes it for"),
		warning: z.string().nullable().describe("for people: the login has ended, or will soon"),
		rooms: z.array(z.string()).describe("the rooms that go by it"),
		added_at: z.number(),
		updated_at: z.number(),
	})
	.meta({ id: "Identity" });

export type WireIdentity = z.output<typeof namedIdentity>;

/** One step of the way to a room's messages. */
export const probeStep = z
	.object({
		name: z.enum(["cookie", "page", "login", "im_fetch", "socket"]),
		ok: z.boolean(),
		detail: z.string().describe("what was found, for people"),
		hint: z.string().nullable().describe("what to do about it"),
		took_ms: z.number(),
	})
	.meta({ id: "ProbeStep" });

export type WireProbeStep = z.output<typeof probeStep>;
