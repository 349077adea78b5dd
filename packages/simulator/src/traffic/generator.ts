import { commonFieldOf } from "@livekeeper/douyin/wire";
import { fansclub, like, member, rank, social, viewers } from "./audience.ts";
import { GiftGivers } from "./gift-givers.ts";
import { defaultTotalsView, type GiftTotals, showsTickets, type TotalsView } from "./gift-totals.ts";
import { Linked } from "./linked.ts";
import { delimited } from "./message-walk.ts";
import { fanTicket, imDelete, Occasions } from "./occasions.ts";
import type { People } from "./people.ts";
import { hash32, Random } from "./random.ts";
import { type Draft, Scene } from "./scene.ts";
import { type MessageSource, type SourceMessage, wrapMessage } from "./source.ts";
import {
	audioChat,
	chat,
	control,
	emojiChat,
	privilegeScreenChat,
	screenChat,
	seldom,
	stats,
	untyped,
} from "./talk.ts";

/** Share of each kind, in percent. Gifts and linked users are separate: they depend on earlier messages. */
const mix: readonly (readonly [percent: number, make: (scene: Scene) => Draft])[] = [
	[40.5, chat],
	[24.5, member],
	[15, like],
	[4, social],
	[1, fansclub],
	[2, stats],
	[1, rank],
	[1, emojiChat],
	[0.5, screenChat],
	[0.5, privilegeScreenChat],
	[1, untyped],
	[1.2, seldom],
	[0.3, audioChat],
	[0.2, imDelete],
];

/** Number of messages between two reports of viewers: one every 5 s at the default rate. */
const viewersEvery = 25;
/** Places in such a group of messages: of the viewers, and of the room's totals, if it shows them. */
const viewersAt = 10;
const ticketsAt = 20;

/** Sizes of groups: with one message about linked users each, and with one packed repeat of a gift each. */
const linkedEvery = 150;
const linkedAt = 31;
const packedEvery = 375;
const packedAt = 62;

/** Distance between two ids, for messages that come from outside, such as the end of the broadcast. */
const idStep = 1024n;

export interface BroadcastIdentity {
	seed: number;
	roomNumber: number;
	/** 0 for the room's first broadcast. */
	broadcast: number;
	roomId: string;
}

/**
 * Messages of one broadcast. Message `k` depends only on the seed, the room, the broadcast and `k`, except for its
 * times: two runs produce the same messages in the same order, with the same ids.
 */
export class Generator implements MessageSource {
	readonly giftsForAll = false;
	readonly #scene: Scene;
	readonly #gifts = new GiftGivers();
	readonly #linked = new Linked();
	readonly #occasions = new Occasions();
	readonly #hasNovelties: () => boolean;
	readonly #firstId: bigint;
	#made = 0;
	#lastId: bigint;

	/**
	 * @param totalsView returns how the room shows its totals, called for each message with totals
	 * @param hasNovelties returns whether unknown kinds and fields are mixed in now
	 */
	constructor(
		identity: BroadcastIdentity,
		people: People,
		totalsView: () => TotalsView = () => defaultTotalsView,
		hasNovelties: () => boolean = () => false,
	) {
		this.#hasNovelties = hasNovelties;
		const { seed, roomNumber, broadcast, roomId } = identity;
		const random = new Random(hash32(seed, "traffic", roomNumber, broadcast));
		this.#scene = new Scene(seed, roomNumber, roomId, { random, people, totalsView });
		// 19 digits; a later broadcast of a room has higher ids, and there is room for ten million messages in each.
		const room = BigInt(hash32(seed, "ids", roomNumber) % 500_000) * 1_000_000_000_000n;
		this.#firstId = 7_400_000_000_000_000_000n + room + BigInt(broadcast) * 10_000_000_000n;
		this.#lastId = this.#firstId;
	}

	get totals(): GiftTotals {
		return this.#scene.totals;
	}

	next(now: number): SourceMessage {
		const k = this.#made++;
		this.#lastId = this.#firstId + BigInt(k + 1) * idStep + BigInt(hash32(k, this.#scene.roomId) % 512);
		return wrapMessage(this.#draft(k, now), this.#lastId, now);
	}

	insert(draft: Draft, now: number): SourceMessage {
		this.#lastId += 1n;
		return wrapMessage(draft, this.#lastId, now);
	}

	control(action: number, tips: string, now: number): SourceMessage {
		this.#scene.id = (this.#lastId + 1n).toString();
		this.#scene.now = now;
		return this.insert(control(this.#scene, action, tips), now);
	}

	#draft(k: number, now: number): Draft {
		const scene = this.#scene;
		scene.id = this.#lastId.toString();
		scene.now = now;
		if (k % viewersEvery === viewersAt) return viewers(scene);
		const occasion = this.#occasions.next(k, scene);
		if (occasion) return occasion;
		if (k % viewersEvery === ticketsAt && showsTickets(scene.totalsView())) return fanTicket(scene);
		if (k % linkedEvery === linkedAt) return this.#linked.next(scene);
		const packed = k % packedEvery === packedAt ? this.#gifts.packedAgain(scene) : undefined;
		if (packed) return packed;
		let ticket = scene.random.next() * 100;
		for (const [percent, make] of mix) {
			if (ticket < percent) {
				const draft = make(scene);
				return this.#hasNovelties() ? withNovelties(draft, scene.roomId, k) : draft;
			}
			ticket -= percent;
		}
		return this.#gifts.next(scene);
	}
}

/** Number of messages among which one is unknown while novelties are on. */
const every = 10;

/** Field number that no kind has. */
const unknownField = 3_001;

/** Number of unknown kinds. */
const futureKinds = 7;

/** Field in which clients look for the common part of an unknown kind. */
const usualCommonField = 1;

/**
 * Changes some messages as a later version of the site might: adds an unknown field, or makes the kind unknown. Which
 * messages are changed depends only on the broadcast and `k`.
 */
function withNovelties({ method, payload }: Draft, roomId: string, k: number): Draft {
	const draw = hash32(roomId, "novelty", k);
	if (draw % every !== 0) return { method, payload };
	const isRenamed = draw % (2 * every) !== 0 && commonFieldOf(method) === usualCommonField;
	return {
		method: isRenamed ? `WebcastSimulatedFuture${draw % futureKinds}Message` : method,
		payload: Buffer.concat([payload, delimited(unknownField, Buffer.from(`new-${k}`))]),
	};
}
