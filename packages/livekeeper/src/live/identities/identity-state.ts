import { identityStateTexts, type Text } from "@livekeeper/base/text";
import type { LoginStatus } from "@livekeeper/douyin";
import type { IdentityCooldown } from "@livekeeper/engine";
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
	cooldown: IdentityCooldown | undefined;
	/** Number of consecutive sessions without a message, and their rooms. */
	emptySessions: { sessions: number; rooms: readonly string[] };
}

export interface IdentityVerdict {
	state: IdentityState;
	/** Evidence as sentences for people. */
	evidence: Text[];
	advice: Text[];
}

/** Minimum number of empty sessions: one without a message is chance, two are not. */
const minEmptySessions = 2;

/** Judges how the site treats an identity and returns the worst certain state. */
export function judgeIdentity({ login, shown, cooldown, emptySessions }: IdentityFacts): IdentityVerdict {
	const { evidence: texts, advice } = identityStateTexts;
	const worth = worthOf(shown);
	if (cooldown) {
		const why = cooldown.refused
			? texts.refused(cooldown.sessions, cooldown.rooms)
			: texts.emptySessions(cooldown.sessions, cooldown.rooms);
		return {
			state: "resting",
			evidence: [why, texts.resting(cooldown.times)],
			advice: [advice.wait, advice.fewerRooms],
		};
	}
	if (emptySessions.sessions >= minEmptySessions) {
		const evidence = [texts.emptySessions(emptySessions.sessions, emptySessions.rooms), ...worth];
		return { state: "nothing", evidence, advice: [advice.fewerRooms, advice.otherAccount] };
	}
	// Without a login the site shows no gifts to any visitor, so the identity is not the reason.
	if (login !== "logged_in") {
		const known = shown.messages.others > 0 || worth.length > 0;
		return { state: known ? "fine" : "unknown", evidence: [texts.noLogin, ...worth], advice: [advice.logIn] };
	}
	if (shown.none.length > 0) {
		return {
			state: "nothing",
			evidence: [texts.noGifts(shown.none), ...worth],
			advice: [advice.rest, advice.otherAccount],
		};
	}
	if (shown.stopped.length > 0) {
		const evidence = [texts.firstOnly(shown.stopped), ...worth];
		return { state: "first_only", evidence, advice: [advice.otherAccount, advice.several] };
	}
	if (worth.length === 0) return { state: "unknown", evidence: [texts.unknown], advice: [] };
	return { state: "fine", evidence: worth, advice: [] };
}

function worthOf({ diamonds, messages }: Shown): Text[] {
	const { evidence } = identityStateTexts;
	return [
		...(diamonds.given > 0 ? [evidence.worth(diamonds.seen / diamonds.given, diamonds.given)] : []),
		...(messages.others > 0 ? [evidence.messages(messages.shared / messages.others, messages.others)] : []),
	];
}
