import { LivekeeperClient } from "@livekeeper/client";
import { expect, test } from "vitest";
import { Rig } from "./kit/rig.ts";

test("lets a client read one room until the token's revocation", async () => {
	const rig = await Rig.start({ speed: 20 });
	try {
		await rig.untilConnected("1001");
		const owner = new LivekeeperClient({ url: rig.url });
		const { token, secret } = await owner.overlayTokens.create({ name: "OBS", live_id: "1001" });
		const reader = new LivekeeperClient({ url: rig.url, apiKey: secret });
		await expect(reader.room("1002").status()).rejects.toMatchObject({ code: "forbidden_token", status: 403 });
		expect(await reader.room("1001").status()).toMatchObject({ live_id: "1001" });

		const retries: string[] = [];
		const reading = (["sse", "websocket"] as const).map((transport) => {
			const onRetry = ({ error }: { error: unknown }) => retries.push(`${transport}: ${String(error)}`);
			const events = reader.room("1001").events({ after: 0, transport, onRetry })[Symbol.asyncIterator]();
			const untilItEnds = async () => {
				for (;;) await events.next();
			};
			return { first: events.next(), untilItEnds };
		});
		for (const { first } of reading) expect((await first).value).toMatchObject({ seq: 1 });
		const ends = reading.map(({ untilItEnds }) => untilItEnds().catch((error: unknown) => error));
		expect(await owner.overlayTokens.list()).toMatchObject([{ id: token.id, last_used_at: expect.any(Number) }]);
		await owner.overlayTokens.remove(token.id);
		for (const end of ends) expect(await end).toMatchObject({ code: "unauthorized", status: 401 });
		expect(retries.toSorted()).toEqual([
			expect.stringMatching(/^sse: .*The service ended the stream: .*token_revoked/),
			expect.stringMatching(/^websocket: .*The service ended the stream: token_revoked/),
		]);
	} finally {
		await rig.stop();
	}
});
