import type { DeadLetter, TargetAttempt } from "@livekeeper/client";
import { expect, test } from "vitest";
import { deliveriesOf } from "./deliveries.ts";

const failure = (at: number) => ({ code: "http_status", message: `no ${at}`, status: 503, at });
const attempt = (id: string, at: number, isAccepted: boolean): TargetAttempt => ({
	...{
		live_id: "1",
		delivery_id: id,
		first_seq: 1,
		last_seq: 2,
		events: 2,
		at,
		error: isAccepted ? null : failure(at),
	},
});
const letter = (id: string, at: number, more: Partial<DeadLetter>): DeadLetter => ({
	...{ delivery_id: id, live_id: "1", first_seq: 1, last_seq: 2, events: 2, available: "all", truncated: null },
	...{ attempts: 12, error: failure(at), dead_lettered_at: at, queued: false, ...more },
});

test("shows one row per delivery with its last attempt", () => {
	const attempts = [attempt("c", 9, false), attempt("b", 8, true), attempt("b", 7, false), attempt("a", 6, false)];
	const letters = [letter("a", 6, {}), letter("old", 2, { available: "none" }), letter("q", 1, { queued: true })];
	expect(deliveriesOf(attempts, letters)).toMatchObject([
		{ id: "c", outcome: "failed", attempts: 1, why: "no 9" },
		{ id: "b", outcome: "accepted", attempts: 2, why: "" },
		{ id: "a", outcome: "given_up", attempts: 12 },
		{ id: "old", outcome: "gone" },
		{ id: "q", outcome: "queued" },
	]);
});
