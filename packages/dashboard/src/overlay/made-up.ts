import type { RoomEvent } from "@livekeeper/client";
import type { Settings } from "./parameters.ts";
import type { Tally } from "./tally.ts";

const said = {
	zh: {
		viewer: "测试观众",
		text: "这是一条测试弹幕，没有发进直播间",
		gift: "嘉年华",
		us: "我方主播",
		them: "对方主播",
		givers: ["清晨的豆浆", "南山一棵树", "橘子汽水", "慢半拍", "小木船", "半糖去冰", "晚风", "阿禾", "七月", "山雀"],
	},
	en: {
		viewer: "Test viewer",
		text: "this is a test message; it was not sent to the room",
		gift: "Carnival",
		us: "Our host",
		them: "Their host",
		givers: [
			"Morning tea",
			"Tall tree",
			"Orange",
			"Half a beat",
			"Willow",
			"Less sugar",
			"Breeze",
			"Ash",
			"July",
			"Wren",
		],
	},
} as const;

/** Whether an event is made up for a test, and not sent by a service. */
export function isTest(event: RoomEvent): boolean {
	return "test" in event && event.test === true;
}

/** Time that a made-up battle is shown, ms. */
const battleMs = 10_000;

/**
 * Returns the events of a test, which the overlay marks as such. The gift is worth enough for a card and for the sound.
 * @param seq negative and different each time; events of a log are never negative
 * @param now ms since the epoch
 */
export function testEvents(
	kind: "gift" | "chat" | "pk",
	{ lang, card_min, sound_min }: Pick<Settings, "lang" | "card_min" | "sound_min">,
	seq: number,
	now: number,
): RoomEvent[] {
	const words = said[lang];
	const user = { nickname: words.viewer, level: 20, avatar: "", masked: false };
	const common = { seq, id: `test:${seq}`, at: now, user, test: true };
	const worth = Math.max(1000, card_min, sound_min);
	const event = (fields: object) => ({ ...common, ...fields }) as unknown as RoomEvent;
	if (kind === "chat") return [event({ type: "chat", content: words.text })];
	if (kind === "gift") {
		const gift = { gift_name: words.gift, gift_image: "", diamond_count: worth, count: 1, streak_id: common.id };
		return [event({ type: "gift", ...gift })];
	}
	return [event({ type: "pk_started", battle_id: common.id, ...battle(words, now) })];
}

function battle({ us, them }: { us: string; them: string }, now: number): object {
	const sides = [
		{ id: "us", name: us, score: 1314 },
		{ id: "them", name: them, score: 888 },
	];
	return { started_at: now, duration_ms: battleMs, sides };
}

/** Returns typical totals of a broadcast, for previews. */
export function sampleTally(lang: Settings["lang"], target: number): Tally {
	const worths = [5200, 3344, 1999, 1314, 888, 520, 233, 99, 52, 10];
	return {
		sums: { diamonds: share(target), likes: share(target), follows: share(target), members: share(target) },
		givers: said[lang].givers.map((name, i) => ({ id: `${i}`, name, diamonds: worths[i] ?? 1 })),
	};
}

const share = (target: number) => Math.round(target * 0.68);

/** Returns a battle that is under way and never ends, for previews. */
export function sampleBattle(lang: Settings["lang"]): RoomEvent {
	const fields = { ...battle(said[lang], Date.now()), duration_ms: 222_000 };
	return { seq: 0, id: "sample", at: Date.now(), type: "pk_started", battle_id: "sample", ...fields } as never;
}
