import { expect, test } from "vitest";
import { tabIcon, tabTitle } from "./tab-sign.ts";

test("the tab's title begins with how many rooms fail, and says which page it is", () => {
	expect(tabTitle(0, "Rooms")).toBe("Rooms · livekeeper");
	expect(tabTitle(3, "Rooms")).toBe("(3) Rooms · livekeeper");
	expect(tabTitle(1, "")).toBe("(1) livekeeper");
});

test("the tab's picture shows that number, and that the service is gone before it", () => {
	expect(tabIcon(0, false)).toBeUndefined();
	expect(tabIcon(7, false)).toContain(">7</text>");
	expect(tabIcon(1_000, false)).toContain(">99</text>");
	expect(tabIcon(7, true)).toContain(">!</text>");
});
