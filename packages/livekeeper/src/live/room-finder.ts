import { LivekeeperError } from "@livekeeper/base/errors";
import type { Text } from "@livekeeper/base/text";
import {
	type AsideReason,
	type Clock,
	DouyinError,
	type DouyinUpstream,
	maxLinks,
	type PastedLink,
	type RoomLookup,
	readLinks,
	type UpstreamHandle,
} from "@livekeeper/douyin";
import type { Look, RoomLooks } from "@livekeeper/engine";
import { failureHelp, failureText, saidText } from "@livekeeper/engine/text";
import { linkTexts } from "../text/index.ts";
import type { LiveService } from "./live-service.ts";
import { Visits } from "./visits.ts";

/** Result for one piece of pasted text. */
export interface FoundRoom {
	/** The piece of text. */
	text: string;
	/**
	 * `live`, `offline`, `no_room` (an account that has never been live), `hidden` (shown to chosen people only),
	 * `closed` (the account is gone), `not_found` (no such 抖音号), `unknown` (no readable answer from the site; it can
	 * be kept anyway), `unusable` (names no room), `aside` (text next to a link that names no room, such as the words of
	 * a share text).
	 */
	status: RoomLookup["status"] | "unusable" | "aside";
	/** Set if there is a room to keep. */
	liveId: string | undefined;
	anchor: { nickname: string; avatar: string } | undefined;
	title: string;
	/** Whether the service already keeps it. */
	kept: boolean;
	/** Finding, for people. */
	message: Text;
	/** Suggested action. */
	hint: Text | undefined;
}

export interface RoomFinderOptions {
	/** Returns the upstream with the service's own settings. Created on first use, closed by {@link RoomFinder.close}. */
	upstream: () => UpstreamHandle;
	upstreamUrl: string;
	live: Pick<LiveService, "findRoom">;
	/** Queries the site within its budget. */
	looks: RoomLooks;
	/** Proxy of the upstream. */
	proxy: string | undefined;
	clock: Clock;
}

/** Maximum number of look-ups per minute. People paste few links; a client that asks for more is a program. */
const maxInMinute = 60;
const atOnce = 4;
/** Maximum time that a person waits for an answer, ms. */
const patienceMs = 10_000;

/** Finds the rooms in pasted text and reports whose they are before they are kept. */
export class RoomFinder {
	readonly #options: RoomFinderOptions;
	readonly #visits: Visits;
	#upstream: ReturnType<RoomFinderOptions["upstream"]> | undefined;

	constructor(options: RoomFinderOptions) {
		this.#options = options;
		this.#visits = new Visits(options.clock, maxInMinute);
	}

