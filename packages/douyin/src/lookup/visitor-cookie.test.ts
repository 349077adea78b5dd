import { expect, onTestFinished, test } from "vitest";
import { createUpstream } from "../client/index.ts";
import { startHttp } from "../net/servers.helpers.ts";
import { ManualClock } from "../testing/manual-clock.ts";

const ids = { liveId: "1001", roomId: "7300000000000000002", userUniqueId: "7400000000000000003" };

async function refusedBy(status: number, retryAfter?: string) {
	let asked = 0;
	const server = await startHttp((_request, response) => {
		asked++;
		response.writeHead(status, retryAfter === undefined ? {} : { "retry-after": retryAfter }).end();
	});
	const clock = new ManualClock();
	const upstream = createUpstream({ baseUrl: server.url, clock });
	onTestFinished(() => {
		upstream.close();
		return server.close();
	});
	/** Returns the failure of a room's session, and how often the home page has been asked for since the last one. */
	const attempt = async () => {
		const before = asked;
		const session = upstream.session({ ...ids, signal: new AbortController().signal }, () => undefined);
		const { reason, retryAfterMs } = await session.then(
			() => expect.unreachable(),
			(error: { reason: string; retryAfterMs?: number }) => error,
		);
		return { reason, retryAfterMs, asked: asked - before };
	};
	return { clock, attempt };
}

test("waits before it asks for a refused cookie again", async () => {
	const { clock, attempt } = await refusedBy(403);
	for (const delayMs of [1_000, 2_000, 4_000]) {
		expect(await attempt()).toEqual({ reason: "blocked", retryAfterMs: undefined, asked: 1 });
		await clock.advance(delayMs - 1);
		expect(await attempt()).toEqual({ reason: "blocked", retryAfterMs: undefined, asked: 0 });
		await clock.advance(1);
	}
	expect((await attempt()).asked).toBe(1);
});

test("asks for no cookie while asked to wait", async () => {
	const { clock, attempt } = await refusedBy(429, "30");
	expect(await attempt()).toEqual({ reason: "rate_limited", retryAfterMs: 30_000, asked: 1 });
	await clock.advance(29_000);
	expect(await attempt()).toEqual({ reason: "rate_limited", retryAfterMs: 1_000, asked: 0 });
	await clock.advance(1_000);
	expect((await attempt()).asked).toBe(1);
});
