import type { Socket } from "node:net";

/** What Node's own socket timeouts are based on: how much of the writes under way the system has not taken yet. */
interface Handle {
	readonly bytesWritten: number;
	readonly writeQueueSize: number;
}

/**
 * Bytes that the other side has taken so far, also of a write that is under way: Node itself counts a write once all of
 * it was taken, and makes one write of all that waits, which over a slow link can take minutes.
 */
export function takenBytes(socket: Socket | null | undefined): number {
	const handle = (socket as { _handle?: Handle | null } | null | undefined)?._handle;
	return handle ? handle.bytesWritten - handle.writeQueueSize : (socket?.bytesWritten ?? 0);
}
