// @vitest-environment jsdom
import { expect, test, vi } from "vitest";
import { i18n, setLocale } from "./index.ts";

test("reuses one number formatter per language", () => {
	const made = vi.spyOn(Intl, "NumberFormat");
	for (const locale of ["en", "zh"] as const) {
		setLocale(locale);
		expect([66_255, 0, 12.3456].map((number) => i18n.global.n(number))).toEqual(["66,255", "0", "12.346"]);
	}
	expect(made).not.toHaveBeenCalled();
	made.mockRestore();
});

test("writes a share in the requested format", () => {
	for (const locale of ["en", "zh"] as const) {
		setLocale(locale);
		expect(i18n.global.n(0.04, { style: "percent" })).toBe("4%");
	}
});
