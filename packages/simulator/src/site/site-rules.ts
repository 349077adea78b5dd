import type { SiteWindow } from "./site-budget.ts";

/**
 * The calls that look a room up, each with its group of calls that the site counts together. The names are those that
 * the fault `way_closed` takes.
 */
export const ways = {
	/** A room's page, the home page, short links and profiles. */
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

/** Which site is simulated: one without limits, or one with budgets and bans. */
export const siteKinds = ["kind", "real"] as const;
export type SiteKind = (typeof siteKinds)[number];

// The site's limits are not published. Each number is derived from reports, between a rate that failed and one that
// held; if reports contradict each other, the later one counts. The sources are issues of other programs.

/** A burst: five quiet minutes heal it, and retries every 10 s kept it alive (a client's author, 2026-09). */
const burst = { ms: minute, banMs: 5 * minute, untilQuiet: true, sign: "captcha" } as const;
/**
 * A steady rate that is too high. About 2 h out (Evil0ctal/Douyin_TikTok_Download_API #626, 2025-06); 444 for rooms
 * that are requested every 300 s (bililive-go #967 and #1010, 2025-10).
 */
const steady = { ms: hour, banMs: 2 * hour, untilQuiet: false, sign: "444" } as const;
/** A rate that is caught late. About 2 days, or a new address (docs of biliLive-tools, 2026-01, on the push server). */
const lasting = { ms: day, banMs: 2 * day, untilQuiet: false, sign: "captcha" } as const;

const realWindows: Readonly<Record<CallGroup, readonly SiteWindow[]>> = {
	page: [
		// StreamCap #304 (2025-10): 25 rooms every 30 s, 50 a minute, banned in under 2 minutes. Pages are said to be
		// limited more strictly than JSON calls (biliLive-tools, 2025-11), so fewer are allowed.
		{ ...burst, max: 30 },
		// DouyinLiveRecorder #1247 (2025-10): more than 10 links every 360 s, 2 to 3 a minute, banned after hours; it guesses
		// windows of a minute, an hour and a day. Three a minute meet this window, two a minute the next one.
		{ ...steady, max: 150 },
		// DouyinLiveRecorder #1245 (2025-10): 30 rooms every 500 s over 7 addresses, 0.5 a minute and 720 a day each, fine.
		{ ...lasting, max: 2_000 },
	],
	json: [
		// LiveAutoRecord #185 (2024-03): 60 a minute fine, 68 banned. StreamCap #304 (2025-10): 50 a minute banned.
		{ ...burst, max: 45 },
		// Evil0ctal #626 (2025-06): 4 a minute for a day fine, with a login. Gowlive #10 (2025-12): more than 40 rooms every
		// 300 s, 8 a minute, banned.
		{ ...steady, max: 360 },
		// The same two: 5,760 a day were fine. The ban of the second came after days; no window of a day can be so patient.
		{ ...lasting, max: 8_000 },
	],
	// A guess: no limit of this call was ever published.
	batch: [{ ...burst, max: 15 }],
	// biliLive-tools (2026-01): "a separate control", without a number. So only a ban on demand.
	push: [],
};

const noWindows: Readonly<Record<CallGroup, readonly SiteWindow[]>> = { page: [], json: [], batch: [], push: [] };

/** The limits of each group of calls. */
export const siteWindows: Readonly<Record<SiteKind, Readonly<Record<CallGroup, readonly SiteWindow[]>>>> = {
	kind: noWindows,
	real: realWindows,
};

/** Time for which a visitor's repeated `im/fetch` stays empty, ms. A guess: only minutes were observed. */
export const prefetchRepeatMs = hour;

/** Default number of people that one batch call answers for. Eight were seen; more is unproven. */
export const defaultBatchIds = 64;

/** Push hosts that answer every handshake with HTTP 200: those of older pages (reports of 2025-12 and 2026-04). */
export const deadPushHosts = /^webcast[35]-ws-web-/;
