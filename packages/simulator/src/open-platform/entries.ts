import {
	decodeBindingGiftMessage,
	decodeChatMessage,
	decodeFansclubMessage,
	decodeGiftMessage,
	decodeLikeMessage,
	decodeResponse,
	type User,
} from "@livekeeper/douyin/wire";
import { GiftTotals, giftValueOf } from "../traffic/gift-totals.ts";
import { hash32 } from "../traffic/random.ts";
import type { SourceMessage } from "../traffic/source.ts";
import { type MsgType, msgTypes } from "./platform-options.ts";

/** One message in a callback. Its ids are the app's own: none of the web's is among them. */
export interface Entry extends Record<string, unknown> {
	msg_id: string;
	sec_openid: string;
	nickname: string;
	avatar_url: string;
	/** ms since the epoch. */
	timestamp: number;
}

/** A diamond is a tenth of a yuan, and the platform counts in fen. */
const fenOfDiamond = 10;

const typeOfMethod: Readonly<Record<string, MsgType>> = {
	WebcastChatMessage: "live_comment",
	WebcastGiftMessage: "live_gift",
	WebcastBindingGiftMessage: "live_gift",
	WebcastLikeMessage: "live_like",
	WebcastFansclubMessage: "live_fansclub",
};

export function msgTypeOf({ method }: SourceMessage): MsgType | undefined {
	return typeOfMethod[method];
}

/** Makes the entries of one kind for one app from a broadcast's messages. */
export class EntryMaker {
	readonly #appId: string;
	readonly #roomId: string;
	readonly #type: MsgType;
	readonly #totals = new GiftTotals();
	#made = 0;

	constructor(appId: string, roomId: string, type: MsgType) {
		this.#appId = appId;
		this.#roomId = roomId;
		this.#type = type;
	}

	/** @returns `undefined` for a step of a streak that adds nothing, and for an unreadable message */
	make(message: SourceMessage, now: number): Entry | undefined {
		const type = this.#type;
		try {
			const [said] = decodeResponse(message.bytes).messages;
			const payload = said ? said.payload.whole() : new Uint8Array(0);
			if (type === "live_gift") return this.#gift(message.method, payload, message.id.toString(), now);
			if (type === "live_comment") {
				const { user, content } = decodeChatMessage(payload);
				return { ...this.#base(user, now), content };
			}
			if (type === "live_like") {
				const { user, count } = decodeLikeMessage(payload);
				return { ...this.#base(user, now), like_num: count };
			}
			const { user, action } = decodeFansclubMessage(payload);
			return {
				...this.#base(user, now),
				fansclub_reason_type: action,
				fansclub_level: user?.fansClubData?.level ?? 1,
			};
		} catch {
			// A test may push an unreadable message.
			return undefined;
		}
	}

	/** Makes a gift of the caller's own. @param diamonds price of one */
	gift(
		giver: string,
		giftId: string,
		{ count, diamonds, now }: { count: number; diamonds: number; now: number },
	): Entry {
		const base = this.#base({ secUid: giver, nickname: giver }, now);
		return {
			...base,
			sec_gift_id: this.#own("gift", giftId),
			gift_num: count,
			gift_value: count * diamonds * fenOfDiamond,
		};
	}

	#gift(method: string, payload: Uint8Array, msgId: string, now: number): Entry | undefined {
		const value = giftValueOf(method, payload, msgId);
		const gift = method === "WebcastGiftMessage" ? decodeGiftMessage(payload) : decodeBindingGiftMessage(payload).msg;
		if (!gift) return undefined;
		const each = gift.gift?.diamondCount ?? 0;
		const added = value ? this.#totals.add(value) : 0;
		if (added === 0 || each === 0) return undefined;
		return {
			...this.#base(gift.user, now),
			sec_gift_id: this.#own("gift", gift.giftId),
			gift_num: Math.round(added / each),
			gift_value: added * fenOfDiamond,
		};
	}

	#base(user: (Pick<User, "secUid" | "nickname"> & Partial<User>) | undefined, now: number): Entry {
		return {
			msg_id: `${this.#roomId.slice(-9)}${msgTypes.indexOf(this.#type)}${String(++this.#made).padStart(9, "0")}`,
			sec_openid: this.#own("person", user?.secUid ?? ""),
			nickname: user?.nickname ?? "",
			avatar_url: user?.avatarThumbUrl ?? "",
			timestamp: now,
		};
	}

	#own(...words: string[]): string {
		return `_000${[1, 2, 3].map((n) => hash32(this.#appId, n, ...words).toString(36)).join("")}`;
	}
}
