import type { WebSocket } from "ws";

/**
 * Answers pings one at a time: while an answer waits to be sent, the pings that follow share it (RFC 6455, 5.5.3), so a
 * peer that pings and does not read leaves no heap of answers. The socket's own `autoPong` is off.
 */
export function answerPings(socket: WebSocket): void {
	let answering = false;
	socket.on("ping", (data) => {
		if (answering) return;
		answering = true;
		socket.pong(data, undefined, () => {
			answering = false;
		});
	});
}
