import { toWire } from "@livekeeper/douyin";
import { expect, test } from "vitest";
import type { NumberedWireEvent } from "./broadcast-summary.ts";
import { addToKinds, type GiftKind } from "./charts.ts";
import { gift } from "./events.helpers.ts";

const numbered = (n: number, event: ReturnType<typeof gift>): NumberedWireEvent => ({ ...toWire(event), seq: n });

test("ignores gifts of the web that the open platform reports", () => {
	const kinds = new Map<string, GiftKind>();
	addToKinds(kinds, numbered(1, gift(1, 5, { giftId: "1", delta: 2, diamonds: 10 })));
	const evidence = { delta: 3, diamonds: 15 };
	addToKinds(kinds, numbered(2, gift(2, 5, { giftId: "1", delta: 0, diamonds: 0, evidence })));
	addToKinds(kinds, numbered(3, gift(3, 5, { giftId: "2", delta: 0, diamonds: 0, evidence })));
	addToKinds(kinds, numbered(4, gift(4, 5, { giftId: "sec", source: "official", delta: 3, diamonds: 15 })));
	expect([...kinds.values()].map(({ giftId, count, diamonds }) => [giftId, count, diamonds])).toEqual([
		["1", 2, 10],
		["sec", 3, 15],
	]);
});
