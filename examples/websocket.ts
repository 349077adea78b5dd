/**
 * Follows a room over a plain WebSocket, for languages and devices without another client. Each message is one event as
 * JSON, or several as a JSON array. After a disconnect, it reconnects after the last event it received.
 *
 *   npx tsx examples/websocket.ts 261378947940 --after 0 --types chat,gift --count 20
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
// Browsers, and Node 22 or newer, have a built-in WebSocket.
import { WebSocket } from "ws";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: {
		url: { type: "string", default: "http://127.0.0.1:7001" },
		"api-key": { type: "string" },
		after: { type: "string" },
		types: { type: "string" },
		count: { type: "string", default: "Infinity" },
	},
});
const [liveId = ""] = positionals;

interface Item {
	seq?: number;
	type: string;
	user?: { nickname: string };
	content?: string;
	gift_name?: string;
}

let after = values.after;
let left = Number(values.count);

/** Resolves when the connection has ended for any reason. */
function follow(): Promise<void> {
	const url = new URL(`/ws/${encodeURIComponent(liveId)}`, values.url.replace(/^http/, "ws"));
	if (after !== undefined) url.searchParams.set("after", after);
	if (values.types !== undefined) url.searchParams.set("types", values.types);
	const key = values["api-key"];
	const socket = new WebSocket(url, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });
	socket.on("error", (error) => console.error(`Not connected: ${error.message}`));
	socket.on("message", (data) => {
		const items: Item[] = [JSON.parse(String(data))].flat();
		for (const item of items) show(item);
		if (left <= 0) socket.close();
	});
	return new Promise((resolve) => socket.on("close", () => resolve()));
}

function show({ seq, type, user, content, gift_name: gift }: Item): void {
	// Notices, for example about events that no longer exist, have no number.
	if (seq === undefined) console.error(`Notice: ${type}`);
	if (seq === undefined || left <= 0 || seq <= Number(after ?? 0)) return;
	after = `${seq}`;
	left--;
	console.log(seq, type, user?.nickname ?? "-", content ?? gift ?? "");
}

while (left > 0) {
	await follow();
	if (left > 0) await sleep(1000);
}
