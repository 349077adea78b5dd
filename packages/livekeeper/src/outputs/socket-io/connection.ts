import type { Socket } from "socket.io";

/** The parts of an Engine.IO connection that tell what waits to be read, and let it be cut at once. */
interface Connection {
	writeBuffer?: readonly { data?: unknown }[];
	transport: {
		/** How long a polling transport waits for a last poll before it closes, ms. */
		closeTimeout?: number;
		/** The WebSocket, where that is the transport. */
		socket?: { bufferedAmount?: number; terminate?: () => void };
	};
	close(discard?: boolean): void;
}

export type EngineConnection = Socket["conn"];

/** About how many bytes wait to be read by that client: packets not yet written, and bytes not yet sent. */
export function waitingBytes(engine: EngineConnection): number {
	const { writeBuffer = [], transport } = engine as unknown as Connection;
	let bytes = transport.socket?.bufferedAmount ?? 0;
	for (const { data } of writeBuffer) bytes += typeof data === "string" ? data.length : 0;
	return bytes;
}

/** Ends a connection without waiting for a client that may not read or answer any more. */
export function cut(engine: EngineConnection): void {
	const connection = engine as unknown as Connection;
	connection.transport.closeTimeout = 0;
	connection.close(true);
	connection.transport.socket?.terminate?.();
}
