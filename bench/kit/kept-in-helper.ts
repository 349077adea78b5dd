import { setTimeout as pause } from "node:timers/promises";
import { parseConfig, startService } from "livekeeper";
import { pino } from "pino";
import { obeyOrders } from "./child-process.ts";

/** A service in a process that reports its memory after a garbage collection. */
export type KeptOrder =
	| { do: "start"; upstreamUrl: string; dataDir: string }
	| { do: "keep"; liveIds: string[] }
	| { do: "messages" }
	| { do: "memory" };
export type KeptAnswer =
	| { done: "start" | "keep" }
	| { done: "messages"; messages: number }
	| { done: "memory"; heapBytes: number; rssBytes: number };

let service: Awaited<ReturnType<typeof startService>> | undefined;
const rooms = () => service?.live.getStatus().rooms ?? [];

async function obey(order: KeptOrder): Promise<KeptAnswer> {
	if (order.do === "start") {
		const config = parseConfig({
			...{ data_dir: order.dataDir, port: 0, upstream_url: order.upstreamUrl, cookie: "sessionid=made-up" },
			...{
				max_connections_per_login: 100_000,
				max_rooms: 20_000,
				starts_per_second: 200,
				lookups_per_minute: 100_000,
				rate_limit: 0,
			},
		});
		service = await startService(config, { logger: pino({ level: "error" }) });
		return { done: "start" };
	}
	if (order.do === "keep") {
		for (const liveId of order.liveIds) await service?.live.startLive(liveId);
		while (!rooms().every(({ state }) => state === "connected")) await pause(100);
		return { done: "keep" };
	}
	if (order.do === "messages") {
		return { done: "messages", messages: rooms().reduce((sum, room) => sum + room.messages, 0) };
	}
	for (let turn = 0; turn < 5; turn++) {
		// Also drops code that was not run lately: it would go at some time anyway, and belongs to no room.
		globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
		await pause(100);
	}
	const { heapUsed, external, rss } = process.memoryUsage();
	return { done: "memory", heapBytes: heapUsed + external, rssBytes: rss };
}

obeyOrders(obey);
