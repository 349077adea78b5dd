import { type UpstreamOptions, type UpstreamParts, upstreamParts } from "./client/index.ts";
import { DouyinError, type FailureReason } from "./errors.ts";
import { hasLogin, type LoginState } from "./login/index.ts";
import { askPage, complete, fetchFirstState } from "./lookup/index.ts";
import { failureOfError } from "./net/index.ts";
import { openSession } from "./session/index.ts";
import type { RoomLookup, WayAnswer } from "./upstream.ts";

export interface ProbeStep {
	name: "cookie" | "page" | "login" | "im_fetch" | "socket";
	ok: boolean;
	/** The finding, for people. */
	detail: string;
	/** Advice about it. */
	hint?: string;
	/** The finding, for programs; absent if the step failed. */
	found?: ProbeFinding;
	/** Duration, ms. */
	tookMs: number;
	failure?: DouyinError;
	/** Failure of the room's page, if `web/enter` has answered in its place. */
	pageFailure?: DouyinError;
}

export interface ProbeOptions extends UpstreamOptions {
	/** Timeout for the first frame after the socket is requested, ms; default 20,000. */
	firstFrameTimeoutMs?: number;
}

/** Finding of one step. */
export type ProbeFinding =
	| { is: "login_cookie" | "visitor_cookie" | "offline" | "hidden" | "closed" | "not_found" }
	| { is: "live"; title: string; roomId: string; kind?: "voice" }
	| { is: "no_room"; nickname: string }
	| { is: "login"; login: LoginState }
	| { is: "recent_messages"; messages: number; servers: readonly string[] }
	| { is: "first_frame"; host: string };

interface Finding {
	ok: boolean;
	detail: string;
	hint?: string;
	found?: ProbeFinding;
	pageFailure?: DouyinError;
}

type LiveRoom = RoomLookup & { status: "live" };

/**
 * Tries the way from a live id to the first frame, step by step: cookie, page, login, `im/fetch`, socket. Ends after
 * the first step that leaves nothing further to try, and early, without a step, when `signal` aborts.
 * @throws the errors of `createUpstream` for invalid options
 * @example
 * ```ts
 * import { probe } from "@livekeeper/douyin";
 * let reached = "";
 * const options = { baseUrl: "http://127.0.0.1:7002" };
 * for await (const { name, ok, detail } of probe("261378947940", options, AbortSignal.timeout(60_000))) {
 * 	console.log(ok ? "✓" : "✗", name, detail);
 * 	reached = name;
 * }
 * console.log(reached); // → "socket"
 * ```
 */
export async function* probe(
	liveId: string,
	options: ProbeOptions,
	signal: AbortSignal,
): AsyncGenerator<ProbeStep, void> {
	const parts = upstreamParts(options);
	const { lookup, session } = parts;
	const run = (name: ProbeStep["name"], task: () => Promise<Finding>) => timed(parts, name, signal, task);
	try {
		const cookie = await run("cookie", async () => {
			await lookup.visitor.ensure(signal);
			const login = hasLogin(options.cookie);
			return {
				ok: true,
				detail: login ? "A logged-in cookie." : "A visitor's cookie.",
				found: { is: login ? "login_cookie" : "visitor_cookie" },
			};
		});
		if (!cookie) return;
		yield cookie;
		if (!cookie.ok) return;

		let room: LiveRoom | undefined;
		const page = await run("page", async () => {
			const asked = await askPage(lookup, liveId, signal);
			const found = await complete(lookup, asked, signal);
			if (found.status === "live") room = found;
			return pageFinding(found, asked);
		});
		if (!page) return;
		yield page;
		if (page.ok) {
			const login = lookup.login.state();
			yield { name: "login", ...loginFinding(login, lookup.clock.now()), found: { is: "login", login }, tookMs: 0 };
		}
		if (!room) return;

		const { roomId, userUniqueId } = room;
		const fetched = await run("im_fetch", async () => {
			const request = { liveId, roomId, userUniqueId, signal };
			const { events, pushServers } = await fetchFirstState(lookup, request);
			session.hosts.learn(pushServers);
			return {
				ok: true,
				detail: `${events.length} recent messages; servers: ${pushServers.join(", ") || "none"}.`,
				found: { is: "recent_messages", messages: events.length, servers: pushServers },
			};
		});
		if (!fetched) return;
		yield fetched;

		const socket = await run("socket", () => firstFrame(parts, room as LiveRoom, options.firstFrameTimeoutMs, signal));
		if (socket) yield socket;
	} finally {
		parts.http.close();
		lookup.appHttp.close();
	}
}

