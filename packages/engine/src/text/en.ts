import { codeNames, faultNames } from "@livekeeper/base/text/en";
import { counted } from "@livekeeper/base/text/units";
import type { DouyinError, FailureReason } from "@livekeeper/douyin";

/** Formats a duration as people say it: `140 s`, `40 min`, `3 h`. */
function spanText(ms: number): string {
	const seconds = Math.round(ms / 1000);
	if (seconds < 180) return `${seconds} s`;
	const minutes = Math.round(seconds / 60);
	if (minutes < 120) return `${minutes} min`;
	const hours = Math.round(minutes / 60);
	return `${hours} h`;
}

const units = [
	["a second", 1000],
	["a minute", 60_000],
	["an hour", 3_600_000],
	["a day", 86_400_000],
] as const;

/** A rate in the largest unit that gives a number of at least 1. */
export interface Rate {
	/** `1` is singular; `less than 1` and `none` are not. */
	count: string;
	per: string;
}

/** Formats a rate: `12` `a second`, `less than 1` `a day`. */
function rateText(perMs: number): Rate {
	if (!(perMs > 0)) return { count: "none", per: "" };
	const [per, ms] = units.find(([, ms]) => perMs * ms >= 0.95) ?? units[3];
	const count = perMs * ms;
	return { count: count >= 1 ? String(Math.round(count)) : "less than 1", per };
}

/** Meaning of each failure class, and advice for the user. */
export const failureHelp = {
	network: "The connection failed or was cut off.",
	dns: "Douyin's server could not be found. Check this machine's DNS settings.",
	tls: "No secure connection could be made. Something may be intercepting it, or this machine's clock is wrong.",
	proxy:
		"The proxy refused the connection, or failed. livekeeper never bypasses it: check that it is running and that the password is right.",
	timeout: "There was no answer in time.",
	handshake_refused: "Douyin did not open the live connection. The reason shown is the one that Douyin gave.",
	blocked:
		"Douyin refuses this device, network or login. livekeeper waits at least 5 minutes before it retries; a logged-in account is refused less often. If it keeps happening, use another network, proxy or account.",
	signature_rejected: "Douyin has changed its signatures: check for a newer version of livekeeper.",
	rate_limited: "Douyin asked livekeeper to slow down, so it waits for as long as Douyin requires.",
	upstream_error: "Douyin's own servers failed.",
	unreadable_page: "Douyin sent a page that can't be read. If this continues, check for a newer version of livekeeper.",
	bad_frame: "The received data can't be read. If this continues, check for a newer version of livekeeper.",
	silence: "The connection was open, but no messages arrived while the room was live.",
	upstream_close: "Douyin closed the connection.",
	broadcast_ended: "The broadcast has ended; livekeeper keeps checking for the next one.",
	identity:
		"The login this room uses was removed or can't be read. Add it again under the same name, and the room resumes immediately.",
	foreign_host:
		"Douyin pointed to an unknown server. Nothing was sent there, because the cookie would go with it. If the server really belongs to Douyin, add it to allowed_hosts.",
	storage:
		"Messages can't be saved, or the room's saved data can't be read; the service's log says why. The room resumes where it stopped as soon as this is fixed.",
} satisfies Record<FailureReason, string>;

/** Reasons for a room's state, as sentences. */
export const roomTexts = {
	added: "The room was added.",
	lookingUp: "Looking up the room.",
	connecting: "Connecting.",
	connectingAnew: "Reconnecting with the new settings.",
	awaitingTurn: "Waiting for its turn to connect.",
	stopped: "The room was stopped.",
	connectedTo: (host: string) => `Connected to ${host}.`,
	/** @param socket reason why there is no push socket */
	polling: (host: string, socket?: Pick<DouyinError, "reason" | "host">) => {
		if (socket?.reason === "foreign_host") {
			const foreign = socket.host ?? "";
			return `Polling ${host}: Douyin pointed to an unknown server, ${foreign}, and nothing was sent there. If it really belongs to Douyin, add it to allowed_hosts.`;
		}
		const why = socket ? codeNames.reason[socket.reason] : undefined;
		return `Polling ${host}, without a live connection${why ? `: ${why}` : ""}.`;
	},
	offline: "The room is not live.",
	noRoom: "This account has no room at the moment.",
	hiddenBroadcast: "This broadcast is visible to selected viewers only.",
	notFound: "There is no room with this number.",
	accountClosed: "The account was closed.",
	broadcastEnded: "The broadcast has ended.",
	pageLags: "The broadcast has ended, but Douyin's page still shows it as live.",
	broughtNothing: (seconds: number) => `No messages for ${seconds} s while another connection received some.`,
	noPage: (seconds: number) => `The room's page did not load within ${seconds} s.`,
	givenUp: "Gave up trying.",
	noConnection: (seconds: number) => `No connection within ${seconds} s.`,
	brokenByBug: "livekeeper itself failed; its log has the cause. The room is reconnecting.",
	unexpected: (words: string) => `Unexpected: ${words}`,
	cannotStoreNow: "The room's messages can't be saved at the moment. It waits until they can.",
	memoryUnreadable: (words: string) => `The room's saved data can't be read at the moment, so it waits: ${words}`,
	storable: "messages can be saved again",
	/** @param why in words, if known */
	waitsInMemory: (fault: keyof typeof faultNames, why: string | undefined) =>
		`The room's messages can't be saved (${faultNames[fault]}${why ? `: ${why}` : ""}); they wait in memory.`,
};

