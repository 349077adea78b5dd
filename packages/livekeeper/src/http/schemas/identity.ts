import { checkTexts } from "@livekeeper/base/text";
import { z } from "zod";
import type { CookieView } from "../../live/index.ts";

/** Printable and on one line, so a cookie cannot smuggle in another header. */
const cookie = z
	.string()
	.min(1)
	.max(16_384)
	.regex(/^[\x20-\x7e\x80-\uffff]+$/, checkTexts.cookie.en)
	.describe("the user's own Douyin cookie; gifts are received only if it is logged in");

const isProxyUrl = (value: string) => URL.canParse(value) && /^(https?|socks5h?):$/.test(new URL(value).protocol);

const proxy = z.string().max(2048).refine(isProxyUrl, checkTexts.proxy.en).describe("proxy to Douyin");

/** Identity of a room's connection to the upstream. Secret: never returned in any response. */
export const identity = z.strictObject({ cookie: cookie.optional(), proxy: proxy.optional() });

export const identityName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, checkTexts.identityName.en);

export const identityParams = z.object({ name: identityName });

/** Maximum length of a browser's whole cookie export, characters. */
const maxExportedChars = 1_048_576;

/** Maximum body size that `identityInput` allows, bytes: JSON may escape a character in six. */
export const identityInputBytes = 6 * maxExportedChars + 64 * 1024;

const pastedCookie = z.string().min(1).max(maxExportedChars);
const forms = "a Cookie header, a request as cURL, a cookies.txt, or a browser's JSON export";

const pairing = z.uuid().optional().describe("instead of cookie: the id of the pairing with which a browser sent it");

/** A cookie to check. */
export const cookieInput = z.strictObject({ cookie: pastedCookie.describe(forms) });

/** A cookie to try, or the pairing that received it. */
export const cookieOrPairing = z.strictObject({ cookie: cookieInput.shape.cookie.optional(), pairing });

/** Input for creating or changing an identity. */
export const identityInput = z
	.strictObject({
		cookie: pastedCookie.nullish().describe(`${forms}; left out: unchanged, null: none`),
		pairing,
		proxy: proxy.nullish().describe("proxy to Douyin; left out: unchanged, null: none"),
		expires_at: z
			.int()
			.min(0)
			.nullish()
			.describe(
				"time at which the cookie's login expires, ms since the epoch; left out with a new cookie: as the cookie says",
			),
	})
	.meta({ id: "IdentityChange" });

const time = (what: string) => z.number().nullable().describe(`${what}, ms since the epoch; null when nobody knows`);

/** An identity, without its secrets. */
export const namedIdentity = z
	.object({
		name: z.string(),
		has_cookie: z.boolean(),
		has_proxy: z.boolean(),
		status: z
			.enum(["anonymous", "logged_in", "expired", "unreadable"])
			.describe("unreadable: it must be entered again"),
		expires_at: time("time at which its login expires or expired"),
		seen_at: time("time at which a page last showed whom Douyin takes it for"),
		warning: z.string().nullable().describe("for people: the login has expired, or will soon"),
		rooms: z.array(z.string()).describe("the rooms that use it"),
		state: z
			.enum(["fine", "first_only", "nothing", "resting", "unknown"])
			.describe(
				"how Douyin treats it: `fine`; `first_only`: only the first gifts; `nothing`: no gifts; `resting`: paused; `unknown`",
			),
		state_evidence: z.array(z.string()).describe("the evidence, in words for people"),
		advice: z.array(z.string()).describe("what can be done, in this order"),
		gift_coverage: z.number().min(0).max(1).nullable().describe("share of the gift value that it receives"),
		message_coverage: z
			.number()
			.min(0)
			.max(1)
			.nullable()
			.describe("share it receives of the messages that other logins receive in the same rooms"),
		gifts_per_hour: z.number().min(0).nullable().describe("gifts per hour that it receives in its rooms"),
		gifts_per_hour_of_all: z
			.number()
			.min(0)
			.nullable()
			.describe("gifts per hour that all logins of the same rooms receive"),
		rest: z
			.object({
				since: z.number(),
				until: z.number().describe("time of the retry, ms since the epoch"),
				times: z.int().min(1).describe("how often in a row"),
				rooms: z.array(z.string()).describe("rooms in which it received nothing"),
			})
			.nullable()
			.describe("set while the login is paused"),
		added_at: z.number(),
		updated_at: z.number(),
	})
	.meta({ id: "Identity" });

export type WireIdentity = z.output<typeof namedIdentity>;

/** Findings about a pasted cookie, without the cookie. */
export const foundCookie = z
	.object({
		form: z
			.enum(["header", "curl", "powershell", "fetch", "json", "cookies_txt", "table"])
			.describe("the form in which it was given"),
		logged_in: z.boolean().describe("whether it belongs to an account; without a login no gifts are received"),
		expires_at: z
			.number()
			.nullable()
			.describe("time at which its login expires or expired, ms since the epoch; null: it does not say"),
		missing: z
			.array(z.string())
			.describe("further cookies that a browser sends, e.g. s_v_web_id; it works without them"),
		same_as: z.string().nullable().describe("the saved login that is the same account"),
	})
	.meta({ id: "FoundCookie" });

export function toWireFound(found: CookieView): z.output<typeof foundCookie> {
	const { form, loggedIn, expiresAt, missing, sameAs } = found;
	return { form, logged_in: loggedIn, expires_at: expiresAt ?? null, missing, same_as: sameAs ?? null };
}

/** A pairing through which a browser hands its cookie over. */
export const cookiePairing = z
	.object({
		id: z.string(),
		state: z
			.enum(["waiting", "received", "expired", "locked"])
			.describe("waiting for the code; received; expired; locked: too many wrong codes"),
		expires_at: z
			.number()
			.describe("until when the code is valid, and then until when the cookie is kept, ms since the epoch"),
		found: foundCookie.nullable().describe("the cookie that was received"),
	})
	.meta({ id: "CookiePairing" });

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
