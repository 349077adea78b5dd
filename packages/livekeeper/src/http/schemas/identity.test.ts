import { expect, test } from "vitest";
import { configSchema } from "../../config/schema.ts";
import { identity } from "./identity.ts";

test.each([
	["cookie", "sessionid=a; b=c"],
	["cookie", "名=值"],
	["cookie", ""],
	["cookie", "a=b\nX: y"],
	["cookie", "a=b\u0000"],
	["cookie", "x".repeat(16_385)],
	["proxy", "http://127.0.0.1:1"],
	["proxy", "https://me:pw@proxy.example"],
	["proxy", "socks5://127.0.0.1:1"],
	["proxy", "ftp://127.0.0.1"],
	["proxy", "127.0.0.1:8080"],
] as const)("accepts a room's own %s like the service's: %j", (name, value) => {
	const asOption = configSchema.shape[name].safeParse(value).success;
	expect(identity.safeParse({ [name]: value }).success).toBe(asOption);
});
