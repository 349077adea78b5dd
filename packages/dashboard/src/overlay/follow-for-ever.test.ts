import { LivekeeperApiError, type LivekeeperClient } from "@livekeeper/client";
import { expect, test, vi } from "vitest";
import { followForEver, refusedMs } from "./follow-for-ever.ts";

test("resumes after the last event with pauses between fatal errors", async () => {
	vi.spyOn(console, "warn").mockReturnValue();
	const runs: (number | Error | "reset")[][] = [
		[new LivekeeperApiError("room_not_found", "no such room", { status: 404 })],
		[1, 2, new LivekeeperApiError("unauthorized", "revoked", { status: 401 })],
		["reset", new LivekeeperApiError("unauthorized", "revoked", { status: 401 })],
		[1],
	];
	const asked: (number | undefined)[] = [];
	const seen: number[] = [];
	const pauses: number[] = [];
	const stop = new AbortController();
	const client = {
		room: () => ({
			async *events({ after }: { after?: number }) {
				asked.push(after);
				for (const step of runs[asked.length - 1] ?? []) {
					if (step instanceof Error) throw step;
					yield step === "reset" ? { type: "truncated", reason: "reset", from: 1, to: 0 } : { seq: step, type: "chat" };
				}
				stop.abort();
			},
		}),
	} as unknown as LivekeeperClient;
	await followForEver({
		client,
		liveId: "1001",
		types: ["chat"],
		signal: stop.signal,
		pause: async (ms) => void pauses.push(ms),
		onEvent: ({ seq }) => {
			seen.push(seq);
			// An event that can't be shown must not end the stream.
			if (seq === 2) throw new TypeError("odd event");
		},
	});
	expect(asked).toEqual([undefined, undefined, 2, 0]);
	expect(seen).toEqual([1, 2, 1]);
	expect(new Set(pauses)).toEqual(new Set([refusedMs]));
});
