import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callbackSignature, checkCallback, ReplayWindow } from "./index.ts";

const now = 1_767_225_600_000;
const rules = { secretOf: () => "s3cret", now, windowMs: 300_000 };

function signed(change: Record<string, string> = {}, body = '[{"msg_id":"1"}]', secret = "s3cret") {
	const headers: Record<string, string> = {
		"content-type": "application/json",
		"x-nonce-str": "abc",
		"x-timestamp": String(now),
		"x-roomid": "7100000000000000001",
		"x-msg-type": "live_gift",
		...change,
	};
	const bytes = Buffer.from(body);
	headers["x-signature"] = callbackSignature(headers, bytes, secret);
	return { headers, body: bytes };
}

describe("the signature of a callback", () => {
	it("equals that of the documentation's example", () => {
		const headers = { "x-nonce-str": "123456", "x-timestamp": "456789", "x-roomid": "268", "x-msg-type": "user_group" };
		const signature = callbackSignature(headers, Buffer.from("abc123你好"), "123abc");
		expect(signature).toBe("GAkalGmhzqlUGQO/TgvMug==");
	});

	it("accepts a callback signed with the secret", () => {
		expect(checkCallback(signed(), rules)).toEqual({
			roomId: "7100000000000000001",
			type: "live_gift",
			at: now,
			signature: expect.any(String),
		});
	});

	it("rejects any changed byte of body, header or signature", () => {
		fc.assert(
			fc.property(
				fc.constantFrom("body", "x-nonce-str", "x-timestamp", "x-roomid", "x-msg-type", "x-signature"),
				fc.nat(),
				fc.integer({ min: 1, max: 255 }),
				(part, at, bits) => {
					const callback = signed();
					const bytes = Buffer.from(part === "body" ? callback.body : String(callback.headers[part]));
					const i = at % bytes.length;
					bytes[i] = (bytes[i] ?? 0) ^ bits;
					const forged =
						part === "body"
							? { ...callback, body: bytes }
							: { ...callback, headers: { ...callback.headers, [part]: bytes.toString("latin1") } };
					expect(["headers", "signature"]).toContain(checkCallback(forged, rules));
				},
			),
		);
	});

	it("depends on the secret, which may differ between kinds", () => {
		const secretOf = (type: string) => (type === "live_gift" ? "gifts" : "others");
		expect(checkCallback(signed({}, "[]", "gifts"), { ...rules, secretOf })).toMatchObject({ type: "live_gift" });
		expect(checkCallback(signed({}, "[]", "others"), { ...rules, secretOf })).toBe("signature");
		expect(checkCallback(signed({ "x-msg-type": "live_like" }, "[]", "others"), { ...rules, secretOf })).toMatchObject({
			type: "live_like",
		});
	});

	it("expires at both ends of the window", () => {
		const at = (ms: number) => checkCallback(signed({ "x-timestamp": String(now + ms) }), rules);
		expect([at(-300_000), at(300_000)]).toEqual([expect.any(Object), expect.any(Object)]);
		expect([at(-300_001), at(300_001)]).toEqual(["late", "early"]);
	});

	it.each([
		["x-msg-type", "live_nothing"],
		["x-roomid", "../etc"],
		["x-roomid", "7100000000000000001x"],
		["x-roomid", "7100000000000000001\n"],
		["x-roomid", "123456789012345678901"],
		["x-roomid", ""],
		["x-timestamp", "now"],
		["x-timestamp", `${now}x`],
		["x-nonce-str", "a&x-roomid=5"],
	])("is rejected unchecked if %s is %s", (name, value) => {
		expect(checkCallback(signed({ [name]: value }), rules)).toBe("headers");
	});

	it.each(["x-nonce-str", "x-timestamp", "x-roomid", "x-msg-type", "x-signature"])("needs %s", (name) => {
		const { headers, body } = signed();
		expect(checkCallback({ headers: { ...headers, [name]: undefined }, body }, rules)).toBe("headers");
	});
});

describe("the replay window", () => {
	it("accepts each callback once and forgets it afterwards", () => {
		const window = new ReplayWindow(1000);
		const of = (signature: string, at: number) => ({ signature, at });
		expect(window.take(of("a", 0), 0)).toBe(true);
		expect(window.take(of("a", 0), 1000)).toBe(false);
		expect(window.take(of("b", 900), 1000)).toBe(true);
		expect(window.take(of("c", 1500), 1500)).toBe(true);
		expect(window.size).toBe(2);
		window.release(of("c", 1500));
		expect(window.take(of("c", 1500), 1500)).toBe(true);
	});

	it("never accepts twice what the time check allows", () => {
		const step = fc.record({ signature: fc.constantFrom("a", "b", "c", "d"), wait: fc.nat(400) });
		fc.assert(
			fc.property(fc.array(step), (steps) => {
				const window = new ReplayWindow(1000);
				const firstAt = new Map<string, number>();
				const taken = new Map<string, number>();
				let time = 10_000;
				for (const { signature, wait } of steps) {
					time += wait;
					const at = firstAt.get(signature) ?? time;
					firstAt.set(signature, at);
					if (Math.abs(time - at) > 1000) continue;
					if (window.take({ signature, at }, time)) taken.set(signature, (taken.get(signature) ?? 0) + 1);
				}
				expect([...taken.values()].every((count) => count === 1)).toBe(true);
			}),
		);
	});
});
