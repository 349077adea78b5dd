import { printable } from "@livekeeper/base/log/printable";
import type { Language } from "@livekeeper/base/text";
import type { WireEvent } from "@livekeeper/douyin";
import { eventWords, isSpeech } from "../text/event-words.ts";
import { messageTexts } from "../text/index.ts";
import type { Delivery } from "./preset.ts";

/** An event as tools on a streamer's machine take it: flat, with texts in words. */
export interface Facts {
	/** Type of the event; otherwise the notice's state, or `test`. */
	type: string;
	live_id: string;
	room: string;
	seq: number;
	id: string;
	/** ms since the epoch. */
	at: number;
	/** "" if the event belongs to no user. */
	user: string;
	user_id: string;
	avatar: string;
	/** Message, or description of the event. */
	text: string;
	/** Only for gifts. */
	gift?: string;
	/** Number of gifts added since the last known step. */
	count?: number;
	diamonds?: number;
}

export interface Fact extends Facts {
	event: WireEvent | undefined;
}

/** Returns the facts of each event and notice; for a test, one that says so. */
export function factsOf(delivery: Delivery, language: Language): Fact[] {
	const { liveId: live_id, deliveryId, now, events, notices, test } = delivery;
	const room = printable(delivery.room.nickname || (test ? "livekeeper" : live_id));
	const base = { live_id, room, user: "", user_id: "", avatar: "" };
	const facts = events.map(({ seq, json }): Fact => {
		const event = JSON.parse(json) as WireEvent;
		const { type, id, at, user } = event;
		return {
			...base,
			type,
			seq,
			id,
			at,
			...whoIs(user),
			text: printable(eventWords(event)[language]),
			...giftOf(event),
			event,
		};
	});
	for (const [n, { state: type, at, text }] of notices.entries()) {
		const seq = n + 1;
		const words = printable(text[language]);
		facts.push({
			...base,
			type,
			seq,
			id: `${deliveryId}-${seq}`,
			at,
			text: words,
			user: "livekeeper",
			event: undefined,
		});
	}
	if (test) {
		const text = messageTexts.test[language];
		facts.push({ ...base, type: "test", seq: 0, id: deliveryId, at: now, text, user: "livekeeper", event: undefined });
	}
	return facts;
}

/** Whether the fact is shown among comments: messages and gifts. */
export function isComment({ event, type }: Fact): boolean {
	if (!event) return type === "test";
	// Steps of a streak that add nothing were shown already.
	return isSpeech(event.type) || (type === "gift" && "delta" in event && event.delta > 0);
}

/** Neutralises tags for a page, whether or not the page escapes them as well. */
export function withoutTags(text: string): string {
	return text.replaceAll("<", "＜").replaceAll(">", "＞");
}

function whoIs(user: WireEvent["user"]) {
	if (!user) return {};
	return { user: printable(user.nickname || user.id), user_id: user.sec_uid || user.id, avatar: user.avatar };
}

function giftOf(event: WireEvent) {
	if (event.type !== "gift") return {};
	return { gift: printable(event.gift_name || event.gift_id), count: event.delta, diamonds: event.diamonds };
}
