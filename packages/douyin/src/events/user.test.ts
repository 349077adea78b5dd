import { describe, expect, it } from "vitest";
import { decodeUser, encodeUser, type UserInit } from "../wire/index.ts";
import { anna, liveAnna } from "./samples.helpers.ts";
import { identityOf, userOf } from "./user.ts";

const live = (init: UserInit) => userOf(decodeUser(encodeUser(init)));

describe("userOf", () => {
	it("maps every field of a user", () => {
		expect(live(anna)).toEqual(liveAnna);
	});

	it("is undefined if the message names no user", () => {
		expect(userOf(undefined)).toBeUndefined();
	});

	it("keeps the 抖音号 and the other id if present", () => {
		const names = { displayId: "anna.77", webcastUid: "MS4wLjAB_w" };
		expect(live({ ...anna, ...names })).toEqual({ ...liveAnna, ...names });
		for (const name of Object.keys(names)) expect(live(anna)).not.toHaveProperty(name);
	});

	it("falls back to the id text and plain level", () => {
		expect(live({ idStr: "77001", level: 4 })).toMatchObject({ id: "77001", level: 4, masked: false });
		expect(live({ id: "5001", idStr: "77001", level: 4, payGrade: { level: 9 } })).toMatchObject({
			id: "5001",
			level: 9,
		});
	});

	it.each([
		[0, "unknown"],
		[1, "male"],
		[2, "female"],
		[3, "unknown"],
	])("maps gender %d to %s", (gender, name) => {
		expect(live({ gender })?.gender).toBe(name);
	});

	it("marks moderators and leaves the field out for others", () => {
		expect(live({ id: "5001", userAttr: { isAdmin: true, isSuperAdmin: true } })).toMatchObject({
			admin: true,
			superAdmin: true,
		});
		expect(live({ id: "5001", userAttr: {} })).not.toHaveProperty("admin");
		expect(live({ id: "5001", userAttr: {} })).not.toHaveProperty("superAdmin");
	});

	it("leaves out an absent fan club", () => {
		expect(live({ id: "5001", fansClub: { data: {} } })).not.toHaveProperty("fansClub");
		expect(live({ id: "5001", fansClub: {} })).not.toHaveProperty("fansClub");
	});

	it.each<[string, UserInit, boolean]>([
		["no id", { nickname: "虚构" }, true],
		["an id shared by many users", { id: "111111", nickname: "虚构" }, true],
		["a name reduced to one character", { id: "3000000000000001", nickname: "虚***" }, true],
		["a name reduced to an emoji", { id: "3000000000000001", nickname: "🎁***" }, true],
		["stars as part of the name", { id: "3000000000000001", nickname: "*虚*构*" }, false],
		["a longer name ending in stars", { id: "3000000000000001", nickname: "虚构***" }, false],
		["a different number of stars", { id: "3000000000000001", nickname: "虚**" }, false],
		["id and name", { id: "3000000000000001", nickname: "虚构" }, false],
	])("decides whether a user with %s is masked", (_, init, masked) => {
		expect(live(init)?.masked).toBe(masked);
	});
});

describe("identityOf", () => {
	it("uses the id for users with stars in their names", () => {
		expect(identityOf(live({ id: "5001", nickname: "*虚构*" }))).toBe(
			identityOf(live({ id: "5001", nickname: "改名*后" })),
		);
	});

	it("distinguishes users who share an id", () => {
		const one = identityOf(live({ id: "111111", nickname: "虚***" }));
		expect(identityOf(live({ id: "111111", nickname: "构***" }))).not.toBe(one);
		expect(identityOf(live(anna))).toBe("MS4wLjABAAAAanna");
		expect(identityOf(live({ id: "5001", nickname: "改名前" }))).toBe(
			identityOf(live({ id: "5001", nickname: "改名后" })),
		);
	});
});
