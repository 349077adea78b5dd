import { once } from "node:events";
import { LivekeeperClient } from "@livekeeper/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { run } from "../../cli/run.helpers.ts";
import { ask, say, startTestService, type TestService } from "../../service/service.helpers.ts";

const liveId = "1001";
const servers = { douyinlivePort: "0", barragegrabPort: "0", mcp: "control" };

async function callTool(service: TestService, name: string): Promise<void> {
	const client = new Client({ name: "test", version: "1" });
	const transport = new StreamableHTTPClientTransport(new URL("/mcp", service.url));
	// The library's types predate `exactOptionalPropertyTypes`.
	await client.connect(transport as Parameters<Client["connect"]>[0]);
	const { isError } = await client.callTool({ name, arguments: { live_id: liveId } });
	await client.close();
	expect(isError ?? false).toBe(false);
}

/** Every way an operator starts and stops a room. The page uses the client. */
const operators: Record<string, Record<"start" | "stop", (service: TestService) => Promise<unknown>>> = {
	"the API": {
		start: (service) => ask(service, "PUT", `/api/v1/rooms/${liveId}`),
		stop: (service) => ask(service, "DELETE", `/api/v1/rooms/${liveId}`),
	},
	"the legacy API": {
		start: (service) => ask(service, "POST", "/api/live/start", { live_id: liveId }),
		stop: (service) => ask(service, "POST", "/api/live/stop", { live_id: liveId }),
	},
	"the client and the page": {
		start: (service) => new LivekeeperClient({ url: service.url }).rooms.start(liveId),
		stop: (service) => new LivekeeperClient({ url: service.url }).rooms.stop(liveId),
	},
	"a command": {
		start: (service) => run("start", liveId, "--url", service.url),
		stop: (service) => run("stop", liveId, "--url", service.url),
	},
	MCP: {
		start: (service) => callTool(service, "start_room"),
		stop: (service) => callTool(service, "stop_room"),
	},
};

/** A program that reconnects whenever it is closed, as overlays do. */
class Watcher {
	heard = "";
	readonly isDouyinLive: boolean;
	readonly #address: string;
	#socket: WebSocket;
	#over = false;

	constructor(address: string) {
		this.#address = address;
		this.isDouyinLive = address.includes("/ws/");
		this.#socket = this.#dial();
		onTestFinished(() => {
			this.#over = true;
			this.#socket.terminate();
		});
	}

	#dial(): WebSocket {
		const socket = new WebSocket(this.#address);
		socket.on("message", (data) => {
			this.heard += String(data);
		});
		socket.on("error", () => undefined);
		socket.once("close", () => {
			if (!this.#over) this.#socket = this.#dial();
		});
		return socket;
	}

	async opened(): Promise<this> {
		while (this.#socket.readyState !== WebSocket.OPEN) await once(this.#socket, "open");
		return this;
	}
}

function watchersOf({ compat: { douyinLive, barrageGrab } }: TestService): Promise<Watcher[]> {
	const addresses = [
		`ws://127.0.0.1:${douyinLive}/ws/${liveId}`,
		`ws://127.0.0.1:${douyinLive}/ws/${liveId}?cookie=sessionid%3Dmade-up`,
		`ws://127.0.0.1:${barrageGrab}/`,
		`ws://127.0.0.1:${barrageGrab}/?live_id=${liveId}`,
	];
	return Promise.all(addresses.map((address) => new Watcher(address).opened()));
}

/** Opens the newest session of the room. */
async function play(service: TestService): Promise<void> {
	await service.until(() => expect(service.upstream.sessions.some(({ closed }) => !closed)).toBe(true));
	const session = service.upstream.last;
	session.open();
	session.frame([]);
	await service.until(() => expect(service.live.getRoom(liveId)?.state).toBe("connected"));
}

test.each(Object.keys(operators))("keeps a room stopped by %s until its next start", async (by) => {
	const service = await startTestService(servers);
	const { start, stop } = operators[by] as (typeof operators)[string];
	const early = await watchersOf(service);
	await service.until(() => expect(service.live.getRoom(liveId)).toBeDefined());
	await play(service);
	await stop(service);
	const sessions = service.upstream.sessions.length;
	const late = await watchersOf(service);
	for (let i = 0; i < 20; i++) {
		await service.clock.advance(5_000);
		await ask(service, "GET", "/api/v1/rooms");
		expect(service.live.getStatus().activeRooms).toEqual([]);
	}
	expect(service.upstream.sessions).toHaveLength(sessions);
	for (const { heard } of [...early, ...late].filter(({ isDouyinLive }) => isDouyinLive)) {
		expect(heard).toContain('"status_text":"直播间已停止"');
	}
	await start(service);
	await play(service);
	await say(service, "又来了");
	await service.until(() => {
		for (const { heard } of [...early, ...late]) expect(heard).toContain("又来了");
	});
});

test("keeps a room stopped after a restart", async () => {
	const before = await startTestService(servers);
	await watchersOf(before);
	await before.until(() => expect(before.live.getRoom(liveId)).toBeDefined());
	await before.live.stopLive(liveId);
	await before.stop();
	const service = await startTestService({ ...servers, dataDir: before.dataDir });
	await watchersOf(service);
	await service.clock.advance(30_000);
	await ask(service, "GET", "/api/v1/rooms");
	expect(service.live.getStatus().activeRooms).toEqual([]);
	await service.live.startLive(liveId);
	await play(service);
});
