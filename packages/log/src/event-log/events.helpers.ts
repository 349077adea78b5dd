import type { ChatEvent, GiftEvent, LiveEvent, LiveUser, ServiceEvent } from "@livekeeper/douyin";

/** 2026-01-01T00:00:00Z */
export const startMs = 1_767_225_600_000;

export const user = (n: number): LiveUser => ({
	id: String(n),
	secUid: `sec-${n}`,
	nickname: `看客${n}`,
	gender: "unknown",
	avatar: "",
	level: n % 50,
	masked: false,
});

/** Makes an event; the same number always gives the same one. Fields are in the order of decoded events. */
export function chat(n: number, { envelopeId, ...more }: Partial<ChatEvent> = {}): ChatEvent {
	return {
		id: String(7_380_000_000_000_000_000n + BigInt(n)),
		...(envelopeId !== undefined && { envelopeId }),
		liveId: "room",
		roomId: "broadcast-1",
		method: "WebcastChatMessage",
		at: startMs + n,
		receivedAt: startMs + n,
		user: user(n % 7),
		type: "chat",
		content: `第 ${n} 句 "quoted" \u2028 😀`,
		...more,
	};
}

export function gift(n: number, diamonds: number, more: Partial<GiftEvent> = {}): GiftEvent {
	const { content: _, ...base } = chat(n, more.envelopeId === undefined ? {} : { envelopeId: more.envelopeId });
	return {
		...base,
		method: "WebcastGiftMessage",
		giftId: "1",
		giftName: "玫瑰",
		giftImage: "",
		giftType: 1,
		combo: false,
		groupCount: 1,
		count: 1,
		delta: 1,
		streakId: String(n),
		final: true,
		diamondCount: diamonds,
		diamonds,
		...more,
		type: "gift",
	};
}

type OwnOf<T extends ServiceEvent["type"]> = Extract<ServiceEvent, { type: T }>;

export function service<T extends ServiceEvent["type"]>(
	type: T,
	n: number,
	fields: Omit<OwnOf<T>, keyof ChatEvent>,
	more: Partial<ChatEvent> = {},
): LiveEvent {
	const { content: _, user: __, ...base } = chat(n);
	return { ...base, ...more, ...fields, type, id: `lk:${n}`, method: "livekeeper" } as unknown as LiveEvent;
}

export const chats = (from: number, to: number, more: Partial<ChatEvent> = {}): ChatEvent[] =>
	Array.from({ length: to - from + 1 }, (_, index) => chat(from + index, more));