	/**
	 * @param text an address, a share text, a live id or a 抖音号, or several of them, at most {@link maxLinks}
	 * @returns each room once in the order of the text, then the pieces that name none; no part of the text is left out
	 * @throws LivekeeperError `too_many_requests`; `signal.reason` when aborted
	 */
	async find(text: string, signal: AbortSignal): Promise<FoundRoom[]> {
		const links = readLinks(text, this.#options.upstreamUrl);
		const retryAfterS = this.#visits.admit(links.filter(({ kind }) => kind !== "unusable" && kind !== "aside").length);
		if (retryAfterS !== undefined) {
			const more = { hint: linkTexts.waitFor(retryAfterS), retryAfterS };
			throw new LivekeeperError("too_many_requests", linkTexts.tooMany(maxInMinute), more);
		}
		const found: FoundRoom[] = [];
		for (let at = 0; at < links.length; at += atOnce) {
			const some = links.slice(at, at + atOnce);
			found.push(...(await Promise.all(some.map((link) => this.#findOne(link, signal)))));
		}
		return distinct(found);
	}

	close(): void {
		this.#upstream?.close();
	}

	async #findOne(link: PastedLink, signal: AbortSignal): Promise<FoundRoom> {
		if (link.kind === "unusable") return unusable(link.text, linkTexts[link.problem]);
		if (link.kind === "aside") return aside(link.text, link.reason);
		this.#upstream ??= this.#options.upstream();
		try {
			const to = await this.#upstream.resolveLink(link, signal);
			if ("problem" in to) {
				const isBareId = link.kind === "broadcast" && link.text === link.roomId;
				return unusable(link.text, linkTexts[isBareId ? "room_id" : to.problem]);
			}
			return (
				(await this.#kept(link.text, to.liveId)) ??
				shown(link.text, await this.#lookUp(this.#upstream, to.liveId, signal))
			);
		} catch (error) {
			if (!(error instanceof DouyinError)) throw error;
			const { en, zh } = failureText(error);
			return { ...unusable(link.text, linkTexts.notResolved({ en, zh })), status: "unknown" };
		}
	}

	/** Returns a room that is already kept, which needs no look-up. */
	async #kept(text: string, liveId: string): Promise<FoundRoom | undefined> {
		const room = await this.#options.live.findRoom(liveId);
		if (!room) return undefined;
		const { state, anchor, title = "" } = room.status;
		const status = state === "connected" ? "live" : state === "not_found" ? "not_found" : "unknown";
		const isKnown = { status, message: linkTexts.kept, hint: undefined, kept: true } as const;
		return { text, liveId, anchor, title, ...isKnown };
	}

	/** @returns the site's answer, or why it can't be asked within a few seconds; @throws `signal.reason` when aborted */
	#lookUp(upstream: DouyinUpstream, liveId: string, signal: AbortSignal): Promise<RoomLookup | Unasked> {
		const { looks, proxy, clock } = this.#options;
		const route = { upstream, identity: "", quota: { identity: "", proxy }, polls: false };
		return new Promise((resolve, reject) => {
			let look: Look | undefined;
			let isOver = false;
			const leave = () => {
				isOver = true;
				look?.cancel();
				signal.removeEventListener("abort", giveUp);
			};
			const giveUp = () => {
				leave();
				reject(signal.reason as Error);
			};
			const end = (answer: RoomLookup | Unasked) => {
				leave();
				resolve(answer);
			};
			const tooLate = clock.elapsed() + patienceMs;
			look = looks.look({
				...{ liveId, urgency: "asked", routes: [route], onAnswer: end },
				onWait: ({ until = Number.POSITIVE_INFINITY, why }) => {
					if (until > tooLate) end({ status: "unasked", liveId, why: saidText(why) });
				},
			});
			if (isOver) look.cancel();
			else if (signal.aborted) giveUp();
			else signal.addEventListener("abort", giveUp, { once: true });
		});
	}
}

/** Reason why the site was not asked: other look-ups are ahead, or it refuses. */
interface Unasked {
	status: "unasked";
	liveId: string;
	why: Text;
}

function shown(text: string, lookup: RoomLookup | Unasked): FoundRoom {
	const { status, liveId } = lookup;
	const title = "title" in lookup ? lookup.title : "";
	const anchor = "anchor" in lookup ? lookup.anchor : undefined;
	const common = { text, liveId, anchor, title, kept: false };
	if (status === "unasked") {
		return { ...common, status: "unknown", message: linkTexts.notAsked(lookup.why), hint: linkTexts.addAnyway };
	}
	if (status === "live" && lookup.kind === "voice") return { ...common, status, ...linkTexts.found.voice };
	if (status !== "unknown") return { ...common, status, ...linkTexts.found[status] };
	const { failure } = lookup;
	const message = linkTexts.notLookedUp(failureText(failure));
	const isCaptcha = failure.upstreamMessage === "captcha";
	return { ...common, status, message, hint: isCaptcha ? linkTexts.passCaptcha(liveId) : failureHelp[failure.reason] };
}

/** Returns each room once, because a link and an id may name the same one, then each reason why a piece names none. */
function distinct(found: readonly FoundRoom[]): FoundRoom[] {
	const entries: FoundRoom[] = [];
	for (const room of found) {
		const isNamed = room.liveId !== undefined && entries.some(({ liveId }) => liveId === room.liveId);
		const entry = isNamed ? aside(room.text, "repeated") : room;
		const same = entry.liveId === undefined ? entries.findIndex((one) => one.message.en === entry.message.en) : -1;
		const former = entries[same];
		if (former) entries[same] = { ...former, text: `${former.text} ${entry.text}` };
		else entries.push(entry);
	}
	const isAside = ({ status }: FoundRoom) => status === "aside";
	return [...entries.filter((entry) => !isAside(entry)), ...entries.filter(isAside)];
}

function aside(text: string, reason: AsideReason): FoundRoom {
	return { ...unusable(text, linkTexts.aside[reason]), status: "aside" };
}

function unusable(text: string, { message, hint }: { message: Text; hint: Text | undefined }): FoundRoom {
	return { text, status: "unusable", liveId: undefined, anchor: undefined, title: "", kept: false, message, hint };
}
