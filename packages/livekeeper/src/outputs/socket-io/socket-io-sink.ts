import type { StoredEvent } from "../../event-log/index.ts";
import type { Encoding, ReaderSink } from "../readers/index.ts";
import { cut, waitingBytes } from "./connection.ts";
import type { IoSocket } from "./handlers.ts";

/**
 * Packets of the Socket.IO protocol (revision 5: `2` is an event of the default namespace), made of the text that is
 * stored: encoded once for all readers of a batch, and never parsed.
 */
const single: Encoding<string[]> = {
	encode: (events: readonly StoredEvent[]) => events.map(({ json }) => `2["message",${json}]`),
};

const batched: Encoding<string[]> = {
	encode: (events: readonly StoredEvent[]) => [`2["messages",[${events.map(({ json }) => json).join(",")}]]`],
};

export function socketIoSink(
	socket: IoSocket,
	liveId: string,
	batch: boolean,
	onSlow: () => void,
): ReaderSink<string[]> {
	const { conn } = socket;
	let sent = 0;
	return {
		encoding: batch ? batched : single,
		send(packets) {
			for (const packet of packets) {
				sent += packet.length;
				conn.write(packet, { compress: false });
			}
		},
		truncated: ({ from, to, reason }) => void socket.emit("truncated", { live_id: liveId, from, to, reason }),
		bufferedBytes: () => waitingBytes(conn),
		takenBytes: () => sent - waitingBytes(conn),
		end(reason) {
			if (reason === "shutting_down") return;
			if (reason === "slow_reader") onSlow();
			cut(conn);
		},
	};
}