/** Shared causes of many rooms' failures. */
const troubles = {
	identityRefused: "Douyin refuses this login",
	mostFailed: "most rooms disconnected at once",
};

/** Decisions about the next attempt and their reasons: clauses, which become sentences. */
export const decisionTexts = {
	/** @param flaps number of consecutive connections that broke within a minute; 0 if irrelevant */
	schedule: (attempt: number, flaps: number) => {
		const broke = flaps === 1 ? "the last connection broke" : `each of the last ${flaps} connections broke`;
		return `${counted(attempt, "failed attempt", "failed attempts in a row")}${flaps > 0 ? `; ${broke} within a minute` : ""}`;
	},
	patience: "Douyin asked livekeeper to wait this long",
	leftAlone: "waiting after a refusal",
	hostWorks: "the connection had been stable, and a working server is known",
	slowDown: "Douyin asked this login to slow down",
	refused: "Douyin refuses this room",
	identityRests: "this login is paused: Douyin sends it nothing, probably because Douyin restricts this account",
	lookupNotDue: "the room was not live when it was last looked up",
	/** @param rooms number of rooms that are looked up before it */
	lookupsAhead: (rooms: number) =>
		`Douyin limits lookups, and ${rooms === 1 ? "another room comes" : `${rooms} other rooms come`} first`,
	/** @param perMinute number of look-ups per address */
	lookupsPaced: (perMinute: number) => `Douyin limits lookups: livekeeper makes ${perMinute} a minute, one at a time`,
	/** @param exit `direct`, or the proxy's host and port */
	captchaAsked: (exit: string) =>
		`Douyin asks ${addressName(exit)} for slider verification: open the room in a browser ${isDirect(exit) ? "on this network" : "that uses this proxy"}, solve the slider, then confirm that you have passed it (on the Connections page, or with "livekeeper upstream passed"); nothing is wrong with the room`,
	lookupsRefused: (exit: string) =>
		`Douyin refuses lookups from ${addressName(exit)}, usually after too many; nothing is wrong with the room, and livekeeper will retry`,
	siteUnreached: (exit: string) => `Douyin could not be reached from ${addressName(exit)}`,
	triesForAll: (trouble: keyof typeof troubles) => `${troubles[trouble]}; this room tries first`,
	othersTry: (trouble: keyof typeof troubles, room: string) => `${troubles[trouble]}; room ${room} tries first`,
};

const isDirect = (exit: string) => exit === "direct" || exit === "";

function addressName(exit: string): string {
	return isDirect(exit) ? "this network" : `proxy ${exit}`;
}

function allOf(max: number | undefined, which = ""): string {
	return max === 1 ? `The only allowed connection${which} is` : `All ${max} connections${which} are`;
}

type LimitName = "total" | "perIdentity" | "perLogin" | "perProxy";

const full: Record<LimitName, (max: number | undefined) => string> = {
	total: (max) => `${allOf(max)} in use.`,
	perIdentity: (max) => `${allOf(max, " of this login")} in use.`,
	perLogin: (max) => `${allOf(max, " of this login")} in use; Douyin restricts accounts that watch too many rooms.`,
	perProxy: (max) => `${allOf(max, " through this proxy")} in use.`,
};

