/**
 * Follows a room over Socket.IO, for pages and programs that already use it. After a disconnect, it joins again after
 * the last event it received.
 *
 *   npx tsx examples/socket-io.ts 261378947940 --after 0 --types chat,gift --count 20
 */
import { parseArgs } from "node:util";
import { io } from "socket.io-client";

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
const [liveId] = positionals;
const types = values.types?.split(",");

interface Event {
	seq: number;
	type: string;
	user?: { nickname: string };
	content?: string;
	gift_name?: string;
}

const socket = io(values.url, { transports: ["websocket"], auth: { token: values["api-key"] } });
let after = values.after === undefined ? undefined : Number(values.after);
let left = Number(values.count);

socket.on("connect", async () => {
	const reply = await socket.emitWithAck("join", { live_id: liveId, after, types });
	if (reply.success) return;
	console.error(`${reply.error.message} ${reply.error.hint}`);
	process.exitCode = 1;
	socket.disconnect();
});
socket.on("connect_error", (error) => console.error(`Not connected: ${error.message}`));
socket.on("truncated", ({ from, to }) => console.error(`Events ${from} to ${to} are not there any more`));
socket.on("message", (event: Event) => {
	if (left <= 0 || event.seq <= (after ?? 0)) return;
	after = event.seq;
	console.log(event.seq, event.type, event.user?.nickname ?? "-", event.content ?? event.gift_name ?? "");
	if (--left <= 0) socket.disconnect();
});