/** Runs one step; `undefined` if it was aborted. */
async function timed(
	{ session: { clock } }: UpstreamParts,
	name: ProbeStep["name"],
	signal: AbortSignal,
	task: () => Promise<Finding>,
): Promise<ProbeStep | undefined> {
	const startedAt = clock.elapsed();
	try {
		const finding = await task();
		return signal.aborted ? undefined : { name, ...finding, tookMs: clock.elapsed() - startedAt };
	} catch (error) {
		if (signal.aborted) return undefined;
		const failure = failureOfError(error, "The step failed");
		const detail = failure.message;
		return { name, ok: false, detail, hint: hintFor(failure), tookMs: clock.elapsed() - startedAt, failure };
	}
}

/** @param asked the page's own answer, which may not be the only one */
function pageFinding(found: RoomLookup, asked: WayAnswer): Finding {
	const finding = findingOf(found);
	if (asked.status !== "unknown") return finding;
	const { failure } = asked;
	const detail = `${finding.detail} This is from web/enter; the room's page failed: ${failure.message}`;
	const hint = [finding.hint, hintFor(failure)].filter((one) => one !== undefined).join(" ");
	return { ...finding, detail, hint, pageFailure: failure };
}

function findingOf(found: RoomLookup): Finding {
	const elsewhere = "To test the remaining steps, try again with a room that is live.";
	switch (found.status) {
		case "live":
			return {
				ok: true,
				detail: `Live${found.kind ? ", a voice room" : ""}: ${found.title || "(no title)"}, room id ${found.roomId}.`,
				found: { is: "live", title: found.title, roomId: found.roomId, ...(found.kind && { kind: found.kind }) },
			};
		case "offline":
			return { ok: true, detail: "The room exists and is offline.", hint: elsewhere, found: { is: "offline" } };
		case "no_room":
			return {
				ok: true,
				detail: `${found.anchor.nickname} has no room yet.`,
				hint: elsewhere,
				found: { is: "no_room", nickname: found.anchor.nickname },
			};
		case "hidden":
			return {
				ok: false,
				detail: "The broadcast is visible to selected viewers only, and this cookie is not one of them.",
				hint: "If your Douyin account can see it, use its cookie.",
				found: { is: "hidden" },
			};
		case "closed":
			return {
				ok: false,
				detail: "The account was closed.",
				hint: "Check the room number; the streamer may have a new account.",
				found: { is: "closed" },
			};
		case "not_found":
			return {
				ok: false,
				detail: "There is no such room.",
				hint: "Check the room number: it is the last part of the address.",
				found: { is: "not_found" },
			};
		case "unknown":
			throw found.failure;
		default:
			return found satisfies never;
	}
}

/** Opens the socket and waits for its first frame. */
async function firstFrame(
	{ session, lookup }: UpstreamParts,
	room: LiveRoom,
	timeoutMs = 20_000,
	signal: AbortSignal,
): Promise<Finding> {
	const { liveId, roomId, userUniqueId } = room;
	const enough = new AbortController();
	const timer = lookup.clock.after(timeoutMs, () => enough.abort());
	const stop = AbortSignal.any([signal, enough.signal]);
	let host: string | undefined;
	let heard = false;
	try {
		await openSession(session, { liveId, roomId, userUniqueId, signal: stop }, (item) => {
			if (item.type === "opened") host = item.host;
			else if (host !== undefined) {
				heard = true;
				enough.abort();
			}
		});
	} finally {
		timer.cancel();
	}
	if (heard) return { ok: true, detail: `Data arrives from ${host}.`, found: { is: "first_frame", host: host ?? "" } };
	const seconds = timeoutMs / 1_000;
	if (host === undefined) throw new DouyinError("timeout", `The live connection did not open within ${seconds} s.`);
	throw new DouyinError("silence", `Connected to ${host}, but no data arrived within ${seconds} s.`);
}

