import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";

/** WebSockets of readers, who only listen: none of them can hold up the others or have answers wait without bound. */
export class ReaderWebSocketServer extends WebSocketServer {
	constructor(options: ServerOptions) {
		super({
			perMessageDeflate: false,
			...options,
			noServer: true,
			autoPong: false,
			// One message a turn of the event loop, however many have arrived together.
			allowSynchronousEvents: false,
		});
	}

	override handleUpgrade(...[request, socket, head, done]: Parameters<WebSocketServer["handleUpgrade"]>): void {
		super.handleUpgrade(request, socket, head, (webSocket, ...rest) => {
			answerPings(webSocket);
			done(webSocket, ...rest);
		});
	}
}

/** One answer at a time: while it waits to be taken, the pings that follow share it (RFC 6455, 5.5.3). */
function answerPings(webSocket: WebSocket): void {
	let answering = false;
	webSocket.on("ping", (data) => {
		if (answering) return;
		answering = true;
		webSocket.pong(data, false, () => {
			answering = false;
		});
	});
}
