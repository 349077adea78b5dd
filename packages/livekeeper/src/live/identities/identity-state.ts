import type { LoginStatus } from "@livekeeper/douyin";
import type { IdentityRest } from "../../connections/index.ts";
import { identityStateTexts, type Text } from "../../text/index.ts";
import type { Shown } from "./shown.ts";

/**
 * How the site treats an identity. `resting`: it is left alone. `nothing`: it is shown nothing, or no gifts. `first_only`:
 * only the first gifts after it connects. `unknown`: nothing tells.
 */
export type IdentityState = "fine" | "first_only" | "nothing" | "resting" | "unknown";

/** What it is judged by. */
export interface IdentityFacts {
	login: LoginStatus | "unreadable";
	shown: Shown;
	rest: IdentityRest | undefined;
	/** Sessions in a row that brought nothing, and their rooms. */
	barren: { sessions: number; rooms: readonly string[] };
}

export interface IdentityVerdict {
	state: IdentityState;
	/** Sentences for people. */
	evidence: Text[];
	advice: Text[];
}

/** One session without a message is chance; two are not. */
const leastBarren = 2;

/** Judges how the site treats an identity: the worst that is certain. */
export function judgeIdentity({ login, shown, rest, barren }: IdentityFacts): IdentityVerdict {
	const { evidence: told, advice } = identityStateTexts;
	const worth = worthOf(shown);
	if (rest) {
		const why = rest.refused ? told.refused(rest.sessions, rest.rooms) : told.barren(rest.sessions, rest.rooms);
		return { state: "resting", evidence: [why, told.resting(rest.times)], advice: [advice.wait, advice.fewerRooms] };
	}
	if (barren.sessions >= leastBarren) {
		const evidence = [told.barren(barren.sessions, barren.rooms), ...worth];
		return { state: "nothing", evidence, advice: [advice.fewerRooms, advice.otherAccount] };
	}
	// Without a login the site shows nobody gifts: that is not the identity.
	if (login !== "logged_in") {
		const known = shown.messages.others > 0 || worth.length > 0;
		return { state: known ? "fine" : "unknown", evidence: [told.noLogin, ...worth], advice: [advice.logIn] };
	}
	if (shown.none.length > 0) {
		return {
			state: "nothing",
			evidence: [told.noGifts(shown.none), ...worth],
			advice: [advice.rest, advice.otherAccount],
		};
	}
	if (shown.stopped.length > 0) {
		const evidence = [told.firstOnly(shown.stopped), ...worth];
		return { state: "first_only", evidence, advice: [advice.otherAccount, advice.several] };
	}
	if (worth.length === 0) return { state: "unknown", evidence: [told.unknown], advice: [] };
	return { state: "fine", evidence: worth, advice: [] };
}

function worthOf({ diamonds, messages }: Shown): Text[] {
	const { evidence } = identityStateTexts;
	return [
		...(diamonds.given > 0 ? [evidence.worth(diamonds.seen / diamonds.given, diamonds.given)] : []),
		...(messages.others > 0 ? [evidence.messages(messages.shared / messages.others, messages.others)] : []),
	];
}
