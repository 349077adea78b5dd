import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net";
import { ManualClock } from "@livekeeper/douyin/testing";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../kit/until.ts";
import { Network } from "./network.ts";

let server: Server;
let served: Socket[];
let clock: ManualClock;
let network: Network;
const clients: Socket[] = [];

beforeEach(async () => {
	served = [];
	server = createServer({ allowHalfOpen: true }, (socket) => {
		socket.on("error", () => socket.destroy());
		served.push(socket);
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	clock = new ManualClock();
	network = await Network.open({ target: (server.address() as AddressInfo).port, clock, random: () => 0.5 });
});

afterEach(async () => {
	for (const client of clients.splice(0)) client.destroy();
	await network.close();
	for (const socket of served) socket.destroy();
	server.close();
});

/** Opens a connection through the network; `heard` holds what the client received, followed by `end` or `error`. */
async function connect() {
	const client = createConnection(network.port, "127.0.0.1");
	clients.push(client);
	const heard: string[] = [];
	client.on("data", (chunk) => heard.push(chunk.toString()));
	client.on("end", () => heard.push("end"));
	client.on("error", () => heard.push("error"));
	const before = served.length;
	await once(client, "connect");
	const peer = await until("the server has the connection", () => served[before]);
	const said: string[] = [];
	peer.on("data", (chunk: Buffer) => said.push(chunk.toString()));
	peer.on("end", () => said.push("end"));
	return { client, peer, heard, said };
}

test("passes data and the end in both directions", async () => {
	const { client, peer, heard, said } = await connect();
	client.write("ask");
	peer.write("answer");
	await until("both sides have received data", () => heard.length === 1 && said.length === 1);
	peer.end();
	await until("the end is received", () => heard.includes("end"));
	expect([heard, said[0]]).toEqual([["answer", "end"], "ask"]);
});

test("delivers held data in order afterwards", async () => {
	const { peer, heard, client, said } = await connect();
	network.strike({ kind: "hold", direction: "down", forMs: 1000 });
	peer.write("one ");
	peer.write("two");
	client.write("ask");
	await until("the other way is open", () => said.includes("ask"));
	expect(heard).toEqual([]);
	await clock.advance(1000);
	await until("the data arrives", () => heard.join("") === "one two");
});

test("drops data and the end silently while black", async () => {
	const { peer, heard, client, said } = await connect();
	network.strike({ kind: "black", direction: "down", forMs: 1000 });
	peer.write("lost");
	client.write("ask");
	await until("the other way is open", () => said.includes("ask"));
	await clock.advance(1000);
	peer.write("also lost");
	peer.end();
	client.write("again");
	await until("the other way is open", () => said.join().includes("again"));
	expect(heard).toEqual([]);
	expect(network.links).toHaveLength(1);
});

test("delays data in order under latency", async () => {
	const { peer, heard } = await connect();
	network.strike({ kind: "latency", direction: "down", ms: 400, forMs: 60_000 });
	peer.write("late");
	await until("the data is in flight", () => clock.pendingTimers > 1);
	expect(heard).toEqual([]);
	await clock.advance(400);
	await until("the data arrives", () => heard.includes("late"));
});

test("breaks a connection in the middle of a message", async () => {
	const { peer, heard } = await connect();
	network.strike({ kind: "truncate" });
	peer.write("a".repeat(100));
	await until("the client sees the end", () => /end|error/.test(heard.join("")));
	expect(network.links).toHaveLength(0);
	expect(heard.join("").replace(/end|error/, "")).toBe("a".repeat(20));
});

test("cuts and resets both sides of matching connections only", async () => {
	const first = await connect();
	const second = await connect();
	const [one, two] = network.links;
	network.strike({ kind: "cut" }, (link) => link === one);
	await until("both sides of the first see the end", () => first.heard.includes("end") && first.said.includes("end"));
	expect(second.heard).toEqual([]);
	network.strike({ kind: "reset" }, (link) => link === two);
	await until("the second client is reset", () => second.heard.includes("error"));
});

test("refuses connections, then accepts them on the same port", async () => {
	const { port } = network;
	network.strike({ kind: "refuse", forMs: 1000 });
	const refused = createConnection(port, "127.0.0.1");
	const [error] = await once(refused, "error");
	expect((error as NodeJS.ErrnoException).code).toBe("ECONNREFUSED");
	await clock.advance(1000);
	await until("a client connects", async () => {
		const client = createConnection(port, "127.0.0.1");
		clients.push(client);
		return Promise.race([once(client, "connect").then(() => true), once(client, "error").then(() => false)]);
	});
});
