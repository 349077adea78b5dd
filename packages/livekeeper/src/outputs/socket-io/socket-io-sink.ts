import type { ReaderSink } from "../readers/index.ts";
import type { ClientConnection } from "./connection.ts";
import type { IoSocket } from "./handlers.ts";
import { encodingOf, type Packets } from "./packets.ts";

interface SinkOptions {
	liveId: string;
	/** `messages` (arrays) instead of `message`. */
	batch: boolean;
	/** With the upstream's payload. */
	raw?: boolean | undefined;
	onSlow: () => void;
}

export function socketIoSink(
	socket: IoSocket,
	connection: ClientConnection,
	{ liveId, batch, raw = false, onSlow }: SinkOptions,
): ReaderSink<Packets> {
	return {
		encoding: encodingOf(batch, raw),
		account: connection.account,
		send: (packets) => connection.send(packets),
		truncated: ({ from, to, reason }) => void socket.emit("truncated", { live_id: liveId, from, to, reason }),
		bufferedBytes: () => connection.waitingBytes,
		takenBytes: () => connection.takenBytes,
		end(reason) {
			if (reason === "shutting_down") return;
			if (reason === "slow_reader") onSlow();
			connection.cut();
		},
	};
}
