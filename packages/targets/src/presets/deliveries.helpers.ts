import type { LiveEvent } from "@livekeeper/douyin";
import { systemClock, toWire } from "@livekeeper/douyin";
import { onTestFinished } from "vitest";
import { isAnyAddress } from "../addresses.ts";
import type { DeliveryResult } from "../delivery-result.ts";
import type { OutMessage } from "../transports/out-message.ts";
import { Transports } from "../transports/transports.ts";
import { type PresetName, presets } from "./index.ts";
import type { Delivery } from "./preset.ts";

export const now = Date.UTC(2026, 0, 1, 12, 30, 5);
/** Time at the beginning of Chinese lines, in any time zone of the tests. */
export const clockTime = "20:30:05";

/** Sets the machine's own zone to UTC until the test is over. */
export function inUtc(): void {
	const { TZ } = process.env;
	process.env["TZ"] = "UTC";
	onTestFinished(() => {
		if (TZ === undefined) delete process.env["TZ"];
		else process.env["TZ"] = TZ;
	});
}

const user = {
	id: "72057594037927937",
	secUid: "sec-1",
	nickname: "小鱼",
	gender: "female",
	avatar: "https://p3.example/1.webp",
	level: 12,
	masked: false,
} as const;
const base = { id: "7590000000000000001", liveId: "1001", roomId: "r1", method: "M", at: now, receivedAt: now, user };

export function chat(content: string, nickname = "小鱼"): LiveEvent {
	return { ...base, type: "chat", content, user: { ...user, nickname } };
}

export const gift: LiveEvent = {
	...base,
	id: "7590000000000000002",
	type: "gift",
	giftId: "7",
	giftName: "嘉年华",
	giftImage: "https://p3.example/gift.webp",
	giftType: 2,
	combo: false,
	groupCount: 1,
	count: 2,
	delta: 2,
	streakId: "s",
	final: true,
	diamondCount: 30_000,
	diamonds: 60_000,
};

const { user: _, ...own } = base;
export const ended: LiveEvent = { ...own, id: "lk-1", type: "broadcast_ended", reason: "ended" };

export function delivery(events: readonly LiveEvent[], more: Partial<Delivery> = {}): Delivery {
	return {
		deliveryId: "dlv_1",
		targetId: "tg_1",
		liveId: "1001",
		room: {
			roomId: "r1",
			nickname: "安娜",
			title: "木船",
			avatar: "https://p3.example/anna.webp",
			cover: "https://p3.example/boat.webp",
		},
		events: events.map((event, n) => ({ seq: n + 1, json: JSON.stringify({ seq: n + 1, ...toWire(event) }) })),
		notices: [],
		truncated: undefined,
		now,
		test: false,
		...more,
	};
}

/** Returns a preset's messages, with its settings parsed like a target's. */
export function made(name: PresetName, of: Delivery, settings: object): OutMessage[] {
	const preset = presets[name];
	return preset.messages(of, preset.settings.parse(settings));
}

/** Sends the messages over real sockets, up to the first failure. */
export async function send(name: PresetName, of: Delivery, settings: object): Promise<DeliveryResult> {
	const transports = new Transports({ clock: systemClock, allows: isAnyAddress });
	onTestFinished(() => transports.close());
	const { verdict } = presets[name];
	const { signal } = new AbortController();
	let result: DeliveryResult = { ok: true };
	for (const message of made(name, of, settings)) {
		result = await transports.send(message, { verdict, signal });
		if (!result.ok) break;
	}
	return result;
}
