import {
	decodeBindingGiftIdentified,
	decodeBindingGiftMessage,
	decodeGiftMessage,
	decodeIdentified,
	type GiftMessage,
	type UserInit,
} from "@livekeeper/douyin/wire";

export const giftMethod = "WebcastGiftMessage";

/** A gift inside another message. */
export const packedGiftMethod = "WebcastBindingGiftMessage";

/** Whether a kind is one that anonymous sessions don't receive. */
export function isGiftMethod(method: string): boolean {
	return method === giftMethod || method === packedGiftMethod || method === "WebcastLightGiftMessage";
}

/** Value of a gift message. */
export interface GiftValue {
	/** Id shared by all steps of one streak. */
	streak: string;
	giver: UserInit;
	/** Diamonds of the whole streak so far: a later step includes the earlier ones. */
	diamonds: number;
}

/** Kinds of totals that a room shows. */
export const totalsShown = ["all", "tickets", "scores", "none"] as const;

/** How a room shows its totals. */
export interface TotalsView {
	/**
	 * `tickets`: the running total, in gifts and in messages of its own. `scores`: those of the top contributors. `none`:
	 * neither. Default `all`.
	 */
	shown: (typeof totalsShown)[number];
	/** Tickets per diamond in the running total. Default 10. */
	unit: number;
	/** Tickets that the running total begins with, so that it can jump or start over; it is never below 0. Default 0. */
	offset: number;
}

export const defaultTotalsView: TotalsView = { shown: "all", unit: 10, offset: 0 };

export function showsTickets({ shown }: TotalsView): boolean {
	return shown === "all" || shown === "tickets";
}

export function showsScores({ shown }: TotalsView): boolean {
	return shown === "all" || shown === "scores";
}

export interface Contributor {
	user: UserInit;
	/** Diamonds. */
	score: number;
}

/** Everything one broadcast was given, to any receiver. A repeated or late step adds nothing twice. */
export class GiftTotals {
	readonly #streaks = new Map<string, number>();
	readonly #givers = new Map<string, Contributor>();
	#diamonds = 0;

	/** Diamonds. */
	get diamonds(): number {
		return this.#diamonds;
	}

	/** Number of streaks and single gifts. */
	get gifts(): number {
		return this.#streaks.size;
	}

	/** @returns the diamonds that no earlier step contained */
	add({ streak, giver, diamonds }: GiftValue): number {
		const before = this.#streaks.get(streak) ?? 0;
		this.#streaks.set(streak, Math.max(before, diamonds));
		const added = Math.max(0, diamonds - before);
		if (added === 0) return 0;
		this.#diamonds += added;
		const key = personOf(giver);
		const contributor = this.#givers.get(key);
		if (contributor) contributor.score += added;
		else this.#givers.set(key, { user: giver, score: added });
		return added;
	}

	/** Returns the top givers, best first. */
	top(max = Number.POSITIVE_INFINITY): Contributor[] {
		return [...this.#givers.values()].sort((a, b) => b.score - a.score).slice(0, max);
	}

	/** Returns the running total as the room shows it. */
	tickets({ unit, offset }: TotalsView): number {
		return Math.max(0, Math.round(this.#diamonds * unit) + offset);
	}
}

/** Returns the value of a message; `undefined` for one that is no gift, or can't be read. @param id the message's id */
export function giftValueOf(method: string, payload: Uint8Array, id: string): GiftValue | undefined {
	try {
		if (method === giftMethod) return worthOf(decodeGiftMessage(payload), or(decodeIdentified(payload), id));
		if (method !== packedGiftMethod) return undefined;
		const { msg } = decodeBindingGiftMessage(payload);
		return msg && worthOf(msg, or(decodeBindingGiftIdentified(payload), id));
	} catch {
		// A test may push, or a recording hold, an unreadable gift.
		return undefined;
	}
}

/** Returns the id of a single gift: the common part's, because it may come by itself and inside another message. */
const or = (commonId: string, id: string): string => (commonId === "0" ? id : commonId);

function worthOf(gift: GiftMessage, id: string): GiftValue {
	const count = Math.max(1, gift.repeatCount, gift.comboCount) * Math.max(1, gift.groupCount);
	const giver: UserInit = {
		id: gift.user?.id ?? "0",
		secUid: gift.user?.secUid ?? "",
		nickname: gift.user?.nickname ?? "",
	};
	const groupId = gift.gift?.combo ? gift.groupId : "0";
	const streak = streakOf({ id, groupId, giftId: gift.giftId, giver });
	return { streak, giver, diamonds: count * (gift.gift?.diamondCount ?? 0) };
}

/** @param of.groupId "0" for a single gift, which is identified by its message */
export function streakOf(of: { id: string; groupId: string; giftId: string; giver: UserInit }): string {
	return of.groupId === "0" ? of.id : `${of.groupId}:${of.giftId}:${personOf(of.giver)}`;
}

/** Returns a key of a user: masked users share their ids. */
function personOf({ id, secUid }: UserInit): string {
	return secUid || id || "0";
}
