import type { Room } from "@livekeeper/client";
import { expect, test } from "vitest";
import { giftMarkOf, lacksLogin } from "./room-gifts.ts";

const room = (coverage: Partial<Room["gift_coverage"]>, identity: Room["identity"] = "logged_in"): Room =>
	({
		state: "connected",
		identity,
		gift_coverage: { verdict: "unknown", source: null, missing_in_all: 0, ...coverage },
	}) as Room;

test.each([
	["all", 0, undefined],
	// Gifts missed before the login changed stay missing.
	["all", 63_551, "part"],
	["some", 40, "part"],
	["none", 300, "part"],
	// The open platform reports failed deliveries, but not their worth.
	["some", 0, "part"],
	["unknown", 0, undefined],
] as const)("marks gifts judged %s with %i diamonds missing as %s", (verdict, missing, mark) => {
	expect(giftMarkOf(room({ verdict, missing_in_all: missing }))).toBe(mark);
});

test("marks gifts unknown without a login, unless pushed", () => {
	expect(giftMarkOf(room({}, "anonymous"))).toBe("unknown");
	expect(giftMarkOf({ ...room({}, "anonymous"), state: "waiting" })).toBeUndefined();
	expect(giftMarkOf(room({ verdict: "all", source: "official" }, "anonymous"))).toBeUndefined();
	expect(lacksLogin(room({}, "expired"))).toBe(true);
	expect(lacksLogin(room({ source: "official" }, "anonymous"))).toBe(false);
});