const lowered: typeof full = {
	total: (max) => `The connection limit was lowered to ${max}.`,
	perIdentity: (max) => `The connection limit of this login was lowered to ${max}.`,
	perLogin: (max) => `The connection limit of this login was lowered to ${max}.`,
	perProxy: (max) => `The connection limit of this proxy was lowered to ${max}.`,
};

const because = {
	pinned: "it is pinned",
	readers: "a page, overlay or program is reading its messages",
	live: "it is live",
	idle: "its turn has come",
};

/** Reasons why a room waits for a connection or had to give one up, as sentences. */
export const permitTexts = {
	full: (limit: LimitName, max: number | undefined) => full[limit](max),
	lowered: (limit: LimitName, max: number | undefined) => lowered[limit](max),
	elsewhere: "A room on another node needs the connection.",
	preempting: (limit: LimitName, max: number | undefined, room: string) =>
		`${full[limit](max)} Room ${room} is giving up its connection.`,
	needed: (room: string, priority: keyof typeof because) => `Room ${room} needs the connection: ${because[priority]}.`,
};

/** Names of the event types whose absence is meaningful. */
const kindNames: Record<string, string> = {
	chat: "chat messages",
	gift: "gifts",
	like: "likes",
	member: "joins",
	room_stats: "room statistics",
};

/** Clause about a session that gets no gifts; "" for a login. */
const sessions: Record<"anonymous" | "expired" | "logged_in", string> = {
	anonymous: "; not logged in",
	expired: "; the login has expired",
	logged_in: "",
};

/** Formats the usual rate of a room: `data usually arrives once a minute`, `data usually arrives 12 times a second`. */
function usualData(perMs: number): string {
	const { count, per } = rateText(perMs);
	const times = /^(less than )?1$/.test(count) ? count.replace("1", "once") : `${count} times`;
	return `data usually arrives ${times} ${per}`;
}

/** Evidence of a room's health: clauses without a full stop. */
export const healthTexts = {
	notConnected: "Not connected.",
	rhythm: (normalPerMs: number, silentMs: number, mute: number) => {
		const usual = usualData(normalPerMs);
		const justNow = silentMs < 1000;
		const pause = spanText(silentMs);
		const before = silentBefore(mute);
		return `${usual} here; ${justNow ? "it last arrived just now" : `none for ${pause}`}${before}`;
	},
	/** @param sinceOpened whether nothing has come over the connection at all */
	noRhythm: (silentMs: number, sinceOpened: boolean, mute: number) => {
		const pause = spanText(silentMs);
		const before = silentBefore(mute);
		const nothing = sinceOpened ? `nothing in the ${pause} since connecting` : `nothing for ${pause}`;
		return `${nothing}; this room's usual pace is not known yet${before}`;
	},
	quietKind: (kind: string, silentMs: number, normalPerMs: number, identity: "anonymous" | "expired" | "logged_in") => {
		const name = kindNames[kind] ?? kind;
		const { count, per } = rateText(normalPerMs);
		const pause = spanText(silentMs);
		const session = kind === "gift" ? sessions[identity] : sessions.logged_in;
		return `connected, but no ${name} for ${pause} (usually ${count} ${per})${session}`;
	},
	judgedByLimit: (limitMs: number) => `judged by the fixed limit of ${spanText(limitMs)} alone`,
	polled: "polling for new messages: there is no live connection",
	kept: (limitMs: number, polls: boolean) =>
		`longer than ${spanText(limitMs)}, but ${polls ? "every poll says that there is nothing new" : "usual for this room"}: the connection is kept`,
	deaf: (ms: number) => `connected, but neither heartbeat nor ping was answered for ${spanText(ms)}`,
	slowAnswers: (ms: number) => `Douyin takes ${ms} ms to answer`,
	undecoded: (agoMs: number) => `a message could not be decoded ${spanText(agoMs)} ago`,
	knownOnly: (ms: number) => `connected, but for ${spanText(ms)} only messages that were already stored have arrived`,
	/** Returns why a silence counts as one, as a sentence. @param normalPerMs if the room's rhythm is known */
	silence: (ms: number, normalPerMs: number | undefined) => {
		const usual = normalPerMs === undefined ? "" : `; ${usualData(normalPerMs)} here`;
		return `No messages for ${spanText(ms)}${usual}.`;
	},
};

function silentBefore(connections: number): string {
	if (connections === 0) return "";
	return `; ${counted(connections, "silent connection")} before`;
}
