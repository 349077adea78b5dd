import type { SiteWindow } from "./site-budget.ts";

/**
 * The calls of the site that look a room up, each with the calls that the site counts together with it. They are the
 * names that the fault `way_closed` takes.
 */
export const ways = {
	/** A room's page, the home page, short links and people's pages. */
	page: "page",
	/** `web/enter`. */
	enter: "json",
	/** `reflow/info`. */
	reflow: "json",
	/** `info_by_scene`. */
	scene: "json",
	/** `info_by_user`. */
	user: "json",
	/** `feed/follow`, of an account. */
	followed: "json",
	/** `check_user_live_status`. */
	batch: "batch",
	/** `im/fetch`. */
	fetch: "push",
} as const;

export type Way = keyof typeof ways;

/** Calls that the site counts together. `push` is `im/fetch` and the socket. */
export const callGroups = ["page", "json", "batch", "push"] as const;
export type CallGroup = (typeof callGroups)[number];

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Which site is simulated: one that lets everybody ask as often as they like, or one with budgets and bans. */
export const siteKinds = ["kind", "real"] as const;
export type SiteKind = (typeof siteKinds)[number];

// Nobody has published the site's limits. Each number is a reading of what people report, between a rate that failed and
// one that held; where reports contradict each other, the later one counts. Bans: a quarrel of minutes heals after five
// quiet minutes (an empty-body state that retries every 10 s kept alive, 2026-09), a guest over its 200 requests was out
// for about 2 h (video API, 2025-06), an address that came back after days for about 2 days (a recorder's docs, 2026-01).
// Low rates that are caught late are answered with 444 (rooms asked every 300 s, 2025-10).
const burst = { ms: minute, banMs: 5 * minute, untilQuiet: true, sign: "slider" } as const;
const steady = { ms: hour, banMs: 2 * hour, untilQuiet: false, sign: "444" } as const;
const lasting = { ms: day, banMs: 2 * day, untilQuiet: false, sign: "slider" } as const;

const realWindows: Readonly<Record<CallGroup, readonly SiteWindow[]>> = {
	page: [
		// 25 rooms every 30 s, so 50 a minute, were banned in under 2 minutes (2025-10); pages are said to come under
		// control more easily than JSON calls (2025-11), so less than what JSON calls may ask.
		{ ...burst, most: 30 },
		// More than 10 links every 360 s, so 2 to 3 a minute, were banned after hours; the reporter guesses windows of a
		// minute, an hour and a day (2025-10). Three a minute meet this window, two a minute the next one.
		{ ...steady, most: 150 },
		// 0.5 a minute (30 rooms every 500 s over 7 addresses), 720 a day, were fine (2025-10).
		{ ...lasting, most: 2_000 },
	],
	json: [
		// 60 a minute held and 68 did not (2024-03); 50 a minute were banned in under 2 minutes (2025-10).
		{ ...burst, most: 45 },
		// 4 a minute held for a day (with a login, 2025-06); 8 a minute did not (more than 40 rooms every 300 s, 2025-12).
		{ ...steady, most: 360 },
		// The same two reports: 5,760 a day held. The second one came after days; no window of a day can be so patient.
		{ ...lasting, most: 8_000 },
	],
	// A guess: no limit of this call was ever published.
	batch: [{ ...burst, most: 15 }],
	// "A separate control, about 2 days or a new address" (2026-01), without a number: only a ban on demand.
	push: [],
};

const noWindows: Readonly<Record<CallGroup, readonly SiteWindow[]>> = { page: [], json: [], batch: [], push: [] };

/** The limits of each group of calls. */
export const siteWindows: Readonly<Record<SiteKind, Readonly<Record<CallGroup, readonly SiteWindow[]>>>> = {
	kind: noWindows,
	real: realWindows,
};

/** Length of the time for which a visitor's repeated `im/fetch` stays empty, ms. A guess: only minutes were observed. */
export const prefetchRepeatMs = hour;

/** Number of people that one batch call answers unless told otherwise. Eight were seen; more is unproven. */
export const defaultBatchIds = 64;

/** Push hosts that answer every handshake with HTTP 200: those of older pages (reports of 2025-12 and 2026-04). */
export const deadPushHosts = /^webcast[35]-ws-web-/;
