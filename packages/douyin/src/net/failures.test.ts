import { describe, expect, it } from "vitest";
import { DouyinError, type FailureReason } from "../errors.ts";
import { failureOfError, failureOfStatus } from "./failures.ts";

const now = Date.parse("2026-01-01T00:00:00Z");

describe("failureOfError", () => {
	const cases: [string, FailureReason][] = [
		["ENOTFOUND", "dns"],
		["EAI_AGAIN", "dns"],
		["CERT_HAS_EXPIRED", "tls"],
		["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
		["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
		["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
		["ETIMEDOUT", "timeout"],
		["ECONNRESET", "network"],
		["ECONNREFUSED", "network"],
		["SOMETHING_NEW", "network"],
	];
	it.each(cases)("classifies %s as %s", (code, reason) => {
		const wrapped = new Error("request failed", { cause: Object.assign(new Error("inner"), { code }) });
		const failure = failureOfError(wrapped, "The page");
		expect([failure.reason, failure.message, failure.cause]).toEqual([
			reason,
			"The page: request failed",
			wrapped.cause,
		]);
	});

	it("keeps a DouyinError from anywhere in the causes", () => {
		const inner = new DouyinError("proxy", "no");
		expect(failureOfError(new Error("outer", { cause: new Error("middle", { cause: inner }) }), "x")).toBe(inner);
	});
});

describe("failureOfStatus", () => {
	it.each([
		[429, "rate_limited"],
		[403, "blocked"],
		[401, "blocked"],
		[500, "upstream_error"],
		[503, "upstream_error"],
		[444, "blocked"],
		[418, "unreadable_page"],
	])("classifies HTTP %i as %s", (status, reason) => {
		expect(failureOfStatus(status, {}, "x", now)).toMatchObject({ reason, status });
	});

	it.each([200, 204, 302, 404, 410])("accepts HTTP %i", (status) => {
		expect(failureOfStatus(status, {}, "x", now)).toBeUndefined();
	});

	it("takes the time to wait from the upstream", () => {
		for (const status of [429, 503, 403]) {
			expect(failureOfStatus(status, { "retry-after": "7" }, "x", now)?.retryAfterMs).toBe(7_000);
		}
	});
});
