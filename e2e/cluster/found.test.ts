import { once } from "node:events";
import { startSimulator } from "@livekeeper/simulator";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { SocketIoReader } from "../kit/socket-io-reader.ts";
import { until } from "../kit/until.ts";
import type { ClusterNode } from "./nodes.ts";
import { hasNats, startNodes } from "./start-nodes.ts";

const cookie = "sessionid=the-rooms-own";

/** Returns a node's answers about a room through each API. */
async function answersOf({ service }: ClusterNode, liveId: string): Promise<Record<string, unknown>> {
	const room = `/api/v1/rooms/${liveId}`;
	const paths = ["", "/options", "/quality", "/events?limit=1", "/kinds", "/broadcasts", "/export?format=jsonl"];
	const status = async (path: string) => (await fetch(`${service.url}${room}${path}`)).status;
	const upgraded = async () => {
		const socket = new WebSocket(`${service.url.replace("http", "ws")}/ws/${liveId}`);
		socket.on("error", () => undefined);
		const [code] = await Promise.race([once(socket, "open").then(() => [101]), once(socket, "close")]);
		socket.terminate();
		return code as number;
	};
	const joined = async () => {
		const reader = await SocketIoReader.open(service.url);
		const { success } = await reader.join(liveId);
		reader.close();
		return success;
	};
	const http = paths.map(async (path) => [path, await status(path)]);
	const others = [upgraded().then((code) => ["websocket", code]), joined().then((is) => ["Socket.IO", is])];
	return Object.fromEntries(await Promise.all([...http, ...others]));
}

test.skipIf(!hasNats)(
	`finds a room at each node once one keeps it${hasNats ? "" : " (skipped: no nats-server)"}`,

	async () => {
		const simulator = await startSimulator({ rooms: 4, rate: 0, seed: 5, port: 0 });
		onTestFinished(() => simulator.close());
		const { nodes, close } = await startNodes(simulator, { a: 1, b: 1 });
		onTestFinished(close);
		const [a, b] = nodes as [ClusterNode, ClusterNode];
		const found = {
			...{ "": 200, "/options": 200, "/quality": 200, "/events?limit=1": 200, "/kinds": 200, "/broadcasts": 200 },
			...{ "/export?format=jsonl": 200, websocket: 101, "Socket.IO": true },
		};
		for (const { liveId } of simulator.rooms) {
			const path = `/api/v1/rooms/${liveId}`;
			expect((await a.service.request("PUT", path, { cookie })).status).toBe(201);
			// A start without options keeps those of the room.
			expect(await b.service.request("PUT", path)).toMatchObject({ status: 200 });
			const [given] = await Promise.all([b.service.request("GET", `${path}/options`), answersOf(b, liveId)]);
			expect(given.body).toMatchObject({ options: { has_cookie: true } });
		}
		const identity = "/api/v1/identities/main";
		expect((await a.service.request("PUT", identity, { cookie })).status).toBe(201);
		const proxy = "http://127.0.0.1:9";
		const changed = await b.service.request("PUT", identity, { proxy });
		expect(changed).toMatchObject({ status: 200, body: { identity: { has_cookie: true, has_proxy: true } } });
		expect((await b.service.request("PUT", "/api/v1/identities/second", { proxy })).status).toBe(201);
		const named = { identity: "second" };
		const answers = await Promise.all([
			a.service.request("GET", "/api/v1/identities/second"),
			a.service.request("PUT", `/api/v1/rooms/${simulator.rooms[0]?.liveId}`, named),
		]);
		expect(answers).toMatchObject([{ status: 200 }, { status: 200 }]);
		for (const [first, second] of [
			[a, b],
			[b, a],
		] as const) {
			for (const { liveId } of simulator.rooms) {
				expect((await first.service.request("DELETE", `/api/v1/rooms/${liveId}`)).status).toBe(200);
				const isGone = async () => (await second.rooms()).every((room) => room.live_id !== liveId);
				await until("the other node knows of the stop", isGone);
				await first.service.startRoom(liveId);
				expect(await answersOf(second, liveId)).toEqual(found);
			}
		}
	},
);
