import type { StoredEvent } from "../../event-log/index.ts";
import { type Encoding, eventText, type ReaderSink } from "../readers/index.ts";
import { cut, waitingBytes } from "./connection.ts";
import type { IoSocket } from "./handlers.ts";

/**
 * Packets of the Socket.IO protocol (revision 5: `2` is an event of the default namespace), made of the text that is
 * stored: encoded once for all readers of a batch, and never parsed.
 */
const singleOf = (raw: boolean): Encoding<string[]> => ({
	raw,
	encode: (events: readonly StoredEvent[]) => events.map((event) => `2["message",${eventText(event, raw)}]`),
});

const batchedOf = (raw: boolean): Encoding<string[]> => ({
	raw,
	encode: (events: readonly StoredEvent[]) => [
		`2["messages",[${events.map((event) => eventText(event, raw)).join(",")}]]`,
	],
});

const plain = { single: singleOf(false), batched: batchedOf(false) };
const withPayloads = { single: singleOf(true), batched: batchedOf(true) };

export function socketIoSink(
	socket: IoSocket,
	liveId: string,
	{ batch, raw = false }: { batch: boolean; raw?: boolean | undefined },
	onSlow: () => void,
): ReaderSink<string[]> {
	const { conn } = socket;
	const encodings = raw ? withPayloads : plain;
	let sent = 0;
	return {
		encoding: batch ? encodings.batched : encodings.single,
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
