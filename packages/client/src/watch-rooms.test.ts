import { expect, test } from "vitest";
import { LivekeeperClient } from "./index.ts";

/** No server listens there: each socket is refused. */
const url = "http://127.0.0.1:1";

/** Answers the requests that an overlay token for all rooms may make. */
const asTokenOfAllRooms: typeof fetch = async (input) => {
	if (new URL(String(input)).pathname === "/api/v1/rooms") return Response.json({ success: true, rooms: [] });
	const error = { code: "forbidden_token", message: "This overlay token may not.", hint: "" };
	return Response.json({ success: false, error }, { status: 403 });
};

test("asks why a socket was refused, and retries without answer", async () => {
	const client = new LivekeeperClient({ url, apiKey: "lko_token", fetch: asTokenOfAllRooms });
	const ending = new AbortController();
	const lost: string[] = [];
	const onRetry = ({ error }: { error: { code: string } }) => {
		lost.push(error.code);
		ending.abort();
	};
	for await (const _change of client.rooms.watch({ signal: ending.signal, onRetry })) expect.unreachable();
	expect(lost).toEqual(["unreachable"]);
});

test("stops watching if the key is wrong", async () => {
	const error = { code: "unauthorized", message: "The API key is wrong", hint: "" };
	const client = new LivekeeperClient({
		url,
		fetch: async () => Response.json({ success: false, error }, { status: 401 }),
	});
	const watching = client.rooms.watch()[Symbol.asyncIterator]().next();
	await expect(watching).rejects.toMatchObject({ code: "unauthorized" });
});
