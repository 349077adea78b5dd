import fastify from "fastify";
import { expect, test } from "vitest";
import type { RelayedReply, RequestRelay } from "../cluster/index.ts";
import type { App } from "./app.ts";
import { relayToOwners } from "./relay.ts";

type RelayedRequest = Parameters<RequestRelay["ask"]>[1];
type Answer = (request: RelayedRequest) => Promise<RelayedReply>;

/** Returns an app of a cluster where node `b` has room 2. Requests to `b` are recorded, and answered by `reply`. */
function relayedApp(reply: () => Promise<RelayedReply | undefined>) {
	const asked: RelayedRequest[] = [];
	let answer: Answer | undefined;
	const relay: Pick<RequestRelay, "nodeOf" | "ask" | "onAsked"> = {
		nodeOf: (liveId) => (liveId === "2" ? "b" : undefined),
		ask: (_node, request) => {
			asked.push(request);
			return reply();
		},
		onAsked: (given) => {
			answer = given;
		},
	};
	const app = fastify();
	app.addContentTypeParser("application/json", { parseAs: "buffer" }, async (_request: unknown, body: unknown) => body);
	relayToOwners(app as unknown as App, relay as RequestRelay);
	const here = async () => ({ from: "here" });
	app.post("/alone/:live_id", { config: { atOwner: "alone" } }, here);
	app.get("/best/:live_id", { config: { atOwner: "best" } }, here);
	app.get("/any/:live_id", here);
	app.get("/who/:live_id", { config: { atOwner: "best" } }, async ({ ip }) => ({ ip }));
	return { app, asked, answer: (request: RelayedRequest) => answer?.(request) };
}

const fromB = async () => ({
	status: 202,
	headers: { "content-type": "application/json", "retry-after": "3" },
	body: Buffer.from('{"from":"b"}'),
});

test("relays a request to the room's node unchanged", async () => {
	const { app, asked } = relayedApp(fromB);
	const headers = {
		"content-type": "application/json",
		"accept-language": "zh",
		authorization: "Bearer k",
		origin: "x",
	};
	const answer = await app.inject({
		...{ method: "POST", url: "/alone/2?a=1", headers, payload: '{"b":1}', remoteAddress: "10.0.0.7" },
	});
	expect(answer.statusCode).toBe(202);
	expect(answer.headers).toMatchObject({ "content-type": "application/json", "retry-after": "3" });
	expect(answer.json()).toEqual({ from: "b" });
	expect(asked).toMatchObject([
		{ method: "POST", url: "/alone/2?a=1", address: "10.0.0.7", body: Buffer.from('{"b":1}') },
	]);
	expect(asked[0]?.headers).toMatchObject({ "accept-language": "zh", authorization: "Bearer k" });
	// These were checked here, or belong to this connection.
	for (const name of ["host", "origin", "content-length"]) expect(asked[0]?.headers).not.toHaveProperty(name);
});

test("answers for its own rooms, and for any-node requests", async () => {
	const { app, asked } = relayedApp(fromB);
	expect((await app.inject({ method: "POST", url: "/alone/1" })).json()).toEqual({ from: "here" });
	expect((await app.inject("/best/1")).json()).toEqual({ from: "here" });
	expect((await app.inject("/any/2")).json()).toEqual({ from: "here" });
	expect(asked).toEqual([]);
});

test.each([
	["gives no answer", async () => undefined],
	["is unreachable", () => Promise.reject(new Error("no connection"))],
])("answers itself if the node %s, or reports its silence", async (_, reply) => {
	const { app } = relayedApp(reply);
	expect((await app.inject("/best/2")).json()).toEqual({ from: "here" });
	expect((await app.inject({ method: "POST", url: "/alone/2" })).json()).toMatchObject({ code: "node_silent" });
});

test("answers a relayed request, and never relays it again", async () => {
	const { app, asked, answer } = relayedApp(fromB);
	await app.ready();
	const headers = { "x-livekeeper-relayed": "1" };
	const address = "10.0.0.7";
	const given = await answer({ method: "POST", url: "/alone/2", address, headers, body: Buffer.alloc(0) });
	expect(given).toMatchObject({ status: 200, headers: { "content-type": expect.stringContaining("json") } });
	expect(JSON.parse(Buffer.from(given?.body ?? []).toString())).toEqual({ from: "here" });
	const who = await answer({ method: "GET", url: "/who/2", address, headers, body: Buffer.alloc(0) });
	expect(JSON.parse(Buffer.from(who?.body ?? []).toString())).toEqual({ ip: address });
	expect(asked).toEqual([]);
});
