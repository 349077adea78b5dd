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

/** A connection through the network; `heard` is what the client was given, with `end` or `error` at its end. */
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

test("in fine weather both sides hear each other, and the end", async () => {
	const { client, peer, heard, said } = await connect();
	client.write("ask");
	peer.write("answer");
	await until("both have heard", () => heard.length === 1 && said.length === 1);
	peer.end();
	await until("the end is heard", () => heard.includes("end"));
	expect([heard, said[0]]).toEqual([["answer", "end"], "ask"]);
});

test("what is held comes when it is over, in order", async () => {
	const { peer, heard, client, said } = await connect();
	network.strike({ kind: "hold", direction: "down", forMs: 1000 });
	peer.write("one ");
	peer.write("two");
	client.write("ask");
	await until("the other way is open", () => said.includes("ask"));
	expect(heard).toEqual([]);
	await clock.advance(1000);
	await until("it is heard", () => heard.join("") === "one two");
});

test("what falls into the black is lost for good, and so is the end; the other side is not told", async () => {
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

test("latency delays, in order", async () => {
	const { peer, heard } = await connect();
	network.strike({ kind: "latency", direction: "down", ms: 400, forMs: 60_000 });
	peer.write("late");
	await until("it is under way", () => clock.pendingTimers > 1);
	expect(heard).toEqual([]);
	await clock.advance(400);
	await until("it is heard", () => heard.includes("late"));
});

test("a connection can break in the middle of what is said", async () => {
	const { peer, heard } = await connect();
	network.strike({ kind: "truncate" });
	peer.write("a".repeat(100));
	await until("the client is told", () => /end|error/.test(heard.join("")));
	expect(network.links).toHaveLength(0);
	expect(heard.join("").replace(/end|error/, "")).toBe("a".repeat(20));
});

test("cut and reset end both sides, and only those that are meant", async () => {
	const first = await connect();
	const second = await connect();
	const [one, two] = network.links;
	network.strike({ kind: "cut" }, (link) => link === one);
	await until("the first has heard its end", () => first.heard.includes("end") && first.said.includes("end"));
	expect(second.heard).toEqual([]);
	network.strike({ kind: "reset" }, (link) => link === two);
	await until("the second is reset", () => second.heard.includes("error"));
});

test("while connections are refused nobody comes in, and afterwards on the same port", async () => {
	const { port } = network;
	network.strike({ kind: "refuse", forMs: 1000 });
	const refused = createConnection(port, "127.0.0.1");
	const [error] = await once(refused, "error");
	expect((error as NodeJS.ErrnoException).code).toBe("ECONNREFUSED");
	await clock.advance(1000);
	await until("somebody comes in", async () => {
		const client = createConnection(port, "127.0.0.1");
		clients.push(client);
		return Promise.race([once(client, "connect").then(() => true), once(client, "error").then(() => false)]);
	});
});
