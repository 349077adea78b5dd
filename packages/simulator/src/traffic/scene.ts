import type { CommonInit, ImageInit, UserInit } from "@livekeeper/douyin/wire";
import { GiftTotals, type GiftValue, type TotalsView } from "./gift-totals.ts";
import type { People, Person } from "./people.ts";
import { hash32, type Random } from "./random.ts";

interface Giver {
	user: UserInit;
	diamonds: number;
}

/** Amounts by giver in a battle. */
export class Ledger {
	readonly #givers = new Map<string, Giver>();
	diamonds = 0;

	give(user: UserInit, diamonds: number): void {
		const giver = this.#givers.get(user.secUid ?? "");
		if (giver) giver.diamonds += diamonds;
		else this.#givers.set(user.secUid ?? "", { user, diamonds });
		this.diamonds += diamonds;
	}

	/** Returns the top givers, best first. */
	top(max: number): readonly Giver[] {
		const best: Giver[] = [];
		for (const giver of this.#givers.values()) {
			const at = best.findIndex((other) => other.diamonds < giver.diamonds);
			if (at >= 0) best.splice(at, 0, giver);
			else if (best.length < max) best.push(giver);
			if (best.length > max) best.pop();
		}
		return best;
	}
}

/** A message before it has been wrapped for the wire. */
export interface Draft {
	method: string;
	payload: Uint8Array;
}

export interface SceneParts {
	random: Random;
	people: People;
	totalsView: () => TotalsView;
}

/** State of the broadcast that makers of messages share and update. */
export class Scene {
	readonly seed: number;
	readonly roomNumber: number;
	readonly roomId: string;
	readonly random: Random;
	readonly people: People;
	readonly anchor: Person;
	readonly clubName: string;
	/** The gifts so far, and how the room shows them now. */
	readonly totals = new GiftTotals();
	readonly totalsView: () => TotalsView;
	/** Id of the message being made. */
	id = "0";
	now = 0;
	likes = 0;
	follows: number;
	visits: number;
	online: number;
	/** The gifts of the current battle. */
	battle: Ledger | undefined;
	/** "0" before the first chat. */
	lastChatId = "0";

	constructor(seed: number, roomNumber: number, roomId: string, parts: SceneParts) {
		const { random, people } = parts;
		this.seed = seed;
		this.roomNumber = roomNumber;
		this.roomId = roomId;
		this.random = random;
		this.people = people;
		this.totalsView = parts.totalsView;
		this.anchor = people.anchor(roomNumber);
		this.clubName = `${[...this.anchor.nickname].slice(-3).join("")}团`;
		this.follows = random.between(100, 90_000);
		this.visits = random.between(20, 3000);
		this.online = random.between(20, 900);
	}

	common(method: string): CommonInit {
		return {
			method,
			msgId: this.id,
			roomId: this.roomId,
			createTime: this.now,
			isShowMsg: true,
			priorityScore: 100,
			appId: "1128",
		};
	}

	/** Counts a gift for this room's anchor. */
	give(gift: GiftValue): void {
		const added = this.totals.add(gift);
		this.battle?.give(gift.giver, added);
	}

	viewer(): UserInit {
		return this.#withClub(this.people.any(this.random));
	}

	/** Returns the user with this number, as seen in this room. */
	#withClub(person: Person): UserInit {
		const level = hash32(person.id, this.roomNumber) % 40;
		const moderates = hash32(person.id, this.roomNumber, "moderates") % 100 === 0;
		const user = moderates ? { ...person.user, userAttr: { isAdmin: true } } : person.user;
		if (level === 0 || level > 14) return user;
		return {
			...user,
			fansClub: { data: { clubName: this.clubName, level, userFansClubStatus: 1, anchorId: this.anchor.id } },
		};
	}
}

export function giftPicture(giftId: string): ImageInit {
	return { urlList: [`https://p3.sim-douyin.invalid/img/gift-${giftId}.png?from=live&x=1`] };
}

/** Formats a number as the upstream does: `1.2万`. */
export function shortNumber(n: number): string {
	return n < 10_000 ? String(n) : `${(n / 10_000).toFixed(1)}万`;
}