/** Advice to a user for each class of failure. */
export const hints: Record<FailureReason, string> = {
	network: "Check the network, and that nothing on the way to Douyin cuts connections; then try again.",
	dns: "The host name does not resolve: check the DNS settings and Douyin's address.",
	tls: "The certificate was not accepted: check the system clock, and whether a proxy replaces certificates.",
	proxy: "The proxy failed: check its address, user name and password. livekeeper never bypasses it.",
	timeout: "There was no answer in time: check the network or the proxy, or allow more time.",
	handshake_refused: "Douyin refused the live connection, for the reason above. Its protocol may have changed.",
	blocked: "Douyin blocks this address or device: wait, use another network or proxy, or use a logged-in cookie.",
	signature_rejected: "Douyin did not accept the signature: update livekeeper, or use another signer.",
	rate_limited: "Douyin asks for fewer requests: wait as long as it says, and run fewer rooms on this network.",
	upstream_error: "Douyin's servers have a problem: try again later.",
	unreadable_page: "The page could not be read: use a cookie from a browser; if this continues, update livekeeper.",
	bad_frame: "The received data could not be read: if this continues, update livekeeper.",
	silence:
		"Connected, but no messages arrive: this server may send nothing to this address; try again, or use another network.",
	upstream_close: "Douyin closed the connection: try again; the cookie may be in use elsewhere.",
	identity: "Add the login again under the same name, or let the room use another one.",
	foreign_host:
		"Nothing was sent there, because the cookie would go with it. If the server really belongs to Douyin, add it to allowed_hosts.",
	storage:
		"Received messages can't be stored: the service's status (/health/ready) and log say why, e.g. a full disk, a read-only data folder, or NATS unreachable.",
	broadcast_ended: "The broadcast has ended: try again with a room that is live.",
};

const captchaHint =
	"Nothing is wrong with the room. Open its page in a browser on this network (through the same proxy, if one is used), pass the slider, and try again.";

/** Returns advice to a user about a failure. */
function hintFor({ reason, upstreamMessage }: DouyinError): string {
	return reason === "blocked" && upstreamMessage === "captcha" ? captchaHint : hints[reason];
}

const missing = "no gifts arrive, some names are masked, and not every message arrives";
const howToGive = "To receive them, use the cookie of a browser that is logged in.";

/**
 * Describes the state of a login to a user. An anonymous session is no fault; one that was meant to be logged in is.
 */
function loginFinding(
	{ status, expiresAt, seenAt }: LoginState,
	now: number,
): { ok: boolean; detail: string; hint?: string } {
	switch (status) {
		case "anonymous":
			return { ok: true, detail: `Not logged in: ${missing}.`, hint: howToGive };
		case "expired":
			return {
				ok: false,
				detail: `The login has expired${endOf(expiresAt, now)}: Douyin treats it as not logged in; ${missing}.`,
				hint: "Log in again in a browser and paste the new cookie.",
			};
		case "logged_in": {
			const proof = seenAt === undefined ? "according to the cookie; the page does not say" : "according to the page";
			return { ok: true, detail: `Logged in, ${proof}${endOf(expiresAt, now)}.` };
		}
		default:
			return status satisfies never;
	}
}

function endOf(expiresAt: number | undefined, now: number): string {
	if (expiresAt === undefined) return "";
	const date = new Date(expiresAt).toISOString().slice(0, 16).replace("T", " ");
	return expiresAt > now ? `, until ${date} UTC` : ` (${date} UTC)`;
}
