import { expect, test } from "vitest";
import { tabIcon, tabTitle } from "./tab-sign.ts";

test("puts the failure count before the page name", () => {
	expect(tabTitle(0, "Rooms")).toBe("Rooms · livekeeper");
	expect(tabTitle(3, "Rooms")).toBe("(3) Rooms · livekeeper");
	expect(tabTitle(1, "")).toBe("(1) livekeeper");
});

test("draws the failure count, or an exclamation mark if disconnected", () => {
	expect(tabIcon(0, false)).toBeUndefined();
	expect(tabIcon(7, false)).toContain(">7</text>");
	expect(tabIcon(1_000, false)).toContain(">99</text>");
	expect(tabIcon(7, true)).toContain(">!</text>");
});
