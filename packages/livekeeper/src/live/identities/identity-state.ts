import type { LoginStatus } from "@livekeeper/douyin";
import type { IdentityCooldown } from "../../connections/index.ts";
import { identityStateTexts, type Text } from "../../text/index.ts";
import type { Shown } from "./shown.ts";

/**
 * How the site treats an identity. `resting`: it is in cooldown. `nothing`: it receives no messages, or no gifts.
 * `first_only`: it receives only the first gifts after connecting. `unknown`: there is no evidence.
 */
export type IdentityState = "fine" | "first_only" | "nothing" | "resting" | "unknown";

/** Facts that the verdict is based on. */
export interface IdentityFacts {
	login: LoginStatus | "unreadable";
	shown: Shown;
	rest: IdentityCooldown | undefined;
	/** Number of consecutive sessions without a message, and their rooms. */
	barren: { sessions: number; rooms: readonly string[] };
}

export interface IdentityVerdict {
	state: IdentityState;
	/** Evidence as sentences for people. */
	evidence: Text[];
	advice: Text[];
}

/** Minimum number of empty sessions: one without a message is chance, two are not. */
const leastBarren = 2;

/** Judges how the site treats an identity and returns the worst certain state. */
export function judgeIdentity({ login, shown, rest, barren }: IdentityFacts): IdentityVerdict {
	const { evidence: told, advice } = identityStateTexts;
	const worth = worthOf(shown);
	if (rest) {
		const why = rest.refused ? told.refused(rest.sessions, rest.rooms) : told.emptySessions(rest.sessions, rest.rooms);
		return { state: "resting", evidence: [why, told.resting(rest.times)], advice: [advice.wait, advice.fewerRooms] };
	}
	if (barren.sessions >= leastBarren) {
		const evidence = [told.emptySessions(barren.sessions, barren.rooms), ...worth];
		return { state: "nothing", evidence, advice: [advice.fewerRooms, advice.otherAccount] };
	}
	// Without a login the site shows no gifts to any visitor, so the identity is not the reason.
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
